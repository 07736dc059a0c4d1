"""Onsets and ends of P, QRS and T on one clean beat of one lead (ecg.md sections 3.5 and 4).

QRS: two estimators, the slope above a bar and the share of the path walked, are averaged; a small notch long after
the return to the ST level is not counted. T: tangent of the last
flank. P: tangent of the first flank; end at the mean of the last flank's tangent on the PQ level and the point where
a fifth of the height is left. Constants were fitted on half of LUDB, the P end on QTDB too (docs/algorithms).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.analysis import Boundaries
from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.engine.signal.filters import box_mean, low_pass, middle

_BEFORE_R_MS = 140.0
_AFTER_R_MS = 170.0
_QUIET_MS = 20.0
_ST_MS = (10.0, 50.0)
_RETURNED_SHARE = 0.15
_AFTER_RETURN_MS = 25.0
_T_CUTOFF_HZ = 16.0
_P_CUTOFF_HZ = 25.0
_T_EARLIEST_MS = 30.0
_T_USUAL = 0.28
_T_SPREAD = 0.10
_T_LATEST = 0.62
_SHADOW = 0.25
_MIN_T_UV = 15.0
_EARLIER_LOBE = 0.9
_T_REST_SLOPE = 0.15
_PQ_MS = 12.0
_P_REST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class EdgeRule:
    """How one edge of the QRS is found: bars for slope (µV/ms) and path, the shift outward (ms)
    that takes the bias off, and whether the nearer estimate is taken or the mean of the two.
    """

    cutoff_hz: float
    reach_ms: float
    path_noise: float
    path_allowance: float
    path_share: float
    path_floor_uv: float
    slope_factor: float
    slope_power: float
    slope_noise: float
    outward_ms: float
    nearer: bool


ONSET = EdgeRule(25.0, 6.0, 3.5, 3.3, 0.08, 16.0, 0.33, 0.44, 2.45, 13.0, nearer=False)
END = EdgeRule(45.0, 4.0, 3.15, 1.75, 0.02, 3.6, 0.36, 0.36, 2.55, 13.0, nearer=True)


@dataclass(frozen=True, slots=True)
class Wave:
    """Onset, peak and end of one wave, in samples."""

    onset: float
    peak: float
    end: float


def slope_of(uv: Float64, fs_hz: float, reach_ms: float) -> Float64:
    """Return the central slope of `uv` in µV/ms over ±`reach_ms`."""
    reach = max(1, round(reach_ms * fs_hz / 1000.0))
    padded = np.pad(uv, reach, mode="edge")
    return (padded[2 * reach :] - padded[: -2 * reach]) / (2000.0 * reach / fs_hz)


def last_active(active: NDArray[np.bool_], quiet: int) -> int:
    """Return the last True reached from index 0 without crossing more than `quiet` False in a row (0 if none)."""
    marks = np.flatnonzero(active)
    if marks.size == 0 or marks[0] > quiet:
        return 0
    gaps = np.flatnonzero(np.diff(marks) > quiet)
    return int(marks[gaps[0]] if gaps.size else marks[-1])


def _edge(outward: Float64, noise: float, steepest: float, fs_hz: float, rule: EdgeRule) -> float:
    """Return the distance (samples) of a QRS edge from R, given the slopes from R outward; the bias is not yet off."""
    ms = fs_hz / 1000.0
    bar = max(rule.slope_factor * steepest**rule.slope_power, rule.slope_noise * noise)
    by_slope = last_active(outward > bar, round(_QUIET_MS * ms))
    path = np.cumsum(np.maximum(outward[::-1] - max(rule.path_noise * noise, rule.path_allowance), 0.0)) / ms
    share = max(rule.path_share * 2.0 * path[-1], rule.path_floor_uv)
    by_path = outward.size - 1 - int(np.searchsorted(path, share))
    return float(min(by_slope, max(0, by_path))) if rule.nearer else 0.5 * (by_slope + max(0, by_path))


def qrs_bounds(uv: Float64, fs_hz: float, r_peak: int) -> tuple[float, float]:
    """Return QRS onset and end (samples) of the beat at `r_peak` of one lead `uv` (n,) µV."""
    ms = fs_hz / 1000.0
    edges: list[float] = []
    for rule, direction in ((ONSET, -1), (END, 1)):
        slope = np.abs(slope_of(low_pass(uv, fs_hz, rule.cutoff_hz), fs_hz, rule.reach_ms))
        quiet = np.concatenate(
            [
                slope[max(0, r_peak - round(300 * ms)) : max(0, r_peak - round(120 * ms))],
                slope[r_peak + round(160 * ms) : r_peak + round(400 * ms)],
            ]
        )
        noise = middle(quiet) if quiet.size else 0.0
        steepest = float(slope[max(0, r_peak - round(80 * ms)) : r_peak + round(80 * ms)].max())
        if direction < 0:
            outward = slope[max(0, r_peak - round(_BEFORE_R_MS * ms)) : r_peak + 1][::-1]
        else:
            outward = slope[r_peak : r_peak + round(_AFTER_R_MS * ms)]
        distance = _edge(outward, noise, steepest, fs_hz, rule) + rule.outward_ms * ms
        edges.append(r_peak + direction * distance)
    onset, end = max(0.0, edges[0]), min(edges[1], uv.size - 1.0)
    end = min(end, _return_to_st(uv, fs_hz, r_peak, onset, end) + _AFTER_RETURN_MS * ms)
    return onset, min(uv.size - 1.0, max(end, onset + 20 * ms))


def _return_to_st(uv: Float64, fs_hz: float, r_peak: int, onset: float, end: float) -> int:
    """Return the last sample before `end` at which QRS is farther from the ST level than 15 % of its size."""
    first, last = (int(end + ms * fs_hz / 1000.0) for ms in _ST_MS)
    level = middle(uv[min(first, uv.size - 1) : max(last, first + 1)])
    size = float(np.ptp(uv[int(onset) : int(end) + 1]))
    far = np.flatnonzero(np.abs(uv[r_peak : int(end) + 1] - level) > _RETURNED_SHARE * size)
    return r_peak + (int(far[-1]) if far.size else 0)


def without_qrs(uv: Float64, fs_hz: float, onset: float, end: float) -> Float64:
    """Return `uv` with the QRS replaced by a straight line, so that smoothing does not smear it into P and T."""
    bare = uv.copy()
    margin, width = round(0.008 * fs_hz), max(1, round(0.008 * fs_hz))
    start, stop = max(width, int(onset) - margin), min(uv.size - width, int(end) + margin)
    if stop > start:
        left, right = bare[start - width : start].mean(), bare[stop : stop + width].mean()
        bare[start:stop] = np.linspace(left, right, stop - start)
    return bare


def t_bounds(bare: Float64, fs_hz: float, r_peak: int, qrs_end: float, rr_s: float) -> Wave | None:
    """Return the T wave of a beat whose QRS is blanked, None where there is none.

    The end is the foot of the tangent at the steepest terminal slope, drawn half-way out to where that slope has
    fallen to 15 %: readers mark some 11 ms after the bare foot.
    """
    ms, root = fs_hz / 1000.0, np.sqrt(rr_s)
    smooth = low_pass(bare, fs_hz, _T_CUTOFF_HZ)
    start = int(qrs_end) + round(_T_EARLIEST_MS * ms)
    stop = min(int(r_peak + min(_T_LATEST * root, 0.82 * rr_s) * fs_hz), bare.size - round(20 * ms))
    if stop - start < round(60 * ms):
        return None
    bump = smooth - box_mean(smooth, int(0.5 * root * fs_hz) | 1)
    seconds = (np.arange(start, stop) - r_peak) / fs_hz / root
    weight = np.exp(-0.5 * ((seconds - _T_USUAL) / _T_SPREAD) ** 2)
    weighted = bump[start:stop] * weight
    lobes = sorted((int(np.argmax(weighted)), int(np.argmin(weighted))))
    earlier, later = (start + lobe for lobe in lobes)
    peak = earlier if abs(weighted[earlier - start]) >= _EARLIER_LOBE * abs(weighted[later - start]) else later
    level = smooth[max(0, r_peak - round(50 * ms))]
    if peak == earlier and abs(bump[later]) > abs(bump[earlier]):
        shadow = abs(smooth[earlier] - level) < _SHADOW * abs(smooth[later] - level)
        peak = later if shadow else earlier  # the mean of a late tall T makes a trough of the level ST before it
    sign = 1.0 if bump[peak] >= 0 else -1.0
    low, high = max(start, peak - round(40 * ms)), min(stop, peak + round(40 * ms))
    peak = low + int(np.argmax(sign * smooth[low:high]))
    slope = sign * slope_of(smooth, fs_hz, 14.0)
    flank = peak + int(np.argmin(slope[peak : min(bare.size - 1, peak + round(0.12 * root * fs_hz)) + 1]))
    behind = flank + round(80 * ms)
    rest_stop = max(
        min(bare.size, flank + round(200 * ms), int(r_peak + (rr_s - 0.2) * fs_hz)), behind + round(20 * ms)
    )
    rest = middle(smooth[min(behind, bare.size - 1) : rest_stop])
    if slope[flank] >= 0 or sign * (smooth[peak] - rest) < _MIN_T_UV:
        return None
    foot = np.clip(sign * (smooth[flank] - rest) / -slope[flank], 0.0, 120.0) * ms
    steep = np.flatnonzero(slope[flank : min(bare.size, flank + round(120 * ms))] > _T_REST_SLOPE * slope[flank])
    end = flank + 0.5 * (foot + (steep[0] if steep.size else foot))
    first = max(start, peak - round(0.2 * root * fs_hz))
    rise = first + int(np.argmax(slope[first : peak + 1]))
    st_level = middle(smooth[max(0, first - round(20 * ms)) : first + 1])
    back = sign * (smooth[rise] - st_level) / max(slope[rise], 1e-3) * ms
    onset = rise - float(np.clip(back, 0.0, rise - first))
    return Wave(onset, float(peak), float(min(end, bare.size - 1.0)))


def p_bounds(uv: Float64, fs_hz: float, qrs_onset: float, start: float) -> tuple[Wave, float] | None:
    """Return the P wave between `start` and `qrs_onset` with its height in µV, None where nothing stands out."""
    ms = fs_hz / 1000.0
    stop, first = int(qrs_onset - 2 * ms), max(0, int(start))
    if stop - first < round(60 * ms):
        return None
    flat = uv[: stop + 1].copy()
    flat = np.concatenate([flat, np.full(round(150 * ms), flat[-max(1, round(8 * ms)) :].mean())])
    smooth = low_pass(flat, fs_hz, _P_CUTOFF_HZ)
    bump = smooth - box_mean(smooth, round(240 * ms) | 1)
    peak = first + int(np.argmax(np.abs(bump[first:stop])))
    sign = 1.0 if bump[peak] >= 0 else -1.0
    if min(peak - first, stop - peak) < round(10 * ms):
        return None
    slope = sign * slope_of(smooth, fs_hz, 10.0)
    low, high = max(first, peak - round(90 * ms)), min(stop, peak + round(90 * ms))
    rise, fall = low + int(np.argmax(slope[low : peak + 1])), peak + int(np.argmin(slope[peak:high]))
    if slope[rise] <= 0 or slope[fall] >= 0:
        return None
    before = smooth[max(0, rise - round(80 * ms)) : max(1, rise - round(40 * ms))]
    foot = sign * (smooth[rise] - middle(before)) / slope[rise] * ms if before.size else 0.0
    onset = rise - float(np.clip(foot, 0.0, 60 * ms)) - 6.0 * ms
    after_fall = sign * smooth[fall : min(stop, fall + round(80 * ms)) + 1]
    pq_level = sign * middle(smooth[max(fall, stop - round(_PQ_MS * ms)) : stop + 1])
    by_tangent = float(np.clip((after_fall[0] - pq_level) / -slope[fall], 0.0, 80.0)) * ms
    lowest = float(after_fall.min())
    low_part = np.flatnonzero(after_fall - lowest < _P_REST_SHARE * (sign * float(smooth[peak]) - lowest))
    by_height = int(low_part[0]) if low_part.size else after_fall.size
    end = fall + 0.5 * (by_tangent + by_height)
    ends = np.interp([onset, end + 6 * ms], np.arange(smooth.size), smooth)
    height = abs(float(smooth[peak] - ends.mean()))
    return Wave(max(onset, 0.0), float(peak), float(min(end, stop))), height


def bound_beat(uv: Float64, fs_hz: float, r_peak: int, rr_s: float, *, p_start: float | None) -> Boundaries:
    """Return the boundaries of the beat at `r_peak` of `uv` (n,) µV; P is looked for after `p_start` unless None."""
    onset, end = qrs_bounds(uv, fs_hz, r_peak)
    t = t_bounds(without_qrs(uv, fs_hz, onset, end), fs_hz, r_peak, end, rr_s)
    found = p_bounds(uv, fs_hz, onset, p_start) if p_start is not None else None
    p = found[0] if found else None
    return Boundaries(
        p_onset=p.onset if p else None,
        p_peak=p.peak if p else None,
        p_end=p.end if p else None,
        qrs_onset=onset,
        r_peak=float(r_peak),
        qrs_end=end,
        t_onset=t.onset if t else None,
        t_peak=t.peak if t else None,
        t_end=t.end if t else None,
    )
