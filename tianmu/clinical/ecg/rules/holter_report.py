"""What a signed Holter report freezes of the view: totals, tables, trends by the minute, strips, versions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

_KEPT_EVENTS = 200
_ST_STEP = 6


def report_facts(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a view that a report prints; rejected events are left out."""
    standing = [event for event in view["events"] if event["state"] != "rejected"]
    kept = sorted(standing, key=lambda one: (one["state"] != "accepted", not one["marked"], one["start_s"]))[
        :_KEPT_EVENTS
    ]
    trends = view["trends"]
    return {
        "criteria": view["criteria_version"],
        "recording": view["recording"],
        "totals": view["totals"],
        "hours": view["hours"],
        "event_counts": dict(Counter(event["shown_kind"] for event in standing)),
        "events": [
            {
                name: event[name]
                for name in ("shown_kind", "start_s", "stop_s", "beats", "rate", "value", "unit", "lead")
            }
            for event in sorted(kept, key=lambda one: one["start_s"])
        ],
        "st": {
            "episodes": view["st"]["episodes"],
            "step_s": view["st"]["bin_s"] * _ST_STEP,
            "level_uv": [thinned(row, _ST_STEP) for row in view["st"]["level_uv"]],
        },
        "qt": {name: view["qt"][name] for name in ("qtc_mean_ms", "qtc_max_ms", "slope")},
        "apnoea": view["apnoea"],
        "hrv": {name: view["hrv"][name] for name in _HRV},
        "rate": {name: trends[name] for name in ("rate_mean", "rate_min", "rate_max")},
        "rr_histogram": trends["rr_histogram"],
        "rr_histogram_from_ms": trends["rr_histogram_from_ms"],
        "rr_histogram_bin_ms": trends["rr_histogram_bin_ms"],
        "lorenz": trends["lorenz"],
        "lorenz_bin_ms": trends["lorenz_bin_ms"],
        "strips": view["strips"],
        "diary": view.get("diary", []),
    }


_HRV = (
    "usable_pct",
    "usable_hours",
    "time",
    "frequency",
    "nonlinear",
    "deceleration_ms",
    "turbulence",
    "missing",
    "risk",
)


def thinned(values: Sequence[float | None], step: int) -> list[float | None]:
    """Return the means of every `step` values; None where none is known."""
    found: list[float | None] = []
    for start in range(0, len(values), step):
        known = [value for value in values[start : start + step] if value is not None]
        found.append(round(sum(known) / len(known), 1) if known else None)
    return found
