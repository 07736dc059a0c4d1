"""Swapped cables seen in the median beat: limb reversals and neighbouring chest leads (ecg.md section 10)."""

from collections.abc import Mapping

import numpy as np

from tianmu.clinical.ecg.engine.analysis import LeadMeasurements, MedianBeat
from tianmu.clinical.ecg.engine.measure.leads import Signals
from tianmu.clinical.ecg.engine.recording import CHEST_LEADS, LIMB_LEADS, Float64

Matrix = Mapping[str, LeadMeasurements]
_EMPTY = LeadMeasurements()
FLAT_UV = 120.0


def find_reversals(signals: Signals, matrix: Matrix, median: MedianBeat | None, *, sinus: bool) -> tuple[str, ...]:
    """Return codes of suspected reversals (RA_LA, RA_LL, RA_RL, LA_RL, LA_LL, V1_V2 …), the surest first."""
    if median is None:
        return ()
    return (*_limb(signals, matrix, sinus=sinus), *_chest(matrix, median))


def _p_net(row: LeadMeasurements) -> float:
    return (row.p_uv or 0.0) + (row.p_negative_uv or 0.0)


def _t_net(row: LeadMeasurements) -> float:
    return (row.t_uv or 0.0) + (row.t_negative_uv or 0.0)


def _limb(signals: Signals, matrix: Matrix, *, sinus: bool) -> list[str]:
    one, two, three = (matrix.get(name, _EMPTY) for name in ("I", "II", "III"))
    others = [matrix.get(name, _EMPTY).qrs_p2p_uv or 0.0 for name in LIMB_LEADS]
    flat = {name: _is_flat(signals, name) for name in ("II", "III")}
    if max(others, default=0.0) > 400.0:
        if flat["II"] and not flat["III"]:
            return ["RA_RL"]
        if flat["III"] and not flat["II"]:
            return ["LA_RL"]
    two_down = (two.qrs_net_uv or 0.0) < -60.0 and _p_net(two) < -20.0 and _t_net(two) < 0.0
    if two_down and (matrix.get("V6", _EMPTY).qrs_net_uv or 0.0) > 100.0:
        return ["RA_LL"]
    six, avr = matrix.get("V6", _EMPTY), matrix.get("aVR", _EMPTY)
    chest_upright = (six.qrs_net_uv or 0.0) > 100.0
    p_down = _p_net(one) < -15.0
    qrs_down = (one.qrs_net_uv or 0.0) < -60.0
    t_down = _t_net(one) < -20.0
    avr_up = (avr.qrs_net_uv or 0.0) > 0.0 or _p_net(avr) > 15.0
    if chest_upright and qrs_down and (p_down or (not sinus and t_down)) and (t_down or avr_up):
        return ["RA_LA"]
    if sinus and _p_net(one) > 1.6 * _p_net(two) + 40.0 and _p_net(three) < -20.0 and (three.qrs_net_uv or 0.0) < 0.0:
        return ["LA_LL"]
    return []


def _is_flat(signals: Signals, name: str) -> bool:
    """Tell whether a limb lead holds nothing but noise: its QRS range is tiny against that of lead I."""
    row, first = signals.row(name), signals.row("I")
    if row is None or first is None:
        return False
    return _range(row) < FLAT_UV and _range(row) < 0.25 * _range(first)


def _range(row: Float64) -> float:
    quick = row - np.convolve(row, np.ones(101) / 101.0, mode="same")
    return float(np.percentile(quick[100:-100], 99.7) - np.percentile(quick[100:-100], 0.3)) if row.size > 400 else 0.0


def _chest(matrix: Matrix, median: MedianBeat) -> list[str]:
    """Compare each order of two chest leads: a swap that makes the whole chest row clearly smoother is suspected."""
    marks = median.boundaries
    if not set(CHEST_LEADS) <= set(median.leads) or marks.qrs_onset is None or marks.qrs_end is None:
        return []
    first, last = round(marks.qrs_onset), round(marks.t_end if marks.t_end is not None else marks.qrs_end + 150)
    rows = np.stack([median.uv[median.leads.index(name)][first:last] for name in CHEST_LEADS])
    if float(np.ptp(rows, axis=1).min()) < 100.0:
        return []
    p_rows = [matrix.get(name, _EMPTY) for name in CHEST_LEADS]
    now = _roughness(rows)
    best = ("", now)
    for left, right in ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 5), (0, 2)):
        order = list(range(6))
        order[left], order[right] = right, left
        rough = _roughness(rows[order])
        if rough < best[1]:
            best = (f"V{left + 1}_V{right + 1}", rough)
    clear = best[1] < 0.72 * now
    r = [(row.r_uv or 0.0) / max(-(row.s_uv or 0.0), 50.0) for row in p_rows]
    if best[0] and clear:
        left, right = int(best[0][1]) - 1, int(best[0][4]) - 1
        if r[left] > r[right]:
            return [best[0]]
    return []


def _roughness(rows: Float64) -> float:
    """Return the summed squared second difference along the chest row against the size of the signal."""
    scaled = rows / np.sqrt((rows**2).mean())
    return float((np.diff(scaled, axis=0) ** 2).mean() + (np.diff(scaled, n=2, axis=0) ** 2).mean())
