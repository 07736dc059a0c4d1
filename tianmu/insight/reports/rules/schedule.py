"""When a scheduled report is due: daily, weekly or monthly at a time of the business zone, mindful of days off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

Every = Literal["daily", "weekly", "monthly"]
DaysOff = Literal["send", "skip", "next_workday"]
LOOK_AHEAD_DAYS = 460


@dataclass(frozen=True, slots=True)
class Plan:
    """`weekday` is 1 (Monday) to 7; `day` is 1 to 31, where a month that is shorter takes its last."""

    every: Every
    at: time
    weekday: int = 1
    day: int = 1
    days_off: DaysOff = "send"


class NeverDueError(ValueError):
    """No day within a year suits the plan."""


def due_after(plan: Plan, after: datetime, is_workday: Callable[[date], bool]) -> datetime:
    """Return the first instant after `after` (aware, in the business zone) at which the report is due.

    Raises:
        NeverDueError: there is none within a year.

    """
    for step in range(-14, LOOK_AHEAD_DAYS):
        day = after.date() + timedelta(days=step)
        if not _named(plan, day):
            continue
        sent = _moved(plan, day, is_workday)
        if sent is None:
            continue
        due = datetime.combine(sent, plan.at, after.tzinfo)
        if due > after:
            return due
    raise NeverDueError(plan.every)


def _named(plan: Plan, day: date) -> bool:
    if plan.every == "weekly":
        return day.isoweekday() == plan.weekday
    if plan.every == "monthly":
        last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return day.day == min(plan.day, last.day)
    return True


def _moved(plan: Plan, day: date, is_workday: Callable[[date], bool]) -> date | None:
    if plan.days_off == "send" or is_workday(day):
        return day
    if plan.days_off == "skip":
        return None
    for step in range(1, 15):
        if is_workday(day + timedelta(days=step)):
            return day + timedelta(days=step)
    return None
