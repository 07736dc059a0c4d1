"""Time limits of a report and of a lock, from the rule set `ecg.time_limits` (ecg.md section 1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

RANK_CRITICAL, RANK_EMERGENCY, RANK_ORDINARY = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force at an institution."""

    report_minutes: Mapping[str, int]
    lock_minutes: int
    urgent_lock_minutes: int
    amber_percent: int
    two_signatures: bool

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Read the limits from the content of a rule set version."""
        return cls(
            report_minutes=content["report_minutes"],
            lock_minutes=content["lock_minutes"],
            urgent_lock_minutes=content["urgent_lock_minutes"],
            amber_percent=content["amber_percent"],
            two_signatures=content["two_signatures"],
        )


def report_due(limits: Limits, urgency: str, since: datetime) -> datetime:
    """Return when the report of an order waiting since `since` is due."""
    return since + timedelta(minutes=limits.report_minutes[urgency])


def lock_end(limits: Limits, *, urgent: bool, now: datetime) -> datetime:
    """Return when a lock touched at `now` lets go by itself; sooner for emergencies and open critical alerts."""
    return now + timedelta(minutes=limits.urgent_lock_minutes if urgent else limits.lock_minutes)


def rank(*, critical_open: bool, urgency: str) -> int:
    """Return the first sort key of every worklist: critical alert, then emergency, then the rest."""
    if critical_open:
        return RANK_CRITICAL
    return RANK_EMERGENCY if urgency == "emergency" else RANK_ORDINARY


def demand_minutes(content: Mapping[str, Any], urgencies: Iterable[str]) -> None:
    """Refuse limits that lack one, or in which one is no whole number of minutes above 0.

    Raises:
        ValueError: in one sentence, with the place.

    """
    limits = Limits.from_content(content)
    minutes = {
        "lock_minutes": limits.lock_minutes,
        "urgent_lock_minutes": limits.urgent_lock_minutes,
        "amber_percent": limits.amber_percent,
        **{f"report_minutes.{one}": limits.report_minutes.get(one) for one in urgencies},
    }
    wrong = [place for place, value in minutes.items() if type(value) is not int or value < 1]
    if wrong:
        message = f"These need a whole number above 0: {', '.join(wrong)}."
        raise ValueError(message)
    if type(content["two_signatures"]) is not bool:
        message = "two_signatures must be true or false."
        raise ValueError(message)
