"""What `tianmu ecg read FILE --json` prints: leads, rate, peaks, first samples, the device's own words."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine.recording import Lead, Recording

_DIGITS_PEAK = 4
_DIGITS_FIRST = 5


def describe(recording: Recording) -> dict[str, Any]:
    """Return a JSON-ready summary; amplitudes in mV, `fs` in Hz and `samples` of the first lead."""
    return {
        "format": recording.format,
        "kind": recording.kind.value,
        "leads": [lead.name for lead in recording.leads],
        "fs": _plain(recording.fs_hz),
        "samples": int(recording.leads[0].samples.size),
        "units": "mV",
        "started_at": recording.started_at.isoformat() if recording.started_at is not None else None,
        "peak_abs_mV": {lead.name: _peak(lead) for lead in recording.leads},
        "first5_mV": {lead.name: _first(lead) for lead in recording.leads},
        "device_measurements": _measurements(recording.measurements),
        "device_statements": list(recording.statements),
        "warnings": list(recording.warnings),
    }


def _peak(lead: Lead) -> float:
    low, high = float(lead.samples.min()), float(lead.samples.max())
    peak = max(abs(low + lead.offset_lsb), abs(high + lead.offset_lsb)) * abs(lead.uv_per_lsb)
    return round(peak / 1000.0, _DIGITS_PEAK)


def _first(lead: Lead) -> list[float]:
    values = (lead.samples[:5].astype(np.float64) + lead.offset_lsb) * lead.uv_per_lsb / 1000.0
    return [round(float(value), _DIGITS_FIRST) for value in values]


def _measurements(values: Mapping[str, float]) -> dict[str, float | int]:
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: float) -> float | int:
    """Return an integer where the number is whole, so that JSON shows 500 and not 500.0."""
    return int(value) if float(value).is_integer() else float(value)
