"""Atrial fibrillation in pieces of 10 s or more: intervals without pattern, no P wave that repeats (ecg.md section 5).

Irregularity is the smallest median change of RR over one, two and three beats, so that bigeminy and trigeminy, which
repeat, do not count; beats of ventricular origin and their pauses are left out where enough others remain.
"""

import math
from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Beats
from tianmu.clinical.ecg.engine.beats.classification import classify
from tianmu.clinical.ecg.engine.beats.detection import detect
from tianmu.clinical.ecg.engine.beats.prematurity import rr_irregularity
from tianmu.clinical.ecg.engine.beats.templates import cut
from tianmu.clinical.ecg.engine.measure.chaos import measure_chaos
from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import low_pass, remove_wander
from tianmu.clinical.ecg.engine.waves.boundaries import qrs_bounds
from tianmu.clinical.ecg.engine.waves.presence import atrial_activity

_SHORTEST_S = 9.0
_FEWEST_BEATS = 6
_USUAL_IRREGULARITY = 0.11
_USUAL_REPEAT = 1.3
_STEEP_IRREGULARITY = 6.0
_STEEP_REPEAT = 8.0
_ECTOPY_FREE = 0.15
_ECTOPY_BAR = 0.3
_ORGANISED = 0.35
_FEWEST_MEMBERS = 4
_MODEL_BEATS = 64
_T_END = 0.36
_STRETCH_S = 4.0
_STRETCH_CUTOFF_HZ = 50.0
_FLUTTER_KURTOSIS = 4.8
_FLUTTER_LEAKAGE = 0.5
_FLUTTER_HZ = (2.5, 5.0)
_FLUTTER_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class FibrillationEvidence:
    """`score` 0 to 1, `fibrillation` from 0.5 on; `irregularity` of RR; `p_repeat` power of the P over noise."""

    score: float
    fibrillation: bool
    irregularity: float
    p_repeat: float
    ventricular_rate: float


def atrial_fibrillation(
    signal_uv: Float64, fs_hz: float, samples: Int32 | None = None, classed: Beats | None = None
) -> FibrillationEvidence:
    """Return whether (n,) or (leads, n) µV of at least 10 s is atrial fibrillation; beats are detected where not given.

    `classed` is what `classify` said of these beats, where it was asked already.
    ValueError for a shorter piece; a piece with fewer than six beats scores 0 (unknown, not normal).
    """
    rows = np.atleast_2d(np.asarray(signal_uv, dtype=np.float64))
    if rows.shape[1] < _SHORTEST_S * fs_hz:
        message = "Atrial fibrillation is judged on pieces of at least 10 s: pass a longer piece."
        raise ValueError(message)
    if classed is not None:
        found = classed.samples
    else:
        found = detect(rows, fs_hz) if samples is None else np.asarray(samples, dtype=np.int32)
    if found.size < _FEWEST_BEATS:
        return FibrillationEvidence(0.0, fibrillation=False, irregularity=0.0, p_repeat=0.0, ventricular_rate=0.0)
    beats = classed or classify(rows, fs_hz, found)
    ventricular = beats.classes == "V"
    irregularity = rr_irregularity(found, ventricular)
    rr_s = float(np.median(np.diff(found))) / fs_hz
    conducted = ~ventricular if not ventricular.all() else ventricular
    usual = np.bincount(beats.templates[conducted]).argmax()
    members = found[conducted & (beats.templates == usual)]
    repeat = _p_repeat(remove_wander(rows, fs_hz), fs_hz, members, found, rr_s)
    score = fibrillation_score(irregularity, repeat, float(ventricular.mean()))
    if members.size < _ORGANISED * found.size or (score >= 0.5 and _ventricular_flutter(rows, fs_hz)):
        score = min(score, 0.49)
    return FibrillationEvidence(score, score >= 0.5, irregularity, repeat, 60.0 / rr_s)


def fibrillation_score(irregularity: float, p_repeat: float, ventricular_share: float) -> float:
    """Return the score 0 to 1 of the two findings; much ectopy raises the bar for irregularity."""
    bar = _USUAL_IRREGULARITY + _ECTOPY_BAR * max(0.0, ventricular_share - _ECTOPY_FREE)
    evidence = _STEEP_IRREGULARITY * math.log(max(irregularity, 1e-3) / bar)
    doubt = _STEEP_REPEAT * max(0.0, math.log(max(p_repeat, 1e-3) / _USUAL_REPEAT))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, evidence - doubt))))


def _ventricular_flutter(rows: Float64, fs_hz: float) -> bool:
    """Return whether a fifth or more of the stretches of 4 s swing like a sine of 150-300/min, without QRS."""
    width = round(_STRETCH_S * fs_hz)
    calm = low_pass(rows, fs_hz, _STRETCH_CUTOFF_HZ)
    found = [
        part.slope_kurtosis <= _FLUTTER_KURTOSIS
        and part.leakage <= _FLUTTER_LEAKAGE
        and _FLUTTER_HZ[0] <= part.frequency_hz <= _FLUTTER_HZ[1]
        for part in (
            measure_chaos(calm[:, start : start + width], fs_hz)
            for start in range(0, rows.shape[1] - width + 1, width // 2)
        )
    ]
    return sum(found) >= _FLUTTER_SHARE * len(found)


def _p_repeat(rows: Float64, fs_hz: float, members: Int32, everything: Int32, rr_s: float) -> float:
    """Return how strongly a P wave repeats before the conducted beats `members`, 0 where they are too few to tell."""
    if members.size < _FEWEST_MEMBERS:
        return 0.0
    before, behind = round(0.45 * fs_hz), round(0.7 * fs_hz)
    median = np.median(cut(rows, members[:_MODEL_BEATS], before, behind), axis=0)
    strongest = median[int(np.argmax(np.ptp(median, axis=1)))]
    onset, end = qrs_bounds(strongest, fs_hz, before)
    t_end = round(_T_END * math.sqrt(rr_s) * fs_hz)
    return atrial_activity(rows, fs_hz, members, everything, (int(onset) - before, int(end) - before), t_end).repeat
