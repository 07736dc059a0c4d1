"""The life of a ticket (spec service-desk.md 2): which move leads where, and when one ends by itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import ZONE, end_of_day

REOPEN_WITHIN = timedelta(days=7)
CLOSE_AFTER_WORKDAYS = 3
MAJOR_GRADES = frozenset({1, 2, 3})


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    REJECTED = "rejected"
    MERGED = "merged"


class Wait(StrEnum):
    """For whom or what a ticket waits; only `PARTY_A_MATERIAL` stops a clock (R-08)."""

    USER = "user"
    PARTY_A_MATERIAL = "party_a_material"
    VENDOR = "vendor"
    AGREED_DATE = "agreed_date"


class Move(StrEnum):
    """What people do to a ticket."""

    ACCEPT = "accept"
    RELEASE = "release"
    START = "start"
    WAIT = "wait"
    RESUME = "resume"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    CLOSE = "close"
    REOPEN = "reopen"
    REJECT = "reject"
    MERGE = "merge"


OPEN = frozenset({State.NEW, State.ACCEPTED, State.IN_PROGRESS, State.WAITING})
ENDED = frozenset({State.CLOSED, State.REJECTED, State.MERGED})
REASONED = frozenset({Move.REJECT, Move.REOPEN, Move.WAIT, Move.RELEASE, Move.MERGE})

_TABLE: Mapping[Move, tuple[frozenset[State], State]] = MappingProxyType(
    {
        Move.ACCEPT: (frozenset({State.NEW}), State.ACCEPTED),
        Move.RELEASE: (frozenset({State.ACCEPTED, State.IN_PROGRESS}), State.NEW),
        Move.START: (frozenset({State.ACCEPTED}), State.IN_PROGRESS),
        Move.WAIT: (frozenset({State.ACCEPTED, State.IN_PROGRESS}), State.WAITING),
        Move.RESUME: (frozenset({State.WAITING}), State.IN_PROGRESS),
        Move.RESOLVE: (frozenset({State.ACCEPTED, State.IN_PROGRESS, State.WAITING}), State.RESOLVED),
        Move.CONFIRM: (frozenset({State.RESOLVED}), State.CONFIRMED),
        Move.CLOSE: (frozenset({State.RESOLVED, State.CONFIRMED}), State.CLOSED),
        Move.REOPEN: (
            frozenset({State.RESOLVED, State.CONFIRMED, State.CLOSED, State.REJECTED}),
            State.IN_PROGRESS,
        ),
        Move.REJECT: (frozenset({State.NEW, State.ACCEPTED, State.IN_PROGRESS}), State.REJECTED),
        Move.MERGE: (OPEN, State.MERGED),
    }
)


def after(move: Move, state: State) -> State | None:
    """Return the state that a move leads to, None where it is not possible."""
    sources, target = _TABLE[move]
    return target if state in sources else None


def moves_from(state: State) -> list[Move]:
    """Return the moves that a state allows."""
    return [move for move, (sources, _) in _TABLE.items() if state in sources]


def may_reopen(ended_at: datetime | None, now: datetime) -> bool:
    """Tell whether a ticket that ended at `ended_at` may go back to work: within 7 days, the last second included."""
    return ended_at is None or now <= ended_at + REOPEN_WITHIN


def closes_at(*, incident: bool, grade: int | None, resolved_at: datetime, calendar: Calendar) -> datetime | None:
    """Return when a resolved ticket without an answer closes: the end of the third working day after; never I-III.

    An incident without a grade is not closed by itself either: its grade is not yet known.
    """
    if incident and (grade is None or grade in MAJOR_GRADES):
        return None
    return end_of_day(calendar.add_workdays(resolved_at.astimezone(ZONE).date(), CLOSE_AFTER_WORKDAYS))
