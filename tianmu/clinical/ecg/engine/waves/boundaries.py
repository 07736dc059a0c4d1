"""Onsets and ends of P, QRS and T on one clean beat of one lead (ecg.md sections 3.5 and 4).

A wave ends where the slope has been small for a while; T ends where the tangent of its last flank meets the baseline.
"""

from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Boundaries
from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.engine.signal.filters import low_pass

_QRS_CUTOFF_HZ = 45.0
_P_CUTOFF_HZ = 25.0
_T_CUTOFF_HZ = 16.0


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a beat in samples, `start` included, `stop` not."""

    start: int
    stop: int


def slope_of(uv: Float64, fs_hz: float, reach_ms: float) -> Float64:
    """Return the central slope of `uv` in µV/ms over ±`reach_ms`."""
    reach = max(1, round(reach_ms * fs_hz / 1000.0))
    padded = np.pad(uv, reach, mode="edge")
    return (padded[2 * reach :] - padded[: -2 * reach]) / (2000.0 * reach / fs_hz)


def last_quiet(active: np.ndarray, start: int, step: int, quiet: int, stop: int) -> int:
    """Return the farthest active index from `start` towards `stop` before `quiet` consecutive inactive samples."""
    edge = start
    position = start
    while position != stop and abs(position - edge) <= quiet:
        if active[position]:
            edge = position
        position += step
    return edge


def qrs_bounds(uv: Float64, fs_hz: float, r_peak: int) -> tuple[int, int]:
    """Return QRS onset and end (samples) of one beat of one lead around `r_peak`."""
    ms = fs_hz / 1000.0
    smooth = low_pass(uv, fs_hz, _QRS_CUTOFF_HZ)
    slope = np.abs(slope_of(smooth, fs_hz, 4.0))
    low, high = max(0, r_peak - round(130 * ms)), min(uv.size, r_peak + round(160 * ms))
    core = slope[max(0, r_peak - round(80 * ms)) : min(uv.size, r_peak + round(80 * ms))]
    steepest = float(core.max())
    noise = float(np.percentile(slope, 20))
    level = max(0.07 * steepest, 3.0 * noise, 1.0)
    onset = last_quiet(slope > level, r_peak, -1, round(18 * ms), low)
    level_end = max(0.09 * steepest, 3.0 * noise, 1.5)
    end = last_quiet(slope > level_end, r_peak, 1, round(18 * ms), high - 1)
    return onset, end


def t_bounds(uv: Float64, fs_hz: float, span: Span, level_uv: float) -> tuple[int, int, int] | None:
    """Return T onset, peak and end inside `span` by tangents to `level_uv`, None where there is no T wave."""
    ms = fs_hz / 1000.0
    if span.stop - span.start < round(80 * ms):
        return None
    smooth = low_pass(uv, fs_hz, _T_CUTOFF_HZ)
    part = smooth[span.start : span.stop] - level_uv
    slope = slope_of(smooth, fs_hz, 12.0)
    peak = span.start + int(np.argmax(np.abs(part)))
    sign = np.sign(smooth[peak] - level_uv)
    height = abs(float(smooth[peak] - level_uv))
    if height < 20.0:
        return None
    after = slice(peak, min(span.stop, peak + round(180 * ms)))
    before = slice(max(span.start, peak - round(200 * ms)), peak + 1)
    fall = after.start + int(np.argmin(sign * slope[after]))
    rise = before.start + int(np.argmax(sign * slope[before]))
    down, up = sign * slope[fall], sign * slope[rise]
    if down >= 0:
        return None
    end = fall + sign * (smooth[fall] - level_uv) / -down * ms
    onset = rise - sign * (smooth[rise] - level_uv) / max(up, 1e-3) * ms
    return round(float(np.clip(onset, span.start, peak))), peak, round(float(np.clip(end, peak, span.stop - 1)))


def p_bounds(uv: Float64, fs_hz: float, span: Span, noise_uv: float) -> tuple[int, int, int] | None:
    """Return P onset, peak and end inside `span`, None where no hump stands out of its surroundings."""
    ms = fs_hz / 1000.0
    if span.stop - span.start < round(60 * ms):
        return None
    smooth = low_pass(uv, fs_hz, _P_CUTOFF_HZ)
    part = smooth[span.start : span.stop]
    line = np.linspace(part[: round(10 * ms)].mean(), part[-round(10 * ms) :].mean(), part.size)
    hump = part - line
    peak = span.start + int(np.argmax(np.abs(hump)))
    height = abs(float(hump[peak - span.start]))
    if height < max(25.0, 3.0 * noise_uv) or min(peak - span.start, span.stop - peak) < round(12 * ms):
        return None
    sign = np.sign(hump[peak - span.start])
    slope = sign * slope_of(smooth, fs_hz, 8.0)
    before = slice(max(span.start, peak - round(90 * ms)), peak + 1)
    after = slice(peak, min(span.stop, peak + round(90 * ms)))
    rise = before.start + int(np.argmax(slope[before]))
    fall = after.start + int(np.argmin(slope[after]))
    onset = last_quiet(slope > 0.2 * slope[rise], rise, -1, round(8 * ms), span.start)
    end = last_quiet(-slope > 0.2 * -slope[fall], fall, 1, round(8 * ms), span.stop - 1)
    return onset, peak, end


def bound_beat(uv: Float64, fs_hz: float, r_peak: int, span: Span, *, with_p: bool = True) -> Boundaries:
    """Return the boundaries of the beat at `r_peak` in `uv` (n,) µV; `span` is the part that belongs to this beat."""
    ms = fs_hz / 1000.0
    onset, end = qrs_bounds(uv, fs_hz, r_peak)
    level = float(np.median(uv[max(0, onset - round(20 * ms)) : max(1, onset)])) if onset > 0 else float(uv[0])
    t = t_bounds(uv, fs_hz, Span(end + round(30 * ms), span.stop), level)
    rough = float(np.median(np.abs(np.diff(uv)))) * 2.0
    p_span = Span(max(span.start, onset - round(280 * ms)), max(0, onset - round(8 * ms)))
    p = p_bounds(uv, fs_hz, p_span, rough) if with_p else None
    return Boundaries(
        p_onset=p[0] if p else None,
        p_peak=p[1] if p else None,
        p_end=p[2] if p else None,
        qrs_onset=onset,
        r_peak=r_peak,
        qrs_end=end,
        t_onset=t[0] if t else None,
        t_peak=t[1] if t else None,
        t_end=t[2] if t else None,
    )
