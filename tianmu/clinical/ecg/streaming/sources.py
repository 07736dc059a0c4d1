"""A session that this process receives: frames placed in time, kept, given on, judged."""

import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np

from tianmu.clinical.ecg.rules.live.alarms import AlarmKind
from tianmu.clinical.ecg.rules.live.frames import MISSING, MOST_BYTES, FrameError, Int16, head_of, restamp, samples_of
from tianmu.clinical.ecg.rules.live.monitor import Monitor, Reading
from tianmu.clinical.ecg.rules.live.states import Course, LiveState
from tianmu.clinical.ecg.rules.live.timeline import Timeline
from tianmu.clinical.ecg.streaming.desk import Opened
from tianmu.clinical.ecg.streaming.journal import SEGMENT_S, Journal
from tianmu.clinical.ecg.streaming.tracks import Info, Track

LONGEST_HOLE_S = 15.0
Hang = Callable[[str], Coroutine[Any, Any, None]]


def wall_ms() -> int:
    """Return the server's time in milliseconds."""
    return round(time.time() * 1000)


def utc_now() -> datetime:
    """Return the server's time."""
    return datetime.now(UTC)


class Source:
    """One stream at the process that receives it."""

    def __init__(self, opened: Opened, token_id: UUID | None, account_id: UUID | None) -> None:
        self.info: Info = opened.info
        self.course: Course = opened.course
        self.token_id, self.account_id = token_id, account_id
        self.limits, self.limits_version = opened.limits, opened.limits_version
        self.track = Track(opened.info)
        self.track.load(opened.frames)
        self.track.next_index = opened.next_index
        self.timeline = Timeline(
            opened.info.frame_ms,
            opened.info.began_ms,
            opened.next_index,
            opened.shift,
            opened.clock_offset_ms,
            received=opened.next_index - opened.missing,
            missing=opened.missing,
            doubled=opened.doubled,
        )
        self.journal = Journal(opened.info.session, opened.number)
        self.monitor = self._monitor(opened.next_index)
        self.pending: list[tuple[int, bytes]] = []
        self.judged = opened.next_index
        self.alarms: dict[AlarmKind, dict[str, Any]] = {AlarmKind(str(one["kind"])): one for one in opened.standing}
        signal = [kind for kind in self.alarms if kind is not AlarmKind.NO_SIGNAL]
        self.monitor.book.resume(signal, opened.next_index * opened.info.frame_ms / 1000)
        self.rate: int | None = None
        self.off: tuple[str, ...] = ()
        self.last_heard = time.monotonic()
        self.hang: Hang | None = None
        self.written_seq = self.timeline.next_seq
        self.said_at = 0.0

    def feed(self, data: bytes) -> bytes | None:
        """Take a frame of the device; return it as screens get it, None when it was here already.

        Raises:
            FrameError: the bytes are no frame of this session.
            AheadError: the device sends more signal than time has passed.

        """
        if len(data) > MOST_BYTES:
            raise FrameError("The frame is too long.")
        head = head_of(data)
        signal = (head.session, head.leads, head.samples, head.size)
        if signal != (self.info.session, len(self.info.leads), self.info.samples_per_frame, len(data)):
            raise FrameError("The frame is not of this session: another key, lead count or length.")
        now_ms = wall_ms()
        place = self.timeline.place(head.seq, head.clock_ms, now_ms)
        self.last_heard = time.monotonic()
        if place is None:
            return None
        frame = restamp(data, place.index, self.timeline.instant_ms(place.index))
        self.track.add(place.index, frame)
        self.journal.add(place.index, frame)
        self.pending.append((place.index, frame))
        return frame

    def judge(self) -> Reading | None:
        """Run detection over what came since the last time; in a worker thread."""
        pending, self.pending = self.pending, []
        if not pending:
            return None
        count = self.info.samples_per_frame
        first, end = pending[0][0], pending[-1][0] + 1
        if (first - self.judged) * self.info.frame_ms > 1000 * LONGEST_HOLE_S or first < self.judged:
            book = self.monitor.book
            self.monitor = self._monitor(first)
            self.monitor.book = book
            self.judged = first
        rows: Int16 = np.full((len(self.info.leads), (end - self.judged) * count), MISSING, dtype=np.int16)
        for index, frame in pending:
            at = (index - self.judged) * count
            rows[:, at : at + count] = samples_of(frame)
        self.judged = end
        return self.monitor.push(rows)

    def _monitor(self, first_index: int) -> Monitor:
        return Monitor(
            self.info.leads,
            float(self.info.fs_hz),
            self.info.uv_per_lsb,
            self.limits,
            first=first_index * self.info.samples_per_frame,
        )

    def counts(self) -> dict[str, float | None]:
        """Return what the database keeps of the stream."""
        return {
            "next_index": self.timeline.next_index,
            "shift": self.timeline.shift,
            "clock_offset_ms": self.timeline.clock_offset_ms,
            "missing_frames": self.timeline.missing,
            "doubled_frames": self.timeline.doubled,
        }

    def state(self) -> dict[str, Any]:
        """Return the state as screens get it."""
        return {
            "type": "state",
            "session": str(self.info.session),
            "state": self.course.state.value,
            "rate": self.rate if self.course.state is LiveState.LIVE else None,
            "off": list(self.off),
            "alarms": list(self.alarms.values()),
            "next_index": self.timeline.next_index,
            "missing": self.timeline.missing,
            "server_ms": wall_ms(),
        }

    def write(self) -> tuple[int, int, int, bytes] | None:
        """Append to the journal; return a finished segment when five minutes are full. In a worker thread."""
        sequence = self.timeline.next_seq
        self.journal.write()
        self.written_seq = sequence
        first = self.journal.first_index
        if first is None or (self.journal.end_index - first) * self.info.frame_ms < 1000 * SEGMENT_S:
            return None
        full, self.journal = self.journal, Journal(self.info.session, self.journal.number + 1)
        full.close()
        return full.number, first, full.end_index, full.path.read_bytes()
