"""Fusion beats (室性融合波): QRS that mix the sinus beat and the ventricular beat of the recording."""

from dataclasses import replace

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Beats
from tianmu.clinical.ecg.engine.recording import Float64, Int32

RATE_HZ = 125.0
REACH_S = 0.10
SHIFT_S = 0.032
LEAST_PART = 0.22
MOST_LEFT = 0.10
PURE_LEFT = 0.06
BETTER = 0.4
ON_TIME = (0.80, 1.15)
FEWEST_NORMAL = 3
FEWEST_VENTRICULAR = 2


def class_fusion_beats(uv: Float64, fs_hz: float, beats: Beats) -> Beats:
    """Return the beats with those classed F that come on time and are explained by N and V together, by neither alone.

    `uv` (leads, n) µV, 0.5-30 Hz. At least three sinus and two ventricular beats must be there to compare with.
    """
    normal, ventricular = beats.classes == "N", beats.classes == "V"
    if normal.sum() < FEWEST_NORMAL or ventricular.sum() < FEWEST_VENTRICULAR or beats.samples.size < 6:
        return beats
    step = max(1, round(fs_hz / RATE_HZ))
    rows, places = uv[:, ::step], beats.samples // step
    rate = fs_hz / step
    reach, shift = round(REACH_S * rate), max(1, round(SHIFT_S * rate))
    usual_n = np.bincount(beats.templates[normal]).argmax()
    usual_v = np.bincount(beats.templates[ventricular]).argmax()
    sinus = _model(rows, places[normal & (beats.templates == usual_n)], reach)
    wide = _model(rows, places[ventricular & (beats.templates == usual_v)], reach + shift)
    if sinus is None or wide is None or (ventricular & (beats.templates == usual_v)).sum() < FEWEST_VENTRICULAR:
        return beats
    classes = beats.classes.copy()
    rr = np.diff(beats.samples).astype(np.float64)
    usual_rr = float(np.median(rr))
    for index in range(1, beats.samples.size):
        own = beats.templates[index]
        odd = own not in (usual_n, usual_v) and beats.classes[index] in {"N", "V"}
        on_time = ON_TIME[0] * usual_rr <= rr[index - 1] <= ON_TIME[1] * usual_rr
        inside = reach + shift <= places[index] < rows.shape[1] - reach - shift
        if odd and on_time and inside and _is_mixture(rows, int(places[index]), sinus, wide, reach, shift):
            classes[index] = "F"
    return replace(beats, classes=classes)


def _model(rows: Float64, places: Int32, reach: int) -> Float64 | None:
    """Return the median QRS (leads, 2 * reach + 1) at `places`, levels apart; None where none is complete."""
    whole = places[(places >= reach) & (places < rows.shape[1] - reach)]
    if whole.size == 0:
        return None
    middle: Float64 = np.median(rows[:, whole[:, None] + np.arange(-reach, reach + 1)[None, :]], axis=1)
    level: Float64 = middle - middle.mean(axis=1, keepdims=True)
    return level


def _is_mixture(rows: Float64, place: int, sinus: Float64, wide: Float64, reach: int, shift: int) -> bool:
    """Tell whether a·N + b·V with a, b ≥ 0.22 leaves at most 10 % of the power, far less than N or V alone."""
    size = 2 * reach + 1
    best = (1.0, 0.0, 0.0)
    alone = 1.0
    for own in range(-shift, shift + 1):
        part = rows[:, place - reach + own : place + reach + 1 + own]
        part = part - part.mean(axis=1, keepdims=True)
        power = float((part**2).sum())
        if power <= 0.0:
            return False
        nn, pn = float((sinus**2).sum()), float((part * sinus).sum())
        alone = min(alone, 1.0 - max(0.0, pn) ** 2 / (power * nn))
        for other in range(2 * shift + 1):
            beat = wide[:, other : other + size]
            beat = beat - beat.mean(axis=1, keepdims=True)
            vv, pv, nv = float((beat**2).sum()), float((part * beat).sum()), float((sinus * beat).sum())
            alone = min(alone, 1.0 - max(0.0, pv) ** 2 / (power * vv))
            common = nn * vv - nv * nv
            if common <= 0.0:
                continue
            a, b = (pn * vv - pv * nv) / common, (pv * nn - pn * nv) / common
            left = 1.0 - (a * pn + b * pv) / power
            if left < best[0]:
                best = (left, a, b)
    better = alone >= PURE_LEFT and best[0] <= BETTER * alone
    return best[0] <= MOST_LEFT and min(best[1:]) >= LEAST_PART and max(best[1:]) <= 1.0 and better
