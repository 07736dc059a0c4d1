"""The two doors for WebSockets: `/api/v1/ecg/live/send` for devices, `/api/v1/ecg/live/watch` for screens."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from django.db import DatabaseError

from tianmu.clinical.ecg.streaming.wire import TRY_AGAIN, Line
from tianmu.foundation.live.asgi import Receive, Scope, Send
from tianmu.foundation.live.hearing import SESSION_ENDED, Hearing, Message
from tianmu.foundation.live.streams import Broadcaster, Listener

if TYPE_CHECKING:
    from tianmu.clinical.ecg.streaming.hub import Hub

log = logging.getLogger(__name__)
PREFIX = "/api/v1/ecg/live/"
SEND, WATCH = PREFIX + "send", PREFIX + "watch"
TOPIC = "ecg.live"


class HubListener(Listener):
    """Hears for the hub what the database tells all processes."""

    def __init__(self, hub: "Hub") -> None:
        super().__init__(Hearing({}, None, None), None)
        self.hub = hub

    def offer(self, message: Message) -> None:
        """Give a fact about a live session to the hub."""
        if message.topic == TOPIC:
            self.hub.told(dict(message.facts))
        elif message.topic == SESSION_ENDED and self.hub.viewers:
            self.hub.begin(self.hub.look_at_rights())

    def lag(self) -> None:
        """Look again at what may have been missed."""
        self.hub.begin(self.hub.note_all())


class LiveDoors:
    """The ASGI application of live ECG; it loads what it needs at the first connection."""

    def __init__(self, broadcaster: Broadcaster) -> None:
        self.broadcaster = broadcaster
        self.hub: Hub | None = None
        self.lines: Any = None

    def serves(self, scope: Scope) -> bool:
        """Tell whether a connection is for us."""
        return scope["type"] == "websocket" and scope["path"] in {SEND, WATCH}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        line = Line(receive, send)
        if not await line.accept():
            return
        hub = await self._ready()
        try:
            if scope["path"] == SEND:
                await self.lines.serve_device(hub, line, _bearer(scope), _query(scope).get("ticket", [""])[0])
            else:
                await self.lines.serve_screen(hub, line)
        except DatabaseError:
            log.warning("a live line was closed while the database is away")
            await line.turn_away(TRY_AGAIN, "The database is away. Try again.")
        finally:
            with contextlib.suppress(OSError, RuntimeError):
                await line.close(1000, "")

    async def _ready(self) -> "Hub":
        if self.lines is None:
            self.lines = await asyncio.to_thread(import_module, "tianmu.clinical.ecg.streaming.lines")
        if self.hub is None:
            self.hub = self.lines.Hub()
            self.broadcaster.listeners.add(HubListener(self.hub))
        hub: Hub = self.hub
        await hub.start()
        return hub

    async def stop(self) -> None:
        """Stop, if it ever began."""
        if self.hub is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self.hub.stop()


def _bearer(scope: Scope) -> str:
    headers: Mapping[bytes, bytes] = dict(scope["headers"])
    scheme, _, secret = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    return secret if scheme.casefold() == "bearer" else ""


def _query(scope: Scope) -> dict[str, Any]:
    return parse_qs(scope["query_string"].decode("latin-1"))
