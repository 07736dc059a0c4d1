"""Alarm limits of a live session: the rule set `ecg.live_limits`, narrowed or widened for one session by staff."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

RANGES = {
    "low_rate": (20.0, 100.0),
    "high_rate": (60.0, 250.0),
    "asystole_s": (3.0, 10.0),
    "vt_rate": (90.0, 200.0),
}
SWITCHES = ("fibrillation", "lead_off")


class LimitError(ValueError):
    """Raised for a limit that is not known or out of range; the sentence names it."""


@dataclass(frozen=True, slots=True)
class LiveLimits:
    """Rates in beats a minute, asystole in seconds; whether atrial fibrillation and a lost lead are told."""

    low_rate: float = 45.0
    high_rate: float = 130.0
    asystole_s: float = 4.0
    vt_rate: float = 100.0
    fibrillation: bool = True
    lead_off: bool = True

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Read the limits from the content of a rule set version.

        Raises:
            LimitError: a limit is unknown or out of range.

        """
        return cls().changed(content)

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """Return these limits with some of them changed.

        Raises:
            LimitError: a limit is unknown, out of range, or low is not below high.

        """
        known = {one.name for one in fields(self)}
        values: dict[str, Any] = asdict(self)
        for name, value in changes.items():
            if name not in known:
                raise LimitError(f"There is no limit called {name}.")
            values[name] = _checked(name, value)
        if values["low_rate"] >= values["high_rate"]:
            raise LimitError("The low limit of the heart rate must be below the high one.")
        return type(self)(**values)


def _checked(name: str, value: object) -> float | bool:
    if name in SWITCHES:
        if not isinstance(value, bool):
            raise LimitError(f"{name} is on or off.")
        return value
    low, high = RANGES[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise LimitError(f"{name} must lie between {low:g} and {high:g}.")
    return float(value)
