"""What a month's roster must cover, and what stands in the way of its publication (O-070, O-072; service desk 4).

Every rest day and statutory holiday needs a duty engineer from 00:00 to 24:00; every working day the resident engineer
in working hours, and somebody on call before and after them.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter
from uuid import UUID

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import end_of_day
from tianmu.operations.duty.rules.shifts import LONGEST_SHIFT, Shift, ShiftKind, Span, at, overlap, whole_day, without

_REMINDERS = ((20, time(10)), (25, time(10)), (27, time(10)), (28, time(10)))
_LAST_DAY = {"28_end": 28, "27_end": 27}
_NIGHT = frozenset({ShiftKind.ON_CALL, ShiftKind.DUTY})


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year."""

    year: int
    month: int

    def __post_init__(self) -> None:
        date(self.year, self.month, 1)

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, self.month, 1)

    @property
    def following(self) -> "Month":
        """Return the month after it."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def previous(self) -> "Month":
        """Return the month before it."""
        last = self.first - timedelta(days=1)
        return Month(last.year, last.month)

    def days(self) -> list[date]:
        """Return its days in order."""
        length = (self.following.first - self.first).days
        return [self.first + timedelta(days=step) for step in range(length)]

    @property
    def span(self) -> Span:
        """Return it from its first to its last instant."""
        return Span(at(self.first, time()), at(self.following.first, time()))


@dataclass(frozen=True, slots=True)
class Hours:
    """When the resident engineer is there on a working day (R-01), the midday break counted in."""

    opens: time = time(8)
    closes: time = time(17, 30)


class FaultKind(StrEnum):
    """Why a roster may not be published."""

    GAP = "gap"
    DOUBLE = "double"
    OUTSIDE = "outside"
    CALENDAR_UNKNOWN = "calendar_unknown"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: when, which kind of duty, and whose shifts."""

    kind: FaultKind
    span: Span
    duty: ShiftKind | None = None
    person: UUID | None = None
    shifts: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Turns:
    """How many rest days and nights somebody has taken on."""

    rest_days: int = 0
    nights: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """Somebody of one of these kinds has to be there for the whole span; `duty` is the kind to name in a gap."""

    span: Span
    duty: ShiftKind
    kinds: frozenset[ShiftKind]


def needs(month: Month, calendar: Calendar, hours: Hours) -> Iterator[Need]:
    """Yield what the days of a month need, in order."""
    for day in month.days():
        if not calendar.is_workday(day):
            yield Need(whole_day(day), ShiftKind.DUTY, frozenset({ShiftKind.DUTY}))
            continue
        opens, closes = at(day, hours.opens), at(day, hours.closes)
        night = ShiftKind.ON_CALL
        yield Need(Span(at(day, time()), opens), night, _NIGHT)
        yield Need(Span(opens, closes), ShiftKind.RESIDENT, frozenset({ShiftKind.RESIDENT}))
        yield Need(Span(closes, end_of_day(day)), night, _NIGHT)


def faults(
    month: Month,
    shifts: Sequence[Shift],
    calendar: Calendar,
    hours: Hours,
    neighbours: Sequence[Shift] = (),
) -> list[Fault]:
    """Return everything that is wrong with a month, in order of time; an empty list may be published.

    `neighbours` are shifts of the months beside it: the last night before the first morning belongs to them.
    """
    found = [
        Fault(FaultKind.CALENDAR_UNKNOWN, whole_day(day)) for day in month.days()[-1:] if not calendar.is_known(day)
    ]
    everybody = sorted([*shifts, *neighbours], key=attrgetter("span"))
    starts = [shift.span.start for shift in everybody]
    for need in needs(month, calendar, hours):
        # No shift is longer than 36 hours: what began before that cannot reach the need.
        first = bisect_left(starts, need.span.start - LONGEST_SHIFT)
        near = everybody[first : bisect_left(starts, need.span.end)]
        there = (shift.span for shift in near if shift.kind in need.kinds)
        found += [Fault(FaultKind.GAP, gap, duty=need.duty) for gap in without(need.span, there)]
    found += [
        Fault(FaultKind.OUTSIDE, shift.span, shift.kind, shift.person, (shift.key,))
        for shift in shifts
        if not month.span.holds(shift.span.start)
    ]
    found += doubles(everybody)
    return sorted(found, key=lambda fault: (fault.span, fault.kind))


def doubles(shifts: Iterable[Shift]) -> list[Fault]:
    """Return where one person stands on two shifts at the same time."""
    people: dict[UUID, list[Shift]] = {}
    for shift in shifts:
        people.setdefault(shift.person, []).append(shift)
    found = []
    for person, own in people.items():
        longest: Shift | None = None
        for earlier, later in pairwise(sorted(own, key=attrgetter("span", "key"))):
            longest = earlier if longest is None or earlier.span.end > longest.span.end else longest
            shared = overlap(longest.span, later.span)
            if shared:
                found.append(Fault(FaultKind.DOUBLE, shared, later.kind, person, (longest.key, later.key)))
    return found


def due(month: Month, reading: str = "28_end") -> datetime:
    """Return the last instant at which a month's roster is in time: the 28th (R-27) of the month before, 24:00.

    Raises:
        KeyError: the reading is not one of R-27.

    """
    before = month.previous
    return end_of_day(date(before.year, before.month, _LAST_DAY[reading]))


def reminders(month: Month) -> list[datetime]:
    """Return when to remind of a roster that is not published: the 20th, 25th, 27th and 28th at 10:00."""
    before = month.previous
    return [at(date(before.year, before.month, day), clock) for day, clock in _REMINDERS]


def proposal(
    month: Month, people: Sequence[UUID], calendar: Calendar, carried: Mapping[UUID, Turns] | None = None
) -> list[tuple[UUID, ShiftKind, date]]:
    """Propose who takes which day: whoever has had fewest rest days or nights so far, the resident by week.

    `carried` is what everybody took on in the months before, so that a year comes out even and not only a month. The
    result is the same for the same people in the same order; an editor changes it before publication.
    """
    if not people:
        return []
    before = carried or {}
    rests = {one: before.get(one, Turns()).rest_days for one in people}
    nights = {one: before.get(one, Turns()).nights for one in people}
    taken: list[tuple[UUID, ShiftKind, date]] = []
    last: UUID | None = None
    for day in month.days():
        is_rest = not calendar.is_workday(day)
        resident = people[day.toordinal() // 7 % len(people)]
        free = [one for one in people if one != last and (is_rest or one != resident)] or list(people)
        mine, other = (rests, nights) if is_rest else (nights, rests)
        duty = min(free, key=lambda one: (mine[one], other[one], people.index(one)))
        mine[duty] += 1
        if not is_rest:
            taken.append((resident, ShiftKind.RESIDENT, day))
        taken.append((duty, ShiftKind.DUTY if is_rest else ShiftKind.ON_CALL, day))
        last = duty
    return taken


def slots(day: date, calendar: Calendar, hours: Hours | None = None) -> list[tuple[ShiftKind, Span]]:
    """Return the shifts that a day needs, with their usual spans: one on a rest day, two on a working day."""
    kinds = [ShiftKind.RESIDENT, ShiftKind.ON_CALL] if calendar.is_workday(day) else [ShiftKind.DUTY]
    return [(kind, span_of(kind, day, calendar, hours or Hours())) for kind in kinds]


def span_of(kind: ShiftKind, day: date, calendar: Calendar, hours: Hours) -> Span:
    """Return the usual span of a shift that starts on a day.

    Duty and nights on call go on until the next opening, or until midnight when the next day is free.
    """
    if kind is ShiftKind.RESIDENT:
        return Span(at(day, hours.opens), at(day, hours.closes))
    next_day = day + timedelta(days=1)
    until = at(next_day, hours.opens) if calendar.is_workday(next_day) else end_of_day(day)
    return Span(at(day, time() if kind is ShiftKind.DUTY else hours.closes), until)
