"""Names of leads and their codes in the exchange formats (EN 1064, ISO/IEEE 11073-10102, ISHNE): data/leads.json."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from tianmu.clinical.ecg.engine.recording import Kind, Lead

_TABLE = json.loads((Path(__file__).parent / "data" / "leads.json").read_text(encoding="utf-8"))["leads"]
_BY_LOWER: Mapping[str, str] = MappingProxyType({row["name"].lower(): row["name"] for row in _TABLE})
NAME_BY_MDC: Mapping[str, str] = MappingProxyType({row["mdc"].upper(): row["name"] for row in _TABLE if "mdc" in row})
MDC_BY_NAME: Mapping[str, str] = MappingProxyType({row["name"]: row["mdc"] for row in _TABLE if "mdc" in row})
NAME_BY_SCP: Mapping[int, str] = MappingProxyType({row["scp"]: row["name"] for row in _TABLE if "scp" in row})
SCP_BY_NAME: Mapping[str, int] = MappingProxyType({row["name"]: row["scp"] for row in _TABLE if "scp" in row})
NAME_BY_ISHNE: Mapping[int, str] = MappingProxyType({row["ishne"]: row["name"] for row in _TABLE if "ishne" in row})
ISHNE_BY_NAME: Mapping[str, int] = MappingProxyType({row["name"]: row["ishne"] for row in _TABLE if "ishne" in row})

_STRIP_SECONDS = 30.0
_HOLTER_SECONDS = 600.0


def lead_name(text: str) -> str:
    """Return the usual spelling of a lead (avr, LEAD AVR, MDC_ECG_LEAD_AVR -> aVR); unknown names stay as they are."""
    cleaned = " ".join(text.replace("\x00", " ").split())
    if cleaned.upper() in NAME_BY_MDC:
        return NAME_BY_MDC[cleaned.upper()]
    lower = cleaned.lower()
    for prefix in ("mdc_ecg_lead_", "lead ", "lead_", "ecg ", "ekg "):
        lower = lower.removeprefix(prefix)
    return _BY_LOWER.get(lower.strip(), cleaned or "unknown")


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names with a number added to the second and later ones that are alike (V1, V1 -> V1, V1-2)."""
    seen: dict[str, int] = {}
    result: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return tuple(result)


def kind_by_length(leads: Sequence[Lead]) -> Kind:
    """Return resting up to 30 s, strip up to 10 min, Holter beyond (ecg.md section 1)."""
    seconds = max((lead.samples.size / lead.fs_hz for lead in leads), default=0.0)
    if seconds <= _STRIP_SECONDS:
        return Kind.RESTING
    return Kind.STRIP if seconds <= _HOLTER_SECONDS else Kind.HOLTER


def rate_from_interval(interval: float, unit_s: float) -> float:
    """Return the rate in Hz of a sampling interval stored as a rounded number of `unit_s` (2778 µs -> 360 Hz)."""
    if not np.isfinite(interval) or interval <= 0:
        return 0.0
    exact = 1.0 / (interval * unit_s)
    whole = round(exact)
    if whole > 0 and round(1.0 / (whole * unit_s)) == interval:
        return float(whole)
    return whole if whole > 0 and abs(exact - whole) < 1e-6 * whole else exact
