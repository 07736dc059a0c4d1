"""Damages for service not given or given late, 7.2: a share of the total for each day, capped for each year (R-13)."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.rules.catalogue import duties_under
from tianmu.operations.contracts.rules.events import ServiceDelay
from tianmu.operations.contracts.rules.lines import WAIVED, Line
from tianmu.operations.contracts.rules.money import ZERO, to_fen
from tianmu.operations.contracts.rules.periods import ContractYears, excused_days
from tianmu.operations.contracts.rules.readings import Readings
from tianmu.operations.contracts.rules.terms import Terms

RULE = "C-7.2"
CLAUSE = "7.2"


def judge_delays(
    delays: Iterable[ServiceDelay],
    terms: Terms,
    readings: Readings,
    calendar: Calendar,
    years: ContractYears,
    as_of: date,
    *,
    only_year: int | None = None,
    waived: Collection[str] = (),
) -> tuple[list[Line], bool]:
    """Return a line for each delay that began by `as_of` and of which a day counts, and whether A may terminate.

    A day is charged once, in the order of the delays; each day belongs to its own contract year, whose cap it fills.
    With `only_year`, days of other years are left out; a waived delay is assessed and not payable.
    """
    cap = to_fen(terms.total * terms.delay_cap_share)
    a_day = terms.total * terms.delay_day_share
    paid: dict[int, Decimal] = {}
    charged: set[date] = set()
    lines = []
    for delay in sorted(delays, key=lambda one: (one.first, one.id)):
        if delay.first > as_of:
            continue
        last = min(delay.last, as_of)
        if only_year is not None and not years.of_day(delay.first) <= only_year <= years.of_day(last):
            continue
        year = only_year or years.of_day(delay.first)
        line = Line(delay.id, RULE, CLAUSE, ZERO, ZERO, datetime.combine(delay.first, time(), ZONE), year)
        if not _is_charged(delay, readings):
            line.because.append(f"duty:{delay.duty}")
            lines.append(line)
            continue
        days = _days(delay, last, terms, readings, calendar) - charged
        charged |= days
        if only_year is not None:
            days = {day for day in days if years.of_day(day) == only_year}
        if not days:
            continue
        lines.append(line)
        line.assessed, line.payable = to_fen(a_day * len(days)), ZERO
        line.note = f"{a_day} × {len(days)}"
        if delay.id in waived:
            line.because.append(WAIVED)
            continue
        for number, count in sorted(Counter(years.of_day(day) for day in days).items()):
            before = paid.get(number, ZERO)
            paid[number] = min(cap, before + to_fen(a_day * count))
            line.payable += paid[number] - before
        if line.payable < line.assessed:
            line.because.append("capped")
    return lines, any(amount >= cap for amount in paid.values())


def _is_charged(delay: ServiceDelay, readings: Readings) -> bool:
    if not delay.duty:
        return True
    return readings.c72_scope == "any_duty" and delay.duty in duties_under(CLAUSE)


def _days(delay: ServiceDelay, last: date, terms: Terms, readings: Readings, calendar: Calendar) -> set[date]:
    free = excused_days(delay.first, last, delay.excused, terms, readings, calendar)
    every = (delay.first + timedelta(days=step) for step in range((last - delay.first).days + 1))
    return {day for day in every if day not in free}
