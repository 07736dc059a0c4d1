"""A deadline from its event log: how much has passed, how much is left, when 50, 80 and 100 % are reached.

The clock runs from START, rests between PAUSE and RESUME, and ends with STOP. Everything is recomputed from the log.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import ZERO, ZONE, Schedule, add, between

MARKS = (50, 80, 100)


class Tick(StrEnum):
    """What may happen to a clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


class ClockState(StrEnum):
    """How a clock stands."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class ClockError(ValueError):
    """An event log that cannot have happened."""


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One entry of the log."""

    at: datetime
    tick: Tick


@dataclass(frozen=True, slots=True)
class Limit:
    """How much working time is allowed, and when that time runs; `version` names the rule that says so."""

    span: timedelta
    schedule: Schedule
    version: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock read at an instant: spans are working time; `marks` are the instants of 50, 80 and 100 %.

    Deadline and marks are unknown (None, empty) before the start and while the clock rests.
    """

    state: ClockState
    elapsed: timedelta
    remaining: timedelta
    percent: float
    deadline: datetime | None
    marks: dict[int, datetime]
    overdue: bool
    provisional: bool
    inputs_sha256: str


_ALLOWED = {
    (ClockState.NOT_STARTED, Tick.START): ClockState.RUNNING,
    (ClockState.RUNNING, Tick.PAUSE): ClockState.PAUSED,
    (ClockState.RUNNING, Tick.STOP): ClockState.STOPPED,
    (ClockState.PAUSED, Tick.RESUME): ClockState.RUNNING,
    (ClockState.PAUSED, Tick.STOP): ClockState.STOPPED,
}


def read(events: Iterable[ClockEvent], limit: Limit, calendar: Calendar, now: datetime) -> Reading:
    """Read a clock at `now`; events later than `now` have not happened yet.

    Raises:
        ClockError: the log starts twice, resumes what runs, or goes on after its end.

    """
    log = sorted((event for event in events if event.at <= now), key=lambda event: event.at)
    state, runs = _runs(log)
    spans = [between(begin, end or now, limit.schedule, calendar) for begin, end in runs]
    elapsed = sum(spans, ZERO)
    marks = _marks(runs, spans, state, limit, calendar)
    return Reading(
        state=state,
        elapsed=elapsed,
        remaining=max(limit.span - elapsed, ZERO),
        percent=100 * elapsed / limit.span if limit.span else 100.0 * bool(runs),
        deadline=marks.get(100),
        marks=marks,
        overdue=100 in marks and marks[100] < (runs[-1][1] or now),
        provisional=100 in marks and not calendar.is_known(marks[100].astimezone(ZONE).date()),
        inputs_sha256=inputs_hash(log, limit, calendar),
    )


def due_marks(reading: Reading, told: Iterable[int], now: datetime) -> list[int]:
    """Return the marks that are reached at `now` and of which nobody was told yet."""
    known = set(told)
    return [mark for mark, at in sorted(reading.marks.items()) if at <= now and mark not in known]


def inputs_hash(log: Sequence[ClockEvent], limit: Limit, calendar: Calendar) -> str:
    """Return the SHA-256 over everything a reading depends on except the instant, to keep beside a cached deadline."""
    inputs = {
        "log": [[event.at.astimezone(ZONE).isoformat(), event.tick] for event in log],
        "span_seconds": limit.span.total_seconds(),
        "schedule": [limit.schedule.days, [[str(edge) for edge in one] for one in limit.schedule.segments]],
        "rule": limit.version,
        "calendar": calendar.version,
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _runs(log: Sequence[ClockEvent]) -> tuple[ClockState, list[tuple[datetime, datetime | None]]]:
    state = ClockState.NOT_STARTED
    runs: list[tuple[datetime, datetime | None]] = []
    for event in log:
        following = _ALLOWED.get((state, event.tick))
        if following is None:
            message = f"A clock that is {state.replace('_', ' ')} cannot {event.tick}."
            raise ClockError(message)
        if following is ClockState.RUNNING:
            runs.append((event.at, None))
        elif state is ClockState.RUNNING:
            runs[-1] = (runs[-1][0], event.at)
        state = following
    return state, runs


def _marks(
    runs: Sequence[tuple[datetime, datetime | None]],
    spans: Sequence[timedelta],
    state: ClockState,
    limit: Limit,
    calendar: Calendar,
) -> dict[int, datetime]:
    marks: dict[int, datetime] = {}
    for mark in MARKS:
        left = limit.span * mark / 100
        for (begin, end), span in zip(runs, spans, strict=True):
            open_run = end is None and state is ClockState.RUNNING
            if open_run or span >= left:
                marks[mark] = add(begin, left, limit.schedule, calendar)
                break
            left -= span
    return marks
