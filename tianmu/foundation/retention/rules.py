"""Periods read from their rule set: pure. A period shorter than the law's least is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


class PeriodError(ValueError):
    """Raised for periods that cannot be used; the message names which and why."""


@dataclass(frozen=True, slots=True)
class Period:
    """How long one kind of row is kept after it was made or ended, the least the law allows, and why."""

    what: str
    keep_days: int
    least_days: int
    reason: str

    def border(self, now: datetime) -> datetime:
        """Return the instant before which rows are due."""
        return now - timedelta(days=self.keep_days)


def periods_of(content: Mapping[str, Any], known: frozenset[str]) -> list[Period]:
    """Read the content of a rule set.

    Raises:
        PeriodError: a row is damaged, unknown, doubled or missing, or shorter than its least.

    """
    try:
        found = [
            Period(str(row["what"]), int(row["keep_days"]), int(row["least_days"]), str(row["reason"]))
            for row in content["rules"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        message = "A period has what, keep_days, least_days and reason."
        raise PeriodError(message) from error
    names = [one.what for one in found]
    if sorted(names) != sorted(known):
        message = f"Periods are needed exactly once for: {', '.join(sorted(known))}."
        raise PeriodError(message)
    for one in found:
        if one.keep_days < max(one.least_days, 0):
            message = f"{one.what} must be kept {one.least_days} days at least, not {one.keep_days}."
            raise PeriodError(message)
    lengths = {one.what: one.keep_days for one in found}
    if lengths.get("deliveries", 0) < lengths.get("events", 0):
        message = "deliveries must be kept as long as events, or an event could be told twice."
        raise PeriodError(message)
    return found
