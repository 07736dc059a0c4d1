"""The catalogue of indicators: what each is called, counts, counts among, by which time; values from counts.

The definitions are data (`data/indicators.json`); the conditions they name are in `selectors/conditions.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

FILE = Path(__file__).resolve().parent.parent / "data" / "indicators.json"
Measure = Literal["count", "rate", "duration", "reach", "sum"]
SPLITS = (
    "day", "week", "month", "quarter", "year", "hour", "weekday",
    "organization", "town", "doctor", "device", "kind", "urgency", "sex", "age", "disease",
)  # fmt: skip
TIMES = ("day", "week", "month", "quarter", "year")
OF_DEVICES = (*TIMES, "organization", "town")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One definition. `numerator` and `denominator` name conditions on the rows of `source`; `at` is the time field.

    `start` is where a duration begins and `denominator` names where it ends; `value` is what a sum adds up.
    """

    key: str
    group: str
    measure: Measure
    source: str
    at: str
    numerator: str
    denominator: str
    unit: str
    better: str
    name: str
    name_en: str
    formula: str
    formula_en: str
    start: str = ""
    end: str = ""
    value: str = ""

    def called(self, locale: str) -> str:
        """Return its name in a language."""
        return self.name_en if locale.startswith("en") else self.name

    def defined(self, locale: str) -> str:
        """Return its formula in words in a language."""
        return self.formula_en if locale.startswith("en") else self.formula

    @property
    def splits(self) -> tuple[str, ...]:
        """Return by what it can be split."""
        if self.measure == "reach":
            return OF_DEVICES
        return SPLITS if self.source == "orders" else tuple(one for one in SPLITS if one != "disease")


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over indicators."""

    key: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every indicator by key, in the order of the file."""

    version: str
    source: str
    exclusions: str
    exclusions_en: str
    groups: tuple[Group, ...]
    indicators: Mapping[str, Indicator]

    def of_source(self, source: str) -> list[Indicator]:
        """Return the indicators that count rows of a source."""
        return [one for one in self.indicators.values() if one.source == source]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the catalogue of this release."""
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return Catalogue(
        version=content["version"],
        source=content["source"],
        exclusions=content["exclusions"],
        exclusions_en=content["exclusions_en"],
        groups=tuple(Group(**one) for one in content["groups"]),
        indicators={one["key"]: Indicator(**one) for one in content["indicators"]},
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """What the database counted for one figure: of a duration, minutes among rows that have both instants."""

    numerator: float
    denominator: int
    median: float | None = None
    p90: float | None = None


def value_of(measure: Measure, counted: Counted) -> float | None:
    """Return the figure: a count, a sum, a share in per cent, a mean in minutes; None among nothing."""
    if measure in {"count", "sum"}:
        return counted.numerator
    if not counted.denominator:
        return None
    share = counted.numerator / counted.denominator
    return share if measure == "duration" else 100 * share
