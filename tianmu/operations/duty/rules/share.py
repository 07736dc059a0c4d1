"""How fairly duty is shared: rest days, nights and hours of each person in a period (service desk 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.duty.rules.shifts import Shift, ShiftKind, Span, overlap


@dataclass(frozen=True, slots=True)
class Share:
    """What one person has taken on: rest days begun on duty, nights on call, hours of any kind."""

    person: UUID
    rest_days: int
    nights: int
    hours: float


def shares(shifts: Iterable[Shift], period: Span, calendar: Calendar) -> list[Share]:
    """Return the share of everybody who has a shift in the period, whoever has most rest days first."""
    found: dict[UUID, tuple[set[date], int, timedelta]] = {}
    for shift in shifts:
        inside = overlap(shift.span, period)
        if inside is None:
            continue
        days, nights, length = found.get(shift.person, (set(), 0, timedelta(0)))
        started = _day(shift.span.start)
        if shift.kind is ShiftKind.DUTY and not calendar.is_workday(started) and period.holds(shift.span.start):
            days = {*days, started}
        nights += shift.kind is ShiftKind.ON_CALL and period.holds(shift.span.start)
        found[shift.person] = (days, nights, length + inside.length)
    listed = [
        Share(person, len(days), nights, length / timedelta(hours=1))
        for person, (days, nights, length) in found.items()
    ]
    return sorted(listed, key=lambda share: (-share.rest_days, -share.nights, -share.hours, share.person))


def _day(instant: datetime) -> date:
    return instant.astimezone(ZONE).date()
