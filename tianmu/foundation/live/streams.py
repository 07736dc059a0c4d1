"""The async half of the site: one LISTEN connection, a bounded queue for each browser, server-sent events.

No worker thread is held by an open stream. A slow browser loses what waits and is told to refetch.
"""

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime

import psycopg

from tianmu.foundation.live.actions import CHANNEL
from tianmu.foundation.live.hearing import SESSION_ENDED, Hearing, Message
from tianmu.foundation.live.ports import echo_of
from tianmu.foundation.metrics.counting import gauge

log = logging.getLogger(__name__)
QUEUE_LENGTH = 200
HEARTBEAT_SECONDS = 15
STREAM_LIFE_SECONDS = 1800
HEARING_SECONDS = 5
REDEEM = """
    DELETE FROM live_ticket AS ticket WHERE secret_hash = %s AND expires_at > now() AND NOT EXISTS (
        SELECT 1 FROM access_session WHERE id = ticket.session_id AND revoked_at IS NOT NULL
    ) RETURNING hearing, session_id
"""


class Listener:
    """One browser's queue."""

    def __init__(self, hearing: Hearing, session_id: str | None, life_seconds: float = STREAM_LIFE_SECONDS) -> None:
        self.hearing = hearing
        self.session_id = session_id
        self.life_seconds = life_seconds
        self.queue: asyncio.Queue[Message] = asyncio.Queue(QUEUE_LENGTH)

    def offer(self, message: Message) -> None:
        """Queue a message it may hear, or its echo; a full queue forgets everything and says so."""
        if not self.hearing.hears(message):
            echo = echo_of(message.topic)
            if echo is None:
                return
            message = Message(echo.topic, {}, right=echo.right, paths=message.paths)
            if not self.hearing.hears(message):
                return
        if self.queue.full():
            self.lag()
        self.queue.put_nowait(message)

    def lag(self) -> None:
        """Forget what waits and say that everything must be asked for again."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(Message("live.lagging", {}))


class Broadcaster:
    """Hears the database once for all browsers of this process."""

    def __init__(self, conninfo: Callable[[], str]) -> None:
        self.conninfo = conninfo
        self.listeners: set[Listener] = set()
        self.task: asyncio.Task[None] | None = None
        self.hearing: asyncio.Event | None = None

    def start(self) -> None:
        """Begin to hear, once."""
        if self.task is None or self.task.done():
            self.hearing = asyncio.Event()
            self.task = asyncio.create_task(self._hear(self.hearing))

    async def until_hearing(self) -> None:
        """Begin to hear, and wait a few seconds at most until the database is heard."""
        self.start()
        if self.hearing is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.hearing.wait(), HEARING_SECONDS)

    async def stop(self) -> None:
        """Stop hearing."""
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task
            self.task = None

    async def redeem(self, secret: str) -> Listener | None:
        """Exchange a ticket for a listener; the ticket is used up."""
        digest = hashlib.sha256(secret.encode()).digest()
        async with await psycopg.AsyncConnection.connect(self.conninfo(), autocommit=True) as connection:
            cursor = await connection.execute(
                REDEEM,
                [digest],
            )
            row = await cursor.fetchone()
        if row is None:
            return None
        hearing, session_id = row
        rights = {right: tuple(paths) for right, paths in hearing["rights"].items()}
        return Listener(
            Hearing(rights, hearing["account"], hearing["person"], frozenset(hearing.get("others", ()))),
            str(session_id) if session_id else None,
            life_seconds(hearing.get("until"), datetime.now(UTC)),
        )

    async def events(self, listener: Listener) -> AsyncGenerator[bytes, None]:
        """Yield server-sent events until the stream's life is over; the browser then opens a new one."""
        loop = asyncio.get_running_loop()
        end = loop.time() + listener.life_seconds
        self.listeners.add(listener)
        gauge("tianmu_live_streams", len(self.listeners))
        try:
            await self.until_hearing()
            yield b"retry: 1000\nevent: open\ndata: {}\n\n"
            while loop.time() < end:
                try:
                    wait_seconds = min(HEARTBEAT_SECONDS, max(0.0, end - loop.time()))
                    message = await asyncio.wait_for(listener.queue.get(), wait_seconds)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if message.topic == SESSION_ENDED:
                    if message.facts.get("session") == listener.session_id:
                        return
                    continue
                data = json.dumps({"topic": message.topic, **message.facts}, ensure_ascii=False)
                yield f"event: message\ndata: {data}\n\n".encode()
        finally:
            self.listeners.discard(listener)
            gauge("tianmu_live_streams", len(self.listeners))

    async def _hear(self, hearing: asyncio.Event) -> None:
        while True:
            try:
                await self._hear_until_lost(hearing)
            except (psycopg.Error, OSError) as error:
                log.warning("live connection lost (%s); trying again", type(error).__name__)
            hearing.clear()
            for listener in tuple(self.listeners):
                listener.lag()
            await asyncio.sleep(1)

    async def _hear_until_lost(self, hearing: asyncio.Event) -> None:
        async with await psycopg.AsyncConnection.connect(self.conninfo(), autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            hearing.set()
            async for notice in connection.notifies():
                try:
                    message = parse(notice.payload)
                except (ValueError, LookupError, TypeError) as error:
                    log.warning("a live message could not be read: %s", type(error).__name__)
                    continue
                for listener in tuple(self.listeners):
                    listener.offer(message)


def life_seconds(until: str | None, now: datetime) -> float:
    """Return how long a stream lives: half an hour, less when what it may hear ends before."""
    if until is None:
        return STREAM_LIFE_SECONDS
    return min(STREAM_LIFE_SECONDS, max(0.0, (datetime.fromisoformat(until) - now).total_seconds()))


def parse(payload: str) -> Message:
    """Read what `tell` wrote."""
    raw = json.loads(payload)
    return Message(raw["topic"], raw["facts"], raw["right"], tuple(raw["paths"]), raw["account"], raw["person"])
