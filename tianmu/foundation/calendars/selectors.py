"""The calendar in force: the newest imported version, else the one that comes with the platform."""

from datetime import date

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.calendars.calendar import Calendar, from_content, shipped
from tianmu.foundation.rulesets.selectors import in_force

KEY = "calendars.state-council"


def calendar_in_force(on: date) -> Calendar:
    """Return the calendar that the county reckons with on a day; one statement."""
    try:
        version = in_force(KEY, on)
    except TianmuError:
        return shipped()
    return from_content(version.version, version.content)
