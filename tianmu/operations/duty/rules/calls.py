"""Who is on duty, in which order people are called, and the holiday check (O-112; service desk 2, 4)."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.operations.duty.rules.month import Hours
from tianmu.operations.duty.rules.shifts import Shift, ShiftKind, at

ANSWER_LIMIT = timedelta(minutes=30)


class Rung(StrEnum):
    """The steps of the chain, in the order in which they are called."""

    DUTY = "duty"
    SECOND = "second"
    MANAGER = "manager"
    LEAD = "lead"


def on_duty(shifts: Sequence[Shift], now: datetime) -> list[Shift]:
    """Return who is on at an instant: the resident first, then who is on call, each kind by the earlier start."""
    order = list(ShiftKind)
    there = [shift for shift in shifts if shift.span.holds(now)]
    return sorted(there, key=lambda shift: (order.index(shift.kind), shift.span.start, shift.person))


def answered_in_time(called_at: datetime, answered_at: datetime | None, now: datetime) -> bool | None:
    """Tell whether a check call was answered within 30 minutes, the thirtieth included; None while that is open."""
    if answered_at is not None:
        return answered_at - called_at <= ANSWER_LIMIT
    return None if now - called_at <= ANSWER_LIMIT else False


def check_call_at(day: date, calendar: Calendar, hours: Hours, secret: bytes) -> datetime | None:
    """Return the minute of a rest day's check call, or None on a working day.

    It cannot be guessed without `secret`, and is the same whenever it is asked again.
    """
    if calendar.is_workday(day):
        return None
    opens, closes = at(day, hours.opens), at(day, hours.closes)
    minutes = int((closes - opens).total_seconds() // 60)
    drawn = int.from_bytes(hashlib.blake2b(day.isoformat().encode(), key=secret[:64]).digest()[:8], "big")
    return opens + timedelta(minutes=drawn % minutes)
