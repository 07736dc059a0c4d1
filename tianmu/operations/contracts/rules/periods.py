"""Contract years, due days and excused days (1.2, 3.5, 8.1, 8.2; readings R-03, R-04, R-10, R-14)."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.operations.contracts.rules.events import Excuse
from tianmu.operations.contracts.rules.readings import Readings
from tianmu.operations.contracts.rules.terms import Instalment, Terms

ONE_DAY = timedelta(days=1)
FORCE_MAJEURE = "force_majeure"
NO_EXCUSE_OF_SERVICE = frozenset({"third_party"})
_YEARS_AHEAD = 120


def years_after(day: date, years: int) -> date:
    """Return the same day of a later year; the last of February where it has no 29th (Civil Code art. 202)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


@dataclass(frozen=True, slots=True)
class ContractYears:
    """The years of a contract that renews itself: each ends on the day of signing, the next begins the day after."""

    ends: tuple[date, ...]
    signed: date

    @classmethod
    def of(cls, terms: Terms) -> "ContractYears":
        """Return the years of these terms."""
        ends = tuple(years_after(terms.signed, count) for count in range(1, _YEARS_AHEAD))
        return cls(ends, terms.signed)

    def of_day(self, day: date) -> int:
        """Return the number of the year a day belongs to; the first is 1 and holds the day of signing."""
        return bisect_left(self.ends, day) + 1

    def first_day(self, number: int) -> date:
        """Return the first day of a year; that of the first is the day of signing."""
        return self.signed if number == 1 else self.ends[number - 2] + ONE_DAY

    def last_day(self, number: int) -> date:
        """Return the last day of a year."""
        return self.ends[number - 1]


def due_day(start: date, days: int, readings: Readings, calendar: Calendar) -> date:
    """Return the last day of a period of calendar days after `start`, which is not counted (R-03, R-04)."""
    return rolled(start + timedelta(days=days), readings, calendar)


def rolled(day: date, readings: Readings, calendar: Calendar) -> date:
    """Return the day itself, or the first worked day after it when it is a rest day and the reading says so."""
    while readings.rest_day_roll and not calendar.is_workday(day):
        day += ONE_DAY
    return day


def instalment_due(one: Instalment, terms: Terms, readings: Readings, calendar: Calendar, year: int = 1) -> date:
    """Return the day on which an instalment of a contract year must have been paid."""
    start = years_after(terms.signed, year if one.after == "term_end" else year - 1)
    return due_day(start, one.days, readings, calendar)


def excused_days(
    first: date, last: date, excuses: Iterable[Excuse], terms: Terms, readings: Readings, calendar: Calendar
) -> set[date]:
    """Return the days from `first` to `last` that do not count as delay.

    Force majeure counts when notice and proof were in time (where told), and when it began before any day of delay that
    nothing else excuses (8.2); the others count as recorded.
    """
    force: list[Excuse] = []
    free: set[date] = set()
    for excuse in excuses:
        if excuse.cause == FORCE_MAJEURE:
            force.append(excuse)
        elif excuse.cause not in NO_EXCUSE_OF_SERVICE:
            free |= _days(max(first, excuse.first), min(last, excuse.last))
    for excuse in force:
        if excuse.first > _first_open(first, last, free) or not proven(excuse, terms, readings, calendar):
            continue
        free |= _days(max(first, excuse.first), min(last, excuse.last))
    return free


def proven(excuse: Excuse, terms: Terms, readings: Readings, calendar: Calendar) -> bool:
    """Tell whether notice and proof came in time (3 days, 15 working days); what is not told is taken as accepted."""
    if not excuse.proof_told:
        return True
    if excuse.notified is None or excuse.proved is None:
        return False
    notice_due = due_day(excuse.first, terms.notice_days, readings, calendar)
    return excuse.notified <= notice_due and excuse.proved <= calendar.add_workdays(excuse.first, terms.proof_workdays)


def is_late(done: datetime, limit: datetime, readings: Readings) -> bool:
    """Tell whether something done at `done` missed its limit; exactly at the limit is in time unless read otherwise."""
    return done > limit if readings.deadline_inclusive else done >= limit


def _first_open(first: date, last: date, free: set[date]) -> date:
    day = first
    while day in free and day <= last:
        day += ONE_DAY
    return day


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=step) for step in range((last - first).days + 1)}
