"""The versioned thresholds of the ambulatory analysis: data/holter.json with its sources."""

import functools
import json
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "data" / "holter.json"


@functools.cache
def settings() -> dict[str, Any]:
    """Return the table of thresholds."""
    table: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return table
