"""When people are reminded of a clock: 50, 80, 100 % and every further 100 % (spec service-desk.md 3, rule 7)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import Days, add, is_working
from tianmu.foundation.clocks.clock import ClockState
from tianmu.operations.servicedesk.rules.clocks import ClockReading

MOST_HUNDREDS = 20


def marks_reached(reading: ClockReading) -> list[int]:
    """Return the marks in percent that a clock has reached so far; a clock that ended reaches no further ones."""
    percent = int(reading.reading.percent)
    further = range(200, min(percent, MOST_HUNDREDS * 100) + 1, 100)
    return [mark for mark in (50, 80, 100, *further) if mark <= percent]


def due_now(reading: ClockReading, told: Collection[int], calendar: Calendar, now: datetime) -> list[int]:
    """Return the marks to be told of now, each once: those of 5x8 clocks inside working time only, others at once."""
    if reading.reading.state is not ClockState.RUNNING:
        return []
    schedule = reading.limit.schedule
    if schedule.days is Days.WORKDAYS and not is_working(now, schedule, calendar):
        return []
    return [mark for mark in marks_reached(reading) if mark not in told]


def next_due(reading: ClockReading, told: Collection[int], calendar: Calendar, now: datetime) -> datetime | None:
    """Return when the next reminder of a running clock falls due, None when none is left."""
    if reading.reading.state is not ClockState.RUNNING:
        return None
    reached = max([*told, *marks_reached(reading), 0])
    following = next((mark for mark in (50, 80, 100) if mark > reached), (reached // 100 + 1) * 100)
    if following > MOST_HUNDREDS * 100:
        return None
    left = reading.limit.span * following / 100 - reading.reading.elapsed
    return add(now, max(left, timedelta(0)), reading.limit.schedule, calendar)
