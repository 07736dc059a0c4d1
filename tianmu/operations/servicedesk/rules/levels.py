"""The service levels in force (data/rulesets/levels.json) as typed values: working hours, limits, targets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import (
    ROUND_THE_CLOCK,
    SCHEDULES,
    WORKDAYS_8_HOURS,
    Days,
    Schedule,
    is_working,
)


@dataclass(frozen=True, slots=True)
class Levels:
    """One version of the service levels; spans by grade and complexity as the contract has them."""

    version: str
    working: Schedule = WORKDAYS_8_HOURS
    response_working: timedelta = timedelta(minutes=15)
    response_other: timedelta = timedelta(minutes=30)
    handle: timedelta = timedelta(minutes=30)
    incident: Mapping[int, timedelta] = field(
        default_factory=lambda: MappingProxyType({1: timedelta(hours=1), 2: timedelta(hours=3), 3: timedelta(hours=6)})
    )
    feedback: Mapping[str, timedelta] = field(
        default_factory=lambda: MappingProxyType({"ordinary": timedelta(hours=24), "complex": timedelta(hours=72)})
    )
    feedback_schedule: Schedule = ROUND_THE_CLOCK
    visit: Mapping[str, timedelta] = field(
        default_factory=lambda: MappingProxyType({"city": timedelta(minutes=60), "township": timedelta(minutes=120)})
    )
    visit_schedule: Schedule = SCHEDULES["7x8"]
    entered_late_after: timedelta = timedelta(minutes=5)
    status_note: Mapping[int, timedelta] = field(
        default_factory=lambda: MappingProxyType(
            {1: timedelta(minutes=15), 2: timedelta(minutes=30), 3: timedelta(minutes=60)}
        )
    )
    call_every: timedelta = timedelta(minutes=5)
    number_prefix: str = "LY"

    def response(self, raised_at: datetime, calendar: Calendar) -> timedelta:
        """Return the response limit of a message (R-01): short inside a working segment; lunch is outside."""
        return self.response_working if is_working(raised_at, self.working, calendar) else self.response_other


def levels_from(version: str, content: Mapping[str, Any]) -> Levels:
    """Build the levels from the content of a version of the rule set.

    Raises:
        KeyError: a part is missing.
        ValueError: the working hours are not in order.

    """
    segments = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in content["working"])
    working = Schedule(Days.WORKDAYS, segments)
    calendars = {**SCHEDULES, "natural": ROUND_THE_CLOCK, "5x8": working, "7x8": Schedule(Days.EVERY_DAY, segments)}
    return Levels(
        version=version,
        working=working,
        response_working=_minutes(content["response_minutes"]["working"]),
        response_other=_minutes(content["response_minutes"]["other"]),
        handle=_minutes(content["handle_minutes"]),
        incident={int(grade): _minutes(limit) for grade, limit in content["incident_minutes"].items()},
        feedback={complexity: _minutes(limit) for complexity, limit in content["feedback_minutes"].items()},
        feedback_schedule=calendars[content["demand_calendar"]],
        visit={where: _minutes(limit) for where, limit in content["visit_minutes"].items()},
        visit_schedule=calendars["7x8"],
        entered_late_after=_minutes(content["entered_late_after_minutes"]),
        status_note={int(grade): _minutes(every) for grade, every in content["status_note_minutes"].items()},
        call_every=_minutes(content["call_every_minutes"]),
        number_prefix=content["number_prefix"],
    )


def _minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
