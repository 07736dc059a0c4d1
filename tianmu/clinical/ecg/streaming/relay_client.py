"""Asking the process that holds a session, over its local socket: from a worker thread and from the loop."""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

LENGTH = struct.Struct("<IB")
TEXT, SAMPLES = 1, 2
MOST_BYTES = 64 << 20
SECONDS = 5.0


class UnreachableError(OSError):
    """Raised when the process that held a session does not answer, or no longer holds it."""


def packed(kind: int, data: bytes) -> bytes:
    """Return one message of the relay: length, kind, bytes."""
    return LENGTH.pack(len(data), kind) + data


def ask(address: str, question: Mapping[str, Any]) -> bytes:
    """Ask and return the answer's bytes; for worker threads.

    Raises:
        UnreachableError: nobody answers there, or the answer is no.

    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(SECONDS)
            line.connect(address)
            line.sendall(json.dumps(question).encode() + b"\n")
            kind, data = _message(line)
    except OSError as error:
        raise UnreachableError(str(error)) from error
    if kind != SAMPLES:
        raise UnreachableError(data.decode("utf-8", "replace"))
    return data


def _message(line: socket.socket) -> tuple[int, bytes]:
    length, kind = LENGTH.unpack(_exactly(line, LENGTH.size))
    if length > MOST_BYTES:
        raise UnreachableError("The answer is too long.")
    return kind, _exactly(line, length)


def _exactly(line: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = line.recv(min(count - len(parts), 1 << 20))
        if not part:
            raise UnreachableError("The other process went away.")
        parts += part
    return bytes(parts)


async def read_message(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read one message of the relay in the loop."""
    length, kind = LENGTH.unpack(await reader.readexactly(LENGTH.size))
    if length > MOST_BYTES:
        raise UnreachableError("The answer is too long.")
    return kind, await reader.readexactly(length)
