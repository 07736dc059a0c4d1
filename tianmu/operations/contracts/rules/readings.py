"""Readings: where the text can be read in more than one way, the setting that says how it is read (R-01 to R-29)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import time
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from tianmu.foundation.calendars.worktime import Days, Schedule
from tianmu.operations.contracts.rules.errors import CaseError, Code

DATA = Path(__file__).resolve().parent.parent / "data" / "readings.json"


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings in force; each member is a key of `data/readings.json`."""

    working_hours: tuple[tuple[str, str], ...]
    rest_day_roll: bool
    deadline_inclusive: bool
    grade1_overdue: str
    repeat_growth: str
    repeat_base: str
    demand_calendar: str
    annual_cap_base: str
    c72_scope: str
    demand_stacking: str
    fine_sections: str
    incident_end: str
    set_off: str
    doctor_app_owner: str
    roster_due: str
    month: str
    grade_at: str
    notice_30d_counts: str

    def workdays(self) -> Schedule:
        """Return the 5x8 schedule of these working hours (R-01)."""
        return _workdays(self.working_hours)

    def as_json(self) -> dict[str, Any]:
        """Return every key with its value, lists for segments."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**values, "working_hours": [list(one) for one in self.working_hours]}


@lru_cache(maxsize=64)
def _workdays(hours: tuple[tuple[str, str], ...]) -> Schedule:
    return Schedule(Days.WORKDAYS, tuple((time.fromisoformat(one), time.fromisoformat(two)) for one, two in hours))


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, Any]]:
    """Return what is known of each key: id, default, values, clause, texts."""
    document = json.loads(DATA.read_text(encoding="utf-8"))
    return {one["key"]: one for one in document["readings"]}


def readings_of(*layers: Mapping[str, Any], field: str = "readings") -> Readings:
    """Return the defaults changed by each layer in turn: those of the contract, then those of the case.

    Raises:
        CaseError: a key or a value is unknown.

    """
    known = catalogue()
    chosen = {key: one["default"] for key, one in known.items()}
    for layer in layers:
        for key, value in layer.items():
            if key not in known:
                detail = "There is no such reading. Known: " + ", ".join(known) + "."
                raise CaseError(Code.READING, f"{field}.{key}", detail)
            chosen[key] = _checked(known[key], value, f"{field}.{key}")
    chosen["working_hours"] = tuple((opens, closes) for opens, closes in chosen["working_hours"])
    return Readings(**chosen)


def _checked(one: Mapping[str, Any], value: object, field: str) -> object:
    if one["kind"] == "segments":
        return _segments(value, field)
    allowed = one["values"]
    if isinstance(value, bool) != isinstance(allowed[0], bool) or value not in allowed:
        words = ", ".join(json.dumps(word) for word in allowed)
        raise CaseError(Code.READING, field, f"This reading is one of {words}.")
    return value


def _segments(value: object, field: str) -> list[list[str]]:
    refusal = CaseError(
        Code.READING, field, 'Write working hours as segments in order, such as [["08:00","12:00"],["13:30","17:30"]].'
    )
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= 6:
        raise refusal
    try:
        segments = [[time.fromisoformat(edge).isoformat("minutes") for edge in one] for one in value]
    except (TypeError, ValueError) as error:
        raise refusal from error
    edges = [edge for one in segments for edge in one]
    if any(len(one) != 2 for one in segments) or any(before >= after for before, after in pairwise(edges)):
        raise refusal
    return segments
