"""The one door: streams are served here, everything else by the synchronous half in worker threads."""

import os
from typing import Any

from a2wsgi import WSGIMiddleware
from django.db import connection
from psycopg.conninfo import make_conninfo

from tianmu.foundation.live.asgi import Receive, Scope, Send, serve_events
from tianmu.foundation.live.streams import Broadcaster
from tianmu.site.wsgi import application as synchronous

EVENTS_PATH = "/api/v1/live/events"
CONNECTION_KEYS = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")
_synchronous: Any = synchronous
pages: Any = WSGIMiddleware(_synchronous, workers=int(os.environ.get("TIANMU_WEB_THREADS", "6")))


def conninfo() -> str:
    """Return how the async half reaches the database: as the synchronous half does."""
    parameters = connection.get_connection_params()
    return make_conninfo(**{key: parameters[key] for key in CONNECTION_KEYS if parameters.get(key)})


broadcaster = Broadcaster(conninfo)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one connection."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == EVENTS_PATH:
        await serve_events(broadcaster, scope, receive, send)
    elif scope["type"] == "http":
        await pages(scope, coroutine(receive), send)
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


def coroutine(receive: Receive) -> Receive:
    """Return `receive` as a coroutine function: a2wsgi schedules it on the loop, granian's own is merely awaitable."""

    async def received() -> Any:  # noqa: ANN401 - an ASGI message
        return await receive()

    return received
