"""A shift, and arithmetic on half-open spans of time. Instants are aware; a span holds its start and not its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from tianmu.foundation.calendars.worktime import ZONE, end_of_day

LONGEST_SHIFT = timedelta(hours=36)


class ShiftKind(StrEnum):
    """What somebody on a shift does."""

    RESIDENT = "resident"
    ON_CALL = "on_call"
    DUTY = "duty"


class ShiftError(ValueError):
    """A shift that nobody can work; the message says why."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` until just before `end`."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            message = "A span of time needs a zone."
            raise ShiftError(message)
        if self.end <= self.start:
            message = "A span of time ends after it starts."
            raise ShiftError(message)

    @property
    def length(self) -> timedelta:
        """Return how long it is."""
        return self.end - self.start

    def holds(self, instant: datetime) -> bool:
        """Tell whether an instant lies inside."""
        return self.start <= instant < self.end


@dataclass(frozen=True, slots=True)
class Shift:
    """One person, one kind of duty, at most 36 hours in one piece."""

    key: UUID
    person: UUID
    kind: ShiftKind
    span: Span

    def __post_init__(self) -> None:
        if self.span.length > LONGEST_SHIFT:
            message = "A shift lasts 36 hours at most; divide it."
            raise ShiftError(message)


def overlap(one: Span, other: Span) -> Span | None:
    """Return what two spans have in common."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Span(start, end) if start < end else None


def without(wanted: Span, taken: Iterable[Span]) -> list[Span]:
    """Return the parts of `wanted`, in order, that no span of `taken` covers."""
    left: list[Span] = []
    reached = wanted.start
    for span in sorted(taken):
        if span.start >= wanted.end:
            break
        if span.start > reached:
            left.append(Span(reached, span.start))
        reached = max(reached, span.end)
    if reached < wanted.end:
        left.append(Span(reached, wanted.end))
    return left


def at(day: date, clock: time) -> datetime:
    """Return an instant of a day in the business zone."""
    return datetime.combine(day, clock, ZONE)


def whole_day(day: date) -> Span:
    """Return a day from 00:00 to 24:00 in the business zone."""
    return Span(at(day, time()), end_of_day(day))
