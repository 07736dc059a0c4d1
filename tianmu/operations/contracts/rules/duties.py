"""Which duties fall due in a contract year: payments, rosters, inspections, checks, notices, returns (section 6)."""

import calendar as months
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import end_of_day
from tianmu.operations.contracts.rules.catalogue import obligations
from tianmu.operations.contracts.rules.periods import (
    ONE_DAY,
    ContractYears,
    due_day,
    instalment_due,
    rolled,
)
from tianmu.operations.contracts.rules.readings import Readings
from tianmu.operations.contracts.rules.terms import Terms

SOON = timedelta(days=7)
ROSTER_DAY = 28
MARKS_DAYS = (30, 14, 7, 3, 1, 0)
NOTED = "noted-"
FAR = frozenset({"before_end", "expiry", "instalment"})


class DutyState(StrEnum):
    """How a duty stands at an instant."""

    AHEAD = "ahead"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DONE = "done"
    DONE_LATE = "done_late"


@dataclass(frozen=True, slots=True)
class DutySpec:
    """A duty that appears by itself: `first` is the first day on which it can be done, `due_at` the last instant."""

    obligation: str
    period: str
    owner: str
    first: date
    due_at: datetime
    optional: bool


@dataclass(frozen=True, slots=True)
class _Span:
    """What a schedule is made from."""

    terms: Terms
    readings: Readings
    calendar: Calendar
    year: int
    first: date
    last: date
    ended_on: date | None


def schedule(
    terms: Terms, readings: Readings, calendar: Calendar, year: int, ended_on: date | None = None
) -> list[DutySpec]:
    """Return the duties of a contract year; once the contract has ended, none after that day but the return (6.3)."""
    years = ContractYears.of(terms)
    first = terms.signed + ONE_DAY if year == 1 else years.first_day(year)
    span = _Span(terms, readings, calendar, year, first, years.last_day(year), ended_on)
    found = []
    for key, one in obligations().items():
        plan = one.get("duty")
        if plan is not None:
            found += [
                DutySpec(key, period, plan.get("owner", one["owner"]), since, due, bool(plan.get("optional")))
                for period, since, due in _PLANS[plan["kind"]](span, plan)
                if ended_on is None or plan["kind"] in {"after_end", "instalment"} or since <= ended_on
            ]
    return sorted(found, key=lambda spec: (spec.due_at, spec.obligation))


def state_of(due_at: datetime, fulfilled_at: datetime | None, now: datetime) -> DutyState:
    """Tell how a duty stands; done exactly at its instant is in time (R-04)."""
    if fulfilled_at is not None:
        return DutyState.DONE if fulfilled_at <= due_at else DutyState.DONE_LATE
    if now > due_at:
        return DutyState.OVERDUE
    return DutyState.DUE_SOON if due_at - now <= SOON else DutyState.AHEAD


def due_after(obligation: Mapping[str, Any], start: date, readings: Readings, calendar: Calendar) -> datetime | None:
    """Return the last instant of the limit that a day starts under an obligation; none where it sets no limit."""
    limit = obligation.get("trigger")
    if limit is None:
        return None
    if "workdays" in limit:
        return end_of_day(calendar.add_workdays(start, limit["workdays"]))
    return end_of_day(due_day(start, limit["days"], readings, calendar))


def reminder_mark(obligation: str, due_at: datetime, now: datetime) -> int | None:
    """Return the mark (days before the due instant) whose reminder is owed now; -1, -2.. for each week overdue."""
    left = due_at - now
    if left < timedelta(0):
        return -1 - int(-left // timedelta(days=7))
    plan = obligations()[obligation].get("duty", {})
    marks = MARKS_DAYS if plan.get("kind") in FAR else MARKS_DAYS[2:]
    reached = [mark for mark in marks if left <= timedelta(days=mark)]
    return min(reached) if reached else None


def month_spans(first: date, last: date, by: str, size: int) -> list[tuple[str, date, date]]:
    """Return periods of `size` months in a year of service: from its first day on, or by the calendar (R-28)."""
    spans = []
    if by == "service":
        for number in range(12 // size):
            start, after = months_after(first, number * size), months_after(first, (number + 1) * size)
            spans.append((f"{number + 1:02}", start, after - ONE_DAY))
        return spans
    begin = date(first.year, (first.month - 1) // size * size + 1, 1)
    while begin <= last:
        after = months_after(begin, size)
        name = f"{begin:%Y-%m}" if size == 1 else f"{begin.year}-Q{(begin.month - 1) // size + 1}"
        spans.append((name, max(begin, first), min(after - ONE_DAY, last)))
        begin = after
    return spans


def months_after(day: date, count: int) -> date:
    """Return the same day `count` months later, the last of the month where it has none."""
    year, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


Found = Iterator[tuple[str, date, datetime]]


def _before_end(span: _Span, plan: Mapping[str, Any]) -> Found:
    due = span.last - timedelta(days=plan["days"])
    yield f"year-{span.year}", max(span.first, due - timedelta(days=60)), end_of_day(due)


def _last_month(span: _Span, _plan: Mapping[str, Any]) -> Found:
    yield f"year-{span.year}", months_after(span.last, -1) + ONE_DAY, end_of_day(span.last)


def _instalment(span: _Span, plan: Mapping[str, Any]) -> Found:
    one = next((one for one in span.terms.instalments if one.number == plan["number"]), None)
    if one is not None:
        due = instalment_due(one, span.terms, span.readings, span.calendar, span.year)
        yield f"year-{span.year}", span.first if one.after == "signing" else span.last + ONE_DAY, end_of_day(due)


def _once(span: _Span, plan: Mapping[str, Any]) -> Found:
    if span.year == 1:
        due = due_day(span.terms.signed, plan["days"], span.readings, span.calendar)
        yield "once", span.terms.signed, end_of_day(due)


def _quarter(span: _Span, _plan: Mapping[str, Any]) -> Found:
    for name, first, last in month_spans(span.first, span.last, span.readings.month, 3):
        yield f"year-{span.year}-q{name}", first, end_of_day(last)


def _month(span: _Span, _plan: Mapping[str, Any]) -> Found:
    for name, first, last in month_spans(span.first, span.last, span.readings.month, 1):
        yield f"year-{span.year}-m{name}", first, end_of_day(last)


def _roster(span: _Span, _plan: Mapping[str, Any]) -> Found:
    begin = date(span.first.year, span.first.month, 1)
    while begin <= span.last:
        due = date(begin.year, begin.month, ROSTER_DAY - (span.readings.roster_due == "27_end"))
        following = months_after(begin, 1)
        if span.first <= due <= span.last:
            yield f"{following:%Y-%m}", begin, end_of_day(due)
        begin = following


def _after_end(span: _Span, plan: Mapping[str, Any]) -> Found:
    if span.ended_on is not None and span.first <= span.ended_on <= span.last:
        due = rolled(span.ended_on + timedelta(days=plan["days"]), span.readings, span.calendar)
        yield "end", span.ended_on, end_of_day(due)


def _none(_span: _Span, _plan: Mapping[str, Any]) -> Found:
    yield from ()


_PLANS = {
    "before_end": _before_end,
    "last_month": _last_month,
    "instalment": _instalment,
    "once_after_signing": _once,
    "quarter": _quarter,
    "month": _month,
    "roster": _roster,
    "after_end": _after_end,
    "expiry": _none,
}
