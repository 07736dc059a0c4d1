"""The versioned numbers of heart rate variability: data/hrv.json with its sources."""

import functools
import json
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "data" / "hrv.json"


@functools.cache
def settings() -> dict[str, Any]:
    """Return the table of limits, bands and risk classes."""
    table: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return table


def risk_class(index: str, value: float | None) -> str | None:
    """Return the risk class of an index in ms (sdnn_ms, deceleration_ms), None for an unknown value."""
    if value is None:
        return None
    for step in settings()["risk"][index]:
        if value < step.get("below", float("-inf")) or value <= step.get("to", float("-inf")):
            return str(step["class"])
        if "below" not in step and "to" not in step:
            return str(step["class"])
    return None
