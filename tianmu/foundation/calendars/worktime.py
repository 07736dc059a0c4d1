"""Working time: adding to and measuring between instants by a schedule of segments in the business zone. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tianmu.foundation.calendars.calendar import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
_MORNING_AND_AFTERNOON = ((time(8, 0), time(12, 0)), (time(13, 30), time(17, 30)))
_LONGEST_SEARCH_DAYS = 3660
ZERO = timedelta(0)


class Days(StrEnum):
    """On which days a schedule runs."""

    EVERY_DAY = "every_day"
    WORKDAYS = "workdays"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a clock runs: days, and segments of a day in order without overlap; no segment: round the clock."""

    days: Days = Days.EVERY_DAY
    segments: tuple[tuple[time, time], ...] = ()

    def __post_init__(self) -> None:
        edges = [edge for segment in self.segments for edge in segment]
        if edges != sorted(set(edges)):
            message = "The segments of a schedule must be in order, not empty, and not overlap."
            raise ValueError(message)


ROUND_THE_CLOCK = Schedule()
EVERY_DAY_8_HOURS = Schedule(Days.EVERY_DAY, _MORNING_AND_AFTERNOON)
WORKDAYS_8_HOURS = Schedule(Days.WORKDAYS, _MORNING_AND_AFTERNOON)
SCHEDULES = {"7x24": ROUND_THE_CLOCK, "7x8": EVERY_DAY_8_HOURS, "5x8": WORKDAYS_8_HOURS}


def add(start: datetime, span: timedelta, schedule: Schedule, calendar: Calendar) -> datetime:
    """Return the instant at which `span` >= 0 of working time has passed since `start`.

    A deadline that falls on the end of a segment stays there; an empty span ends at `start` itself.

    Raises:
        ValueError: the span is negative, or `start` has no zone, or no work happens for ten years.

    """
    _demand_aware(start)
    if span < ZERO:
        message = "A span of working time is not negative."
        raise ValueError(message)
    if span == ZERO or schedule == ROUND_THE_CLOCK:
        return (start + span).astimezone(ZONE)
    left = span
    for opens, closes in _segments_from(start, schedule, calendar):
        here = closes - max(opens, start)
        if here >= left:
            return max(opens, start.astimezone(ZONE)) + left
        left -= max(here, ZERO)
    message = "No working time is left in the ten years after this instant."
    raise ValueError(message)


def between(start: datetime, end: datetime, schedule: Schedule, calendar: Calendar) -> timedelta:
    """Return the working time from `start` to `end`; nothing when `end` is not later."""
    _demand_aware(start)
    _demand_aware(end)
    if end <= start:
        return ZERO
    if schedule == ROUND_THE_CLOCK:
        return end - start
    total = ZERO
    for opens, closes in _segments_from(start, schedule, calendar):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), ZERO)
    return total


def is_working(instant: datetime, schedule: Schedule, calendar: Calendar) -> bool:
    """Tell whether `instant` lies inside a segment; the first moment of one does, its end does not."""
    _demand_aware(instant)
    local = instant.astimezone(ZONE)
    return any(opens <= local < closes for opens, closes in _of_day(local.date(), schedule, calendar))


def end_of_day(day: date) -> datetime:
    """Return the end of a calendar day (24:00) in the business zone."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE)


def _segments_from(start: datetime, schedule: Schedule, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    day = start.astimezone(ZONE).date()
    for step in range(_LONGEST_SEARCH_DAYS):
        yield from _of_day(day + timedelta(days=step), schedule, calendar)


def _of_day(day: date, schedule: Schedule, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    if schedule.days is Days.WORKDAYS and not calendar.is_workday(day):
        return
    if not schedule.segments:
        yield datetime.combine(day, time(), ZONE), end_of_day(day)
    for opens, closes in schedule.segments:
        yield datetime.combine(day, opens, ZONE), datetime.combine(day, closes, ZONE)


def _demand_aware(instant: datetime) -> None:
    if instant.tzinfo is None:
        message = "An instant of working time needs a zone."
        raise ValueError(message)
