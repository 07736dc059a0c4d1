"""The stream of live events as an ASGI application: a ticket in, server-sent events out, gone when the browser is."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs

import orjson
import psycopg

from tianmu.foundation.api.errors import Code
from tianmu.foundation.api.problem import problem_body
from tianmu.foundation.live.streams import Broadcaster

log = logging.getLogger(__name__)
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def serve_events(broadcaster: Broadcaster, scope: Scope, receive: Receive, send: Send) -> None:
    """Stream events to one browser that brings a ticket."""
    if scope["method"] != "GET":
        await _refuse(send, 405, Code.METHOD_NOT_ALLOWED, "Events are read with GET.")
        return
    ticket = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
    try:
        listener = await broadcaster.redeem(ticket)
    except (psycopg.Error, OSError) as error:
        log.warning("a ticket could not be checked: %s", type(error).__name__)
        await _refuse(send, 503, Code.UNAVAILABLE, "The database does not answer. Try again in a moment.")
        return
    if listener is None:
        await _refuse(send, 401, "live.ticket_invalid", "This ticket was used or is too old. Ask for a new one.")
        return
    await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
    stream = broadcaster.events(listener)
    pump = asyncio.create_task(_pump(stream, send))
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await asyncio.wait({pump, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (pump, gone):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError, RuntimeError):
                await task
        await stream.aclose()


async def _pump(stream: AsyncGenerator[bytes, None], send: Send) -> None:
    async for chunk in stream:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int, code: str, detail: str) -> None:
    body = problem_body(status=status, code=code, detail=detail, trace_id=token_hex(8))
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(body)})
