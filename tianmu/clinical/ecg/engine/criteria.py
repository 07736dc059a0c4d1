"""Thresholds of the statement rules as versioned data: data/criteria.json, or an organisation's own values over it."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Criteria:
    """A version of the thresholds; `criteria["av.long_pr_ms"]` is a number in the unit that the key names."""

    version: str
    values: Mapping[str, float]
    units: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> float:
        """Return one threshold; an unknown key is a KeyError."""
        return self.values[key]

    def replaced(self, version: str, **changes: float) -> "Criteria":
        """Return these criteria with some thresholds changed (dots in a key are written as `__`)."""
        named = {key.replace("__", "."): value for key, value in changes.items()}
        unknown = sorted(set(named) - set(self.values))
        if unknown:
            raise KeyError(f"Unknown thresholds: {', '.join(unknown)}")
        return Criteria(version, {**self.values, **named}, self.units)


def read_criteria(text: str) -> Criteria:
    """Read criteria from the JSON text of a rule set."""
    table = json.loads(text)
    return Criteria(
        version=str(table["version"]),
        values={key: float(row["value"]) for key, row in table["values"].items()},
        units={key: str(row["unit"]) for key, row in table["values"].items()},
    )


@functools.cache
def default_criteria() -> Criteria:
    """Return the criteria that the engine ships."""
    return read_criteria((Path(__file__).parent / "data" / "criteria.json").read_text(encoding="utf-8"))
