"""What every write reckons with: the service levels and the calendar in force now, and older calendars by version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic

from django.utils import timezone

from tianmu.foundation.calendars.calendar import Calendar, from_content, shipped
from tianmu.foundation.calendars.selectors import KEY as CALENDARS
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.rulesets.models import RuleSetVersion
from tianmu.foundation.rulesets.selectors import in_force
from tianmu.operations.servicedesk.rules.levels import Levels, levels_from

LEVELS = "servicedesk.levels"
FRESH_SECONDS = 2.0
MOST_REMEMBERED = 2_000
_recent: dict[tuple[date, str], tuple[float, Levels, Calendar]] = {}


@dataclass(frozen=True, slots=True)
class Frame:
    """The rules in force at an instant."""

    now: datetime
    levels: Levels
    calendar: Calendar


def frame_at(now: datetime, path: str = "/") -> Frame:
    """Return the service levels of a place and the calendar in force at an instant.

    Two statements, or none for two seconds after: what is loaded anew counts that much later.
    """
    today = timezone.localdate(now)
    known = _recent.get((today, path))
    if known is None or monotonic() - known[0] > FRESH_SECONDS:
        version = in_force(LEVELS, today, path)
        known = (monotonic(), levels_from(version.version, version.content), calendar_in_force(today))
        if len(_recent) >= MOST_REMEMBERED:
            _recent.clear()
        _recent[today, path] = known
    return Frame(now, known[1], known[2])


def forget_frames() -> None:
    """Read levels and calendar again when they are next needed."""
    _recent.clear()


def calendars_named(versions: Iterable[str], current: Calendar) -> dict[str, Calendar]:
    """Return calendars by version; a statement only when one is not the current or the shipped one."""
    known = {one.version: one for one in (shipped(), current)}
    wanted = {version for version in versions if version}
    missing = wanted - known.keys()
    if missing:
        for row in RuleSetVersion.objects.filter(rule_set__key=CALENDARS, version__in=missing):
            known[row.version] = from_content(row.version, row.content)
    return {version: known[version] for version in wanted & known.keys()}
