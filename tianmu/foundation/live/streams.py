"""The async half of the site: one LISTEN connection, a bounded queue for each browser, server-sent events.

No worker thread is held by an open stream. A slow browser loses its oldest messages and is told to refetch.
"""

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import AsyncGenerator, Callable

import psycopg

from tianmu.foundation.live.actions import CHANNEL
from tianmu.foundation.live.hearing import Hearing, Message

log = logging.getLogger(__name__)
QUEUE_LENGTH = 200
HEARTBEAT_SECONDS = 15
STREAM_LIFE_SECONDS = 1800


class Listener:
    """One browser's queue."""

    def __init__(self, hearing: Hearing, session_id: str | None) -> None:
        self.hearing = hearing
        self.session_id = session_id
        self.queue: asyncio.Queue[Message] = asyncio.Queue(QUEUE_LENGTH)

    def offer(self, message: Message) -> None:
        """Queue a message it may hear; a full queue forgets the oldest and says so."""
        if not self.hearing.hears(message):
            return
        if self.queue.full():
            self.queue.get_nowait()
            self.queue.get_nowait()
            self.queue.put_nowait(Message("live.lagging", {}))
        self.queue.put_nowait(message)


class Broadcaster:
    """Hears the database once for all browsers of this process."""

    def __init__(self, conninfo: Callable[[], str]) -> None:
        self.conninfo = conninfo
        self.listeners: set[Listener] = set()
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to hear, once."""
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._hear())

    async def stop(self) -> None:
        """Stop hearing."""
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task

    async def redeem(self, secret: str) -> Listener | None:
        """Exchange a ticket for a listener; the ticket is used up."""
        digest = hashlib.sha256(secret.encode()).digest()
        async with await psycopg.AsyncConnection.connect(self.conninfo(), autocommit=True) as connection:
            cursor = await connection.execute(
                "DELETE FROM live_ticket WHERE secret_hash = %s AND expires_at > now() RETURNING hearing, session_id",
                [digest],
            )
            row = await cursor.fetchone()
        if row is None:
            return None
        hearing, session_id = row
        rights = {right: tuple(paths) for right, paths in hearing["rights"].items()}
        return Listener(Hearing(rights, hearing["account"], hearing["person"]), str(session_id) if session_id else None)

    async def events(self, listener: Listener) -> AsyncGenerator[bytes, None]:
        """Yield server-sent events until the stream has lived half an hour; the browser then opens a new one."""
        self.listeners.add(listener)
        loop = asyncio.get_running_loop()
        end = loop.time() + STREAM_LIFE_SECONDS
        try:
            yield b"retry: 1000\nevent: open\ndata: {}\n\n"
            while loop.time() < end:
                try:
                    message = await asyncio.wait_for(listener.queue.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if message.topic == "access.session_ended" and message.facts.get("session") == listener.session_id:
                    return
                data = json.dumps({"topic": message.topic, **message.facts}, ensure_ascii=False)
                yield f"event: message\ndata: {data}\n\n".encode()
        finally:
            self.listeners.discard(listener)

    async def _hear(self) -> None:
        while True:
            try:
                await self._hear_until_lost()
            except (psycopg.Error, OSError) as error:
                log.warning("live connection lost (%s); trying again", type(error).__name__)
            for listener in tuple(self.listeners):
                listener.queue.put_nowait(Message("live.lagging", {})) if not listener.queue.full() else None
            await asyncio.sleep(1)

    async def _hear_until_lost(self) -> None:
        async with await psycopg.AsyncConnection.connect(self.conninfo(), autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            async for notice in connection.notifies():
                raw = json.loads(notice.payload)
                message = Message(
                    raw["topic"], raw["facts"], raw["right"], tuple(raw["paths"]), raw["account"], raw["person"]
                )
                for listener in tuple(self.listeners):
                    listener.offer(message)
