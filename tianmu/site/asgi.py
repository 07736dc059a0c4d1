"""The one door: streams are served here, everything else by the synchronous half in worker threads."""

import os
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from tianmu.clinical.ecg.streaming.doors import LiveDoors
from tianmu.foundation.live.asgi import Receive, Scope, Send, serve_events
from tianmu.foundation.live.streams import Broadcaster
from tianmu.site.bridge import THREADS, Bridge
from tianmu.site.wsgi import application as synchronous

EVENTS_PATH = "/api/v1/live/events"
CONNECTION_KEYS = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")
_synchronous: Any = synchronous
pages = Bridge(
    _synchronous,
    threads=int(os.environ.get("TIANMU_WEB_THREADS", str(THREADS))),
    most_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
)


def conninfo() -> str:
    """Return how the async half reaches the database: as the synchronous half does."""
    parameters = connection.get_connection_params()
    return make_conninfo(**{key: parameters[key] for key in CONNECTION_KEYS if parameters.get(key)})


broadcaster = Broadcaster(conninfo)
live_ecg = LiveDoors(broadcaster)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one connection."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == EVENTS_PATH:
        await serve_events(broadcaster, scope, receive, send)
    elif scope["type"] == "http":
        await pages(scope, receive, send)
    elif live_ecg.serves(scope):
        await live_ecg(scope, receive, send)
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
            await live_ecg.stop()
            await broadcaster.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
