"""The rule set `supervision.limits`: when a point is offline, how long a device's quality share looks back, ages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

RULES = "supervision.limits"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force; `age_from` are the first full years of each age group, the first of them 0."""

    version: str
    offline_minutes: int
    device_quality_days: int
    age_from: tuple[int, ...]

    @classmethod
    def from_content(cls, content: Mapping[str, Any], version: str) -> Self:
        """Read the limits from the content of a rule set version."""
        return cls(version, content["offline_minutes"], content["device_quality_days"], tuple(content["age_from"]))

    def age_groups(self) -> list[tuple[str, int, int | None]]:
        """Return (key, first year, last year) of each age group; the last group has no last year."""
        ends = [*self.age_from[1:], None]
        return [
            (f"{first}-{end - 1}" if end is not None else f"{first}+", first, None if end is None else end - 1)
            for first, end in zip(self.age_from, ends, strict=True)
        ]
