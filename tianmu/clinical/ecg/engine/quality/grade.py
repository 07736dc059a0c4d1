"""Grades A–D of leads and recording: lead off, rail, wander, mains, muscle, spikes (ecg.md section 10)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.analysis import LeadQuality, Quality
from tianmu.clinical.ecg.engine.criteria import Criteria
from tianmu.clinical.ecg.engine.measure.leads import Signals, einthoven_error_uv
from tianmu.clinical.ecg.engine.recording import LIMB_LEADS, Float64, Recording
from tianmu.clinical.ecg.engine.signal.filters import box_mean, low_pass, middles

_SERIOUS = ("lead_off", "saturated", "missing")
_ORDER = "ABCD"


def grade_recording(recording: Recording, signals: Signals, criteria: Criteria) -> Quality:
    """Grade each lead and the whole; reversals are found later from the median beat."""
    rails = _rails(recording)
    faults = _faults(signals, criteria)
    leads: dict[str, LeadQuality] = {}
    for name in signals.names:
        found = list(faults[name])
        if name in rails:
            found.append("saturated")
        leads[name] = LeadQuality(_lead_grade(found), tuple(found))
    error = einthoven_error_uv(signals)
    if error is not None and error > criteria["quality.einthoven_uv"]:
        for name in LIMB_LEADS:
            leads[name] = LeadQuality(max(leads[name].grade, "B"), (*leads[name].faults, "einthoven"))
    for name in signals.missing:
        leads[name] = LeadQuality("D", ("missing",))
    return Quality(grade=_whole_grade(leads, signals, criteria), leads=leads)


def _rails(recording: Recording) -> set[str]:
    """Return leads that stand at their largest or smallest stored value for a while, far from zero."""
    found = set()
    for lead in recording.leads:
        samples = lead.samples
        if samples.size < 10:
            continue
        top, bottom = int(samples.max()), int(samples.min())
        for edge in (top, bottom):
            share = float((samples == edge).mean())
            if share >= 0.05 and abs(edge * lead.uv_per_lsb) > 3000.0 and top != bottom:
                found.add(lead.name)
    return found


def _seconds(uv: NDArray[Any], fs_hz: float) -> NDArray[Any]:
    """Cut (leads, n) into whole seconds: (leads, seconds, fs)."""
    width = round(fs_hz)
    count = max(1, uv.shape[1] // width)
    if uv.shape[1] < width:
        return uv[:, None, :]
    return uv[:, : count * width].reshape(uv.shape[0], count, width)


def _mains_rms(parts: Float64, fs_hz: float, mains_hz: float) -> Float64:
    """Return the RMS of the mains frequency in each second: (leads, seconds)."""
    if fs_hz < 2.2 * mains_hz or parts.shape[2] < 50:
        return np.zeros(parts.shape[:2])
    turn = 2.0 * np.pi * mains_hz * np.arange(parts.shape[2]) / fs_hz
    # The median over short stretches keeps QRS out: its 50 Hz content lasts a tenth of a second only.
    pieces = 10
    width = parts.shape[2] // pieces
    cut = parts[:, :, : width * pieces].reshape(parts.shape[0], parts.shape[1], pieces, width)
    cosine, sine = np.cos(turn[:width]), np.sin(turn[:width])
    size = np.sqrt((cut @ cosine) ** 2 + (cut @ sine) ** 2) * 2.0 / width
    rms: Float64 = np.median(size, axis=2) / np.sqrt(2.0)
    return rms


def _faults(signals: Signals, c: Criteria) -> dict[str, tuple[str, ...]]:
    uv, fs = signals.uv, signals.fs_hz
    parts = _seconds(uv, fs)
    missing = np.zeros(uv.shape, dtype=np.bool_) if signals.gaps is None else signals.gaps
    flat = (np.ptp(parts, axis=2) < c["quality.flat_uv"]) & ~_seconds(missing, fs).any(axis=2)
    slow = low_pass(uv, fs, 0.5)
    wander = np.ptp(slow, axis=1)
    fast = uv - low_pass(uv, fs, 35.0)
    quiet = middles(np.abs(_seconds(box_mean(np.abs(fast), round(0.04 * fs)), fs)))[..., 0] * 1.25
    mains = np.maximum(_mains_rms(parts, fs, 50.0), _mains_rms(parts, fs, 60.0))
    muscle = np.sqrt(np.maximum(quiet**2 - mains**2, 0.0))
    steps = np.abs(np.diff(uv, axis=1)).max(axis=1, initial=0.0)
    share = c["quality.bad_seconds_share"]
    found: dict[str, tuple[str, ...]] = {}
    for index, name in enumerate(signals.names):
        tests = (
            ("lead_off", flat[index].mean() >= share),
            ("missing", missing[index].mean() >= share),
            ("gaps", 0.0 < missing[index].mean() < share),
            ("wander", wander[index] > c["quality.wander_uv"]),
            ("mains", (mains[index] > c["quality.mains_uv"]).mean() >= share),
            ("muscle", (muscle[index] > c["quality.muscle_uv"]).mean() >= share),
            ("spikes", steps[index] > 5000.0),
        )
        found[name] = tuple(code for code, met in tests if met)
    return found


def _lead_grade(faults: list[str]) -> str:
    if any(fault in _SERIOUS for fault in faults):
        return "D"
    return _ORDER[min(2, len(faults))]


def _whole_grade(leads: dict[str, LeadQuality], signals: Signals, c: Criteria) -> str:
    """Return the grade of the recording: D when limb leads or several leads are lost, else by the worst leads."""
    lost = [name for name, lead in leads.items() if lead.grade == "D"]
    limb_lost = [name for name in lost if name in LIMB_LEADS and name not in signals.derived]
    if len(lost) >= c["quality.leads_for_d"] or len(limb_lost) >= 2:
        return "D"
    if lost:
        return "C"
    worst = [lead.grade for lead in leads.values()]
    if worst.count("C") >= 3 or worst.count("B") >= 9:
        return "C"
    return "B" if any(grade != "A" for grade in worst) else "A"
