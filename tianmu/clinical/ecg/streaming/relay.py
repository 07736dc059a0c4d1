"""The local socket of a process, over which other processes follow its sessions, cut out of them and take them over."""

import asyncio
import contextlib
import json
import logging
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tianmu.clinical.ecg.streaming.relay_client import SAMPLES, TEXT, packed
from tianmu.clinical.ecg.streaming.viewers import Channel, TooSlowError, Viewer
from tianmu.foundation.home import home

if TYPE_CHECKING:
    from tianmu.clinical.ecg.streaming.hub import Hub

log = logging.getLogger(__name__)
LONGEST_ADDRESS = 100
RELAY = UUID(int=0)


async def serve_relay(hub: "Hub") -> tuple[asyncio.Server, str]:
    """Listen on a socket that only this installation's own user can open."""
    folder = home() / "run"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"live-{os.getpid()}-{secrets.token_hex(3)}.sock"
    if len(str(path)) > LONGEST_ADDRESS:
        path = Path(tempfile.mkdtemp(prefix="tianmu-")) / "live.sock"
    server = await asyncio.start_unix_server(lambda reader, writer: _serve(hub, reader, writer), str(path))
    path.chmod(0o600)
    return server, str(path)


async def _serve(hub: "Hub", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        question = json.loads(await reader.readline())
        await _answer(hub, question, reader, writer)
    except (OSError, ValueError, LookupError, asyncio.IncompleteReadError, TooSlowError) as error:
        log.info("a relay ended: %s", type(error).__name__)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _answer(
    hub: "Hub", question: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    key = UUID(question["session"])
    source = hub.sources.get(key)
    if source is None:
        writer.write(packed(TEXT, b"This process does not hold the session."))
        await writer.drain()
        return
    op = question["op"]
    if op == "watch":
        await _follow(hub, key, reader, writer)
        return
    track, data = source.track, b""
    if op == "cut":
        data = b"".join(track.between(question["first"], question["end"]))
    elif op == "latest":
        data = b"".join(track.between(max(0, track.next_index - question["count"]), track.next_index))
    elif op == "release":
        await hub.release(key)
    writer.write(packed(SAMPLES, data))
    await writer.drain()


async def _follow(hub: "Hub", key: UUID, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Give another process what a screen would get, all leads, all ten minutes."""
    source = hub.sources[key]
    viewer = Viewer(RELAY, None)
    about = {**source.track.info.plain(), "next_index": source.track.next_index, "state": source.state()}
    writer.write(packed(TEXT, json.dumps(about).encode()))
    writer.write(packed(SAMPLES, b"".join(frame for _, frame in source.track.ring)))
    hub.channels.setdefault(key, Channel()).add(viewer, None)

    async def send_bytes(data: bytes) -> None:
        writer.write(packed(SAMPLES, data))
        await writer.drain()

    async def send_text(text: str) -> None:
        writer.write(packed(TEXT, text.encode()))
        await writer.drain()

    async def until_gone() -> None:
        await reader.read(1)
        viewer.close("gone")

    gone = asyncio.create_task(until_gone())
    try:
        await writer.drain()
        await viewer.write(send_bytes, send_text)
    finally:
        gone.cancel()
        hub.unwatch(viewer, key)
