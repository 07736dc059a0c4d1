"""Working time: adding to and measuring between instants by a schedule of segments in the business zone. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from tianmu.foundation.calendars.calendar import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
_MORNING_AND_AFTERNOON = ((time(8, 0), time(12, 0)), (time(13, 30), time(17, 30)))
_LONGEST_SEARCH_DAYS = 3660
ZERO = timedelta(0)
Segments = tuple[tuple[time, time], ...]


class Days(StrEnum):
    """On which days a schedule runs."""

    EVERY_DAY = "every_day"
    WORKDAYS = "workdays"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a clock runs: days, and segments of a day in order without overlap; no segment: round the clock."""

    days: Days = Days.EVERY_DAY
    segments: Segments = ()

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
    left, local, whole = span, start.astimezone(ZONE), _length_of(schedule.segments)
    first = local.date()
    for day in _working_days(first, schedule, calendar):
        if left > whole and day != first:
            left -= whole
            continue
        for opens, closes in _of_day(day, schedule.segments):
            begun = max(opens, local)
            if closes - begun >= left:
                return begun + left
            left -= max(closes - begun, ZERO)
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
    total, first, last = ZERO, start.astimezone(ZONE).date(), end.astimezone(ZONE).date()
    for day in _working_days(first, schedule, calendar):
        if day > last:
            break
        if first < day < last:
            total += _length_of(schedule.segments)
            continue
        total += sum(
            (max(min(closes, end) - max(opens, start), ZERO) for opens, closes in _of_day(day, schedule.segments)), ZERO
        )
    return total


def is_working(instant: datetime, schedule: Schedule, calendar: Calendar) -> bool:
    """Tell whether `instant` lies inside a segment; the first moment of one does, its end does not."""
    _demand_aware(instant)
    local = instant.astimezone(ZONE)
    day = local.date()
    return _is_open(day, schedule, calendar) and any(
        opens <= local < closes for opens, closes in _of_day(day, schedule.segments)
    )


def end_of_day(day: date) -> datetime:
    """Return the end of a calendar day (24:00) in the business zone."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE)


def _working_days(first: date, schedule: Schedule, calendar: Calendar) -> Iterator[date]:
    for step in range(_LONGEST_SEARCH_DAYS):
        day = first + timedelta(days=step)
        if _is_open(day, schedule, calendar):
            yield day


def _is_open(day: date, schedule: Schedule, calendar: Calendar) -> bool:
    return schedule.days is not Days.WORKDAYS or calendar.is_workday(day)


@lru_cache(maxsize=4096)
def _of_day(day: date, segments: Segments) -> tuple[tuple[datetime, datetime], ...]:
    """Return the segments of a day on which a schedule runs."""
    if not segments:
        return ((datetime.combine(day, time(), ZONE), end_of_day(day)),)
    return tuple(
        (datetime.combine(day, opens, ZONE), datetime.combine(day, closes, ZONE)) for opens, closes in segments
    )


@lru_cache(maxsize=64)
def _length_of(segments: Segments) -> timedelta:
    """Return the working time of a whole day; the business zone has no daylight saving time since 1991."""
    return sum((closes - opens for opens, closes in _of_day(date(2000, 1, 1), segments)), ZERO)


def _demand_aware(instant: datetime) -> None:
    if instant.tzinfo is None:
        message = "An instant of working time needs a zone."
        raise ValueError(message)
