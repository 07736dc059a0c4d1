"""A working day of the resident engineer: lateness, absence without a record, hours on site (O-110, O-111; 5.5).

The day is read from what was signed and recorded; nothing here decides a fine. Lateness and leaving are two facts of
two different times, so that one absence is never counted twice: who comes late is late until she comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import SCHEDULES, Schedule
from tianmu.operations.duty.rules.shifts import Span, at, overlap, without

ZERO = timedelta(0)


class Sign(StrEnum):
    """What the engineer signs."""

    IN = "in"
    OUT = "out"


class AttendanceError(ValueError):
    """Signs that cannot have happened."""


@dataclass(frozen=True, slots=True)
class Signed:
    """One sign, by the clock of the server."""

    at: datetime
    sign: Sign


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave from the site that the information section received before it began, or `recorded_at` later."""

    span: Span
    recorded_at: datetime

    @property
    def in_time(self) -> bool:
        """Tell whether it was recorded before the engineer left; the very instant is in time (R-04)."""
        return self.recorded_at <= self.span.start


class FindingKind(StrEnum):
    """What a day may show."""

    LATE = "late"
    LEFT_UNRECORDED = "left_unrecorded"


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach to be confirmed by the information section: `span` is the time in question."""

    kind: FindingKind
    span: Span


@dataclass(frozen=True, slots=True)
class Day:
    """What a day of attendance came to."""

    findings: tuple[Finding, ...]
    on_site: timedelta
    required: timedelta


def day_of(
    day: date,
    signed: Sequence[Signed],
    leaves: Sequence[Leave],
    calendar: Calendar,
    until: datetime,
    schedule: Schedule = SCHEDULES["5x8"],
) -> Day:
    """Read one day up to `until`: a day that is still running shows only what has already happened.

    Raises:
        AttendanceError: two signs of the same kind follow each other.

    """
    present = presence(signed, until)
    asked = _required(day, calendar, schedule, until)
    required = sum((span.length for span in asked), ZERO)
    on_site = sum((span.length for span in present), ZERO)
    if not asked:
        return Day((), on_site, required)
    excused = [leave.span for leave in leaves if leave.in_time]
    absent = [gap for segment in asked for gap in without(segment, [*present, *excused])]
    findings = [_finding(gap, asked[0].start, present) for gap in _across_the_break(absent, asked, present)]
    return Day(tuple(findings), on_site, required)


def presence(signed: Sequence[Signed], until: datetime) -> list[Span]:
    """Return when the engineer was on site; without a sign out she is there until `until`.

    Raises:
        AttendanceError: two signs of the same kind follow each other, or the first is a sign out.

    """
    there: list[Span] = []
    since: datetime | None = None
    for one in sorted(signed, key=lambda entry: entry.at):
        if (one.sign is Sign.IN) == (since is not None):
            message = "Sign in and sign out take turns; correct the missing sign with a reason."
            raise AttendanceError(message)
        if one.sign is Sign.IN:
            since = one.at
        elif since is not None:
            there += [Span(since, one.at)] if one.at > since else []
            since = None
    if since is not None and until > since:
        there.append(Span(since, until))
    return there


def _required(day: date, calendar: Calendar, schedule: Schedule, until: datetime) -> list[Span]:
    if not calendar.is_workday(day):
        return []
    segments = [Span(at(day, opens), at(day, closes)) for opens, closes in schedule.segments]
    return [Span(segment.start, min(segment.end, until)) for segment in segments if segment.start < until]


def _across_the_break(absent: Sequence[Span], asked: Sequence[Span], present: Sequence[Span]) -> list[Span]:
    """Join what only the midday break divided: one absence is one fact."""
    breaks = {(before.end, after.start) for before, after in pairwise(asked)}
    joined: list[Span] = []
    for gap in absent:
        pause = (joined[-1].end, gap.start) if joined else None
        if pause in breaks and not any(overlap(Span(*pause), span) for span in present):
            joined[-1] = Span(joined[-1].start, gap.end)
        else:
            joined.append(gap)
    return joined


def _finding(gap: Span, opening: datetime, present: Sequence[Span]) -> Finding:
    came_at_its_end = any(span.start == gap.end for span in present)
    late = gap.start == opening and came_at_its_end
    return Finding(FindingKind.LATE if late else FindingKind.LEFT_UNRECORDED, gap)
