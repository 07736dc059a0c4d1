"""Receiving letters by SMTP (RFC 5321): enough of a server for a mail relay of the house to hand letters over.

It listens on this machine unless told otherwise, takes letters for one address, and answers 250 only after the letter
is committed; a letter that cannot be kept now is answered 451, so that the relay tries again.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from tianmu.operations.servicedesk.rules.letters import MOST_BYTES

LINE_LIMIT = 2_000
SECONDS = 60
MOST_SESSIONS = 20


class RefusedLetterError(Exception):
    """A letter that will never be taken; the relay shall not try again."""


@dataclass
class Receiver:
    """A server for one address; `keep` takes the bytes of a letter and returns once they are safe."""

    address: str
    keep: Callable[[bytes], None]
    sessions: int = 0
    server: asyncio.Server | None = field(default=None, init=False)

    async def start(self, host: str, port: int) -> int:
        """Listen; return the port."""
        self.server = await asyncio.start_server(self._serve, host, port, limit=LINE_LIMIT)
        return int(self.server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening."""
        if self.server is not None:
            self.server.close()
            await self.server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sessions += 1
        try:
            if self.sessions > MOST_SESSIONS:
                await _say(writer, "421 too many sessions, try again")
                return
            await _say(writer, "220 service desk")
            await self._talk(reader, writer)
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            self.sessions -= 1
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wanted = False
        while line := await asyncio.wait_for(reader.readline(), SECONDS):
            command = line.decode("utf-8", "replace").strip()
            word = command[:4].upper()
            if word == "QUIT":
                await _say(writer, "221 bye")
                return
            if word == "EHLO":
                await _say(writer, "250-service desk", f"250-SIZE {MOST_BYTES}", "250 8BITMIME")
            elif word == "RCPT":
                wanted = f"<{self.address.casefold()}>" in command.casefold()
                await _say(writer, "250 ok" if wanted else "550 no such address here")
            elif word == "DATA":
                await self._data(reader, writer, wanted=wanted)
                wanted = False
            elif word in {"HELO", "MAIL", "RSET", "NOOP"}:
                wanted = False
                await _say(writer, "250 ok")
            else:
                await _say(writer, "502 not known")

    async def _data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, wanted: bool) -> None:
        if not wanted:
            await _say(writer, "503 name the address first")
            return
        await _say(writer, "354 go on")
        lines, size = [], 0
        while (line := await asyncio.wait_for(reader.readline(), SECONDS)) not in {b".\r\n", b".\n"}:
            if not line:
                return
            size += len(line)
            if size <= MOST_BYTES:
                lines.append(line[1:] if line.startswith(b"..") else line)
        if size > MOST_BYTES:
            await _say(writer, "552 too large")
            return
        await _say(writer, await self._answer(b"".join(lines)))

    async def _answer(self, data: bytes) -> str:
        try:
            await asyncio.to_thread(self.keep, data)
        except RefusedLetterError:
            return "554 this letter cannot be read"
        except Exception:  # noqa: BLE001 - whatever went wrong, the relay keeps the letter and tries again
            return "451 not now, try again"
        return "250 kept"


async def _say(writer: asyncio.StreamWriter, *lines: str) -> None:
    writer.write("".join(f"{line}\r\n" for line in lines).encode())
    await writer.drain()
