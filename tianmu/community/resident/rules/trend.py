"""How a person's measured values went over her reports, in words that need no doctor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Course(StrEnum):
    """Where the latest value lies and how it went."""

    UNKNOWN = "unknown"
    SINGLE = "single"
    STEADY = "steady"
    ROSE = "rose"
    FELL = "fell"


@dataclass(frozen=True, slots=True)
class Range:
    """The usual range of a value in adults, and what counts as a change; None is no bound."""

    low: float | None
    high: float | None
    change: float

    def place(self, value: float) -> str:
        """Return below, within or above."""
        if self.low is not None and value < self.low:
            return "below"
        return "above" if self.high is not None and value > self.high else "within"


@dataclass(frozen=True, slots=True)
class Trend:
    """What is said of one value: of known values only, the newest against the median of those before."""

    course: Course
    latest: float | None
    usual: float | None
    place: str


def trend_of(points: Sequence[tuple[datetime, float | None]], usual: Range) -> Trend:
    """Return the trend of one value over time, in any order; unknown values are left out, never taken as normal."""
    known = [value for _, value in sorted(points, key=lambda one: one[0]) if value is not None]
    if not known:
        return Trend(Course.UNKNOWN, None, None, "")
    latest, before = known[-1], sorted(known[:-1])
    if not before:
        return Trend(Course.SINGLE, latest, None, usual.place(latest))
    middle = (before[(len(before) - 1) // 2] + before[len(before) // 2]) / 2
    moved = Course.ROSE if latest > middle else Course.FELL
    course = moved if abs(latest - middle) >= usual.change else Course.STEADY
    return Trend(course, latest, middle, usual.place(latest))


def ranges_from(content: Mapping[str, Mapping[str, float | None]]) -> dict[str, Range]:
    """Return the ranges by name from the data file."""
    return {name: Range(one["low"], one["high"], one["change"] or 0.0) for name, one in content.items()}
