"""The one door: streams are served here, everything else by the synchronous half in worker threads."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from a2wsgi import WSGIMiddleware
from django.db import connection

from tianmu.foundation.live.streams import Broadcaster
from tianmu.site.wsgi import application as synchronous

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

EVENTS_PATH = "/api/v1/live/events"
_synchronous: Any = synchronous
pages: Any = WSGIMiddleware(_synchronous, workers=int(os.environ.get("TIANMU_WEB_THREADS", "6")))


def conninfo() -> str:
    """Return how the async half reaches the database: as the synchronous half does."""
    parameters = connection.get_connection_params()
    kept = {
        key: value
        for key, value in parameters.items()
        if key in {"dbname", "user", "password", "host", "port", "sslmode"}
    }
    return " ".join(f"{key}='{value}'" for key, value in kept.items() if value)


broadcaster = Broadcaster(conninfo)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one connection."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == EVENTS_PATH:
        await events(scope, send)
    elif scope["type"] == "http":
        await pages(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1008})


async def lifespan(receive: Receive, send: Send) -> None:
    """Start and stop hearing the database."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            broadcaster.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await broadcaster.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def events(scope: Scope, send: Send) -> None:
    """Stream server-sent events to a browser that brings a ticket."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    listener = await broadcaster.redeem(query.get("ticket", [""])[0])
    if listener is None:
        await _answer(send, 401, b'{"code":"live.ticket_invalid","detail":"Ask for a new ticket."}')
        return
    broadcaster.start()
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    stream = broadcaster.events(listener)
    try:
        async for chunk in stream:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except (OSError, RuntimeError):
        return
    finally:
        await stream.aclose()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _answer(send: Send, status: int, body: bytes) -> None:
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/problem+json")]}
    )
    await send({"type": "http.response.body", "body": body})
