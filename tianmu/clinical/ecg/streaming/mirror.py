"""Following, for the screens of this process, a session that another process holds."""

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import DatabaseError

from tianmu.clinical.ecg.rules.live.frames import head_of, split
from tianmu.clinical.ecg.streaming import desk
from tianmu.clinical.ecg.streaming.relay_client import SAMPLES, UnreachableError, read_message
from tianmu.clinical.ecg.streaming.tracks import Info, Track

if TYPE_CHECKING:
    from tianmu.clinical.ecg.streaming.hub import Hub

AGAIN_S = 1.0


async def mirror(hub: "Hub", key: UUID) -> None:
    """Follow until the session has ended, is held here, or nobody watches any more."""
    while key not in hub.sources:
        try:
            found = await hub.work(desk.place_of, key)
        except DatabaseError:
            await asyncio.sleep(AGAIN_S)
            continue
        if found is None or found[0] == "ended":
            await _tell_end(hub, key)
            return
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError, UnreachableError):
            await _follow(hub, key, found[1])
        if (kept := hub.mirrored.get(key)) is not None:
            kept[1].update(state="interrupted", rate=None)
            if key in hub.channels:
                hub.channels[key].say(kept[1])
        await asyncio.sleep(AGAIN_S)


async def _tell_end(hub: "Hub", key: UUID) -> None:
    hub.mirrors.pop(key, None)
    kept = hub.mirrored.pop(key, None)
    channel = hub.channels.pop(key, None)
    if channel is not None and kept is not None:
        channel.say({**kept[1], "state": "ended", "rate": None, "alarms": []})


async def _follow(hub: "Hub", key: UUID, address: str) -> None:
    reader, writer = await asyncio.open_unix_connection(address)
    try:
        writer.write(json.dumps({"op": "watch", "session": str(key)}).encode() + b"\n")
        kind, data = await read_message(reader)
        about = json.loads(data)
        _, before = await read_message(reader)
        track = Track(Info.read(about))
        known = hub.mirrored.get(key)
        if known is not None:
            track = known[0]
        fresh = [frame for frame in split(before) if head_of(frame).seq >= track.next_index]
        track.load(fresh)
        hub.mirrored[key] = (track, about["state"])
        if (channel := hub.channels.get(key)) is not None:
            channel.say(about["state"])
            for viewer in channel.viewers:
                viewer.back_fill(fresh, viewer.watching.get(key))
        while True:
            kind, data = await read_message(reader)
            channel = hub.channels.get(key)
            if kind == SAMPLES:
                for frame in split(data):
                    track.add(head_of(frame).seq, frame)
                    if channel is not None:
                        channel.publish(frame)
            else:
                _state(hub, key, json.loads(data))
    finally:
        writer.close()


def _state(hub: "Hub", key: UUID, message: dict[str, object]) -> None:
    if message.get("type") != "state":
        return
    hub.mirrored[key] = (hub.mirrored[key][0], message)
    if key in hub.channels:
        hub.channels[key].say(message)
