"""A screen on its line: tickets open sessions, `watch` and `unwatch` choose among them, samples and states come."""

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DatabaseError

from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.streaming import desk
from tianmu.clinical.ecg.streaming.tracks import BACK_S
from tianmu.clinical.ecg.streaming.viewers import TooSlowError, Viewer
from tianmu.clinical.ecg.streaming.wire import (
    BAD_REQUEST,
    REFUSED,
    SIGN_IN,
    TOO_FAST,
    GoneError,
    Line,
    object_of,
)

if TYPE_CHECKING:
    from tianmu.clinical.ecg.streaming.hub import Hub

TICKET_SECONDS = 10.0
MOST_WATCHED = 16
MOST_VIEWERS = 400


async def serve_screen(hub: "Hub", line: Line) -> None:
    """Serve one screen until it closes or may see nothing any more."""
    if len(hub.viewers) >= MOST_VIEWERS:
        await line.turn_away(TOO_FAST, "Too many screens watch at this process.")
        return
    try:
        async with asyncio.timeout(TICKET_SECONDS):
            first = await line.receive()
        viewer = await _opened(hub, first)
    except (GoneError, TimeoutError, ValueError, TypeError):
        await line.turn_away(SIGN_IN, "The first message opens sessions with a ticket.")
        return
    if viewer is None:
        await line.turn_away(SIGN_IN, "This ticket was used or is too old. Ask for a new one.")
        return
    hub.viewers.add(viewer)
    await line.say({"type": "opened", "sessions": sorted(map(str, viewer.allowed))})
    writer = asyncio.create_task(viewer.write(line.send_bytes, line.send_text))
    reader = asyncio.create_task(_listen(hub, line, viewer))
    try:
        await asyncio.wait({writer, reader}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.gone(viewer)
        for task in (writer, reader):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, GoneError, TooSlowError, OSError, RuntimeError):
                await task
        await _part(line, viewer)


async def _part(line: Line, viewer: Viewer) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        for text in viewer.texts:
            await line.send_text(text)
        await line.close(REFUSED if viewer.closed_because == "right" else BAD_REQUEST, viewer.closed_because)


async def _opened(hub: "Hub", message: bytes | str) -> Viewer | None:
    said = object_of(message)
    found = await hub.work(desk.watcher, str(said.get("ticket", "")))
    if found is None or said.get("type") != "open":
        return None
    account_id, access_session_id, sessions = found
    viewer = Viewer(account_id, access_session_id)
    viewer.allowed |= sessions
    return viewer


async def _listen(hub: "Hub", line: Line, viewer: Viewer) -> None:
    while True:
        message = await line.receive()
        try:
            await _do(hub, viewer, object_of(message))
        except (TimeoutError, DatabaseError):
            viewer.say({"type": "refused", "code": Code.LIVE_FRAME, "detail": "Try again."})
        except (ValueError, TypeError, KeyError) as error:
            viewer.say({"type": "refused", "code": Code.LIVE_FRAME, "detail": str(error)})


async def _do(hub: "Hub", viewer: Viewer, said: dict[str, Any]) -> None:
    kind = said.get("type")
    if kind == "open":
        found = await hub.work(desk.watcher, str(said.get("ticket", "")))
        if found is not None and found[0] == viewer.account_id:
            viewer.allowed |= found[2]
        viewer.say({"type": "opened", "sessions": sorted(map(str, viewer.allowed))})
    elif kind == "watch":
        key = UUID(str(said["session"]))
        if key not in viewer.allowed or (key not in viewer.watching and len(viewer.watching) >= MOST_WATCHED):
            viewer.say({"type": "closed", "session": str(key), "reason": "right"})
            return
        leads = said.get("leads")
        seconds = max(0, min(BACK_S, int(said.get("seconds", 10))))
        await hub.watch(viewer, key, tuple(map(str, leads)) if isinstance(leads, list) else None, seconds)
    elif kind == "unwatch":
        hub.unwatch(viewer, UUID(str(said["session"])))
    elif kind == "ping":
        viewer.say({"type": "pong"})
