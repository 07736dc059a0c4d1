"""The listening side: an MLLP server that handles one message of a connection after the other."""

import asyncio
import logging
from collections.abc import Callable

from django.db import close_old_connections

from tianmu.exchange.hl7v2.intake import take
from tianmu.exchange.hl7v2.rules.mllp import MllpError, Unframer, framed

log = logging.getLogger(__name__)
IDLE_SECONDS = 300.0
MOST_CONNECTIONS = 100
MOST_BYTES = 1024 * 1024

Handler = Callable[[bytes, str | None], bytes]


def handle(data: bytes, address: str | None) -> bytes:
    """Answer one message from a thread; the connection to the database is given back afterwards."""
    close_old_connections()
    try:
        return take(data, address=address)
    finally:
        close_old_connections()


class Server:
    """Listens until it is closed; too many connections, too long silences and too large messages end a connection."""

    def __init__(self, handler: Handler = handle) -> None:
        self.handler = handler
        self.open = 0
        self.server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Begin to listen; return the port, which the system chooses for 0."""
        self.server = await asyncio.start_server(self.serve, host, port)
        chosen: int = self.server.sockets[0].getsockname()[1]
        return chosen

    async def close(self) -> None:
        """Listen no longer."""
        if self.server is not None:
            self.server.close()
            await self.server.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Handle one connection to its end."""
        peer = writer.get_extra_info("peername")
        address = str(peer[0]) if peer else None
        unframer = Unframer(most=MOST_BYTES)
        self.open += 1
        try:
            while self.open <= MOST_CONNECTIONS:
                data = await asyncio.wait_for(reader.read(65536), IDLE_SECONDS)
                if not data:
                    break
                for message in unframer.feed(data):
                    writer.write(framed(await asyncio.to_thread(self.handler, message, address)))
                    await writer.drain()
        except (TimeoutError, ConnectionError, MllpError) as error:
            log.info("an MLLP connection ended: %s", type(error).__name__)
        finally:
            self.open -= 1
            writer.close()
