"""One screen's line: a bounded queue in which the oldest samples are dropped, and told, when the screen is too slow."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from tianmu.clinical.ecg.rules.live.frames import only_leads

MOST_WAITING = 256
MOST_BATCH_BYTES = 96_000
BACK_FILL_BYTES = 64_000
MOST_BACKLOG_BYTES = 16_000_000
MOST_TEXTS = 1_000
SEND_SECONDS = 20.0
SendBytes = Callable[[bytes], Awaitable[None]]
SendText = Callable[[str], Awaitable[None]]


class TooSlowError(Exception):
    """Raised when a screen did not take a message for twenty seconds."""


class Viewer:
    """One open line to a screen; several sessions share it."""

    def __init__(self, account_id: UUID, access_session_id: UUID | None) -> None:
        self.account_id, self.access_session_id = account_id, access_session_id
        self.allowed: set[UUID] = set()
        self.watching: dict[UUID, tuple[int, ...] | None] = {}
        self.samples: deque[bytes] = deque()
        self.texts: deque[str] = deque()
        self.backlog: deque[bytes] = deque()
        self.waiting = asyncio.Event()
        self.backlog_bytes = 0
        self.dropped = 0
        self.closed_because = ""

    def offer(self, frame: bytes) -> None:
        """Queue one frame; the oldest goes when too many wait."""
        if len(self.samples) >= MOST_WAITING:
            self.samples.popleft()
            self.dropped += 1
        self.samples.append(frame)
        self.waiting.set()

    def back_fill(self, frames: Sequence[bytes], leads: tuple[int, ...] | None = None) -> None:
        """Queue what was before, the newest first: it leaves when nothing newer waits; what is too much is dropped."""
        batch: list[bytes] = []
        for whole in reversed(frames):
            frame = whole if leads is None else only_leads(whole, leads)
            batch.append(frame)
            if len(batch) * len(frame) >= BACK_FILL_BYTES:
                self._lay_by(batch)
                batch = []
        if batch:
            self._lay_by(batch)
        self.waiting.set()

    def _lay_by(self, batch: Sequence[bytes]) -> None:
        size = sum(map(len, batch))
        if self.backlog_bytes + size > MOST_BACKLOG_BYTES:
            self.dropped += len(batch)
            return
        self.backlog.append(b"".join(reversed(batch)))
        self.backlog_bytes += size

    def say(self, message: Mapping[str, Any]) -> None:
        """Queue a message; it leaves before the samples that wait. A screen that takes none of a thousand is closed."""
        if len(self.texts) >= MOST_TEXTS:
            self.close("slow")
            return
        self.texts.append(json.dumps(message))
        self.waiting.set()

    def close(self, because: str) -> None:
        """Ask the writer to close the line."""
        self.closed_because = because
        self.waiting.set()

    async def write(self, send_bytes: SendBytes, send_text: SendText) -> None:
        """Write what waits until the line is closed."""
        while not self.closed_because:
            await self.waiting.wait()
            self.waiting.clear()
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._flush(send_bytes, send_text)
            except TimeoutError as error:
                raise TooSlowError from error

    async def _flush(self, send_bytes: SendBytes, send_text: SendText) -> None:
        while self.texts:
            await send_text(self.texts.popleft())
        if self.dropped:
            dropped, self.dropped = self.dropped, 0
            await send_text(json.dumps({"type": "lagging", "dropped": dropped}))
        while self.samples and not self.texts:
            batch = [self.samples.popleft()]
            size = len(batch[0])
            while self.samples and size < MOST_BATCH_BYTES:
                batch.append(self.samples.popleft())
                size += len(batch[-1])
            await send_bytes(batch[0] if len(batch) == 1 else b"".join(batch))
        if self.backlog and not self.texts:
            batches = self.backlog.popleft()
            self.backlog_bytes -= len(batches)
            await send_bytes(batches)
        if self.texts or self.backlog:
            self.waiting.set()


class Channel:
    """The screens of one session in this process; a frame is cut to some leads once for all that want them."""

    def __init__(self) -> None:
        self.by_leads: dict[tuple[int, ...] | None, set[Viewer]] = {}

    def __bool__(self) -> bool:
        return bool(self.by_leads)

    @property
    def viewers(self) -> set[Viewer]:
        """Return all screens."""
        return set().union(*self.by_leads.values()) if self.by_leads else set()

    def add(self, viewer: Viewer, leads: tuple[int, ...] | None) -> None:
        """Let a screen watch."""
        self.remove(viewer)
        self.by_leads.setdefault(leads, set()).add(viewer)

    def remove(self, viewer: Viewer) -> None:
        """Let a screen go."""
        for leads in list(self.by_leads):
            self.by_leads[leads].discard(viewer)
            if not self.by_leads[leads]:
                del self.by_leads[leads]

    def publish(self, frame: bytes) -> None:
        """Give a frame to every screen."""
        for leads, viewers in self.by_leads.items():
            cut = frame if leads is None else only_leads(frame, leads)
            for viewer in viewers:
                viewer.offer(cut)

    def say(self, message: Mapping[str, Any]) -> None:
        """Give a message to every screen."""
        for viewer in self.viewers:
            viewer.say(message)
