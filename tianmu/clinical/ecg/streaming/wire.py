"""One WebSocket as the doors use it."""

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from typing import Any

from tianmu.foundation.live.asgi import Receive, Send

BAD_REQUEST, SIGN_IN, REFUSED, ENDED, TOO_FAST, TRY_AGAIN = 4400, 4401, 4403, 4410, 4429, 1013
QUIET_S, LISTEN_S = 0.2, 2.0


class GoneError(ConnectionError):
    """Raised when the other side closed the line."""


class Line:
    """One line: accepted, read, written, closed once."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.receive_raw, self.send_raw = receive, send
        self.open = False

    async def accept(self) -> bool:
        """Accept; False when the other side went away before."""
        if (await self.receive_raw())["type"] != "websocket.connect":
            return False
        await self.send_raw({"type": "websocket.accept"})
        self.open = True
        return True

    async def receive(self) -> bytes | str:
        """Return the next message.

        Raises:
            GoneError: the line was closed.

        """
        message = await self.receive_raw()
        if message["type"] != "websocket.receive":
            self.open = False
            raise GoneError
        data: bytes | None = message.get("bytes")
        return data if data is not None else str(message.get("text") or "")

    async def send_bytes(self, data: bytes) -> None:
        """Send samples."""
        if self.open:
            await self.send_raw({"type": "websocket.send", "bytes": data})

    async def send_text(self, text: str) -> None:
        """Send a text."""
        if self.open:
            await self.send_raw({"type": "websocket.send", "text": text})

    async def say(self, message: Mapping[str, Any]) -> None:
        """Send a message as JSON."""
        await self.send_text(json.dumps(message))

    async def close(self, code: int, reason: str) -> None:
        """Close, once."""
        if self.open:
            self.open = False
            await self.send_raw({"type": "websocket.close", "code": code, "reason": reason[:120]})

    async def turn_away(self, code: int, reason: str) -> None:
        """Close once the other side is quiet, after two seconds at most.

        TCP resets a line that is closed over unread bytes, and the other side never learns the code.
        """
        with contextlib.suppress(GoneError, TimeoutError):
            until = time.monotonic() + LISTEN_S
            while (left := until - time.monotonic()) > 0:
                async with asyncio.timeout(min(QUIET_S, left)):
                    await self.receive()
        await self.close(code, reason)


def object_of(text: str | bytes) -> dict[str, Any]:
    """Return a JSON object; ValueError for anything else."""
    if isinstance(text, bytes) or len(text) > 8_192:
        raise ValueError("A JSON object of at most 8 KB is awaited.")
    found = json.loads(text)
    if not isinstance(found, dict):
        raise TypeError("A JSON object is awaited.")
    return found
