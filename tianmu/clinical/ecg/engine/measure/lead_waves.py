"""One row of the measurement matrix: the waves of one lead of the median beat (ecg.md section 3.6)."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Boundaries, LeadMeasurements
from tianmu.clinical.ecg.engine.recording import Float64

QRS_LEAST_UV = 30.0
P_LEAST_UV = 20.0
LEAST_MS = 12.0
T_LEAST_UV = 20.0


@dataclass(frozen=True, slots=True)
class Deflection:
    """One deflection of QRS: signed peak in µV, duration and place of the peak in ms from QRS onset."""

    uv: float
    ms: float
    peak_ms: float
    start_ms: float


def deflections(qrs_uv: Float64, fs_hz: float) -> list[Deflection]:
    """Split a QRS (n,) at its zero crossings; keep waves of ≥ 30 µV that last ≥ 12 ms."""
    if qrs_uv.size == 0:
        return []
    signs = np.sign(qrs_uv)
    edges = np.concatenate([[0], np.flatnonzero(np.diff(signs) != 0) + 1, [qrs_uv.size]])
    found: list[Deflection] = []
    for first, last in pairwise(edges):
        part = qrs_uv[first:last]
        place = int(np.argmax(np.abs(part)))
        duration = part.size * 1000.0 / fs_hz
        if abs(part[place]) < QRS_LEAST_UV or duration < LEAST_MS:
            continue
        wave = Deflection(float(part[place]), duration, (first + place) * 1000.0 / fs_hz, first * 1000.0 / fs_hz)
        if found and np.sign(found[-1].uv) == np.sign(wave.uv):
            before = found.pop()
            larger = wave if abs(wave.uv) > abs(before.uv) else before
            wave = Deflection(larger.uv, before.ms + wave.ms, larger.peak_ms, before.start_ms)
        found.append(wave)
    return found


@dataclass(slots=True)
class _Named:
    q: Deflection | None = None
    r: Deflection | None = None
    s: Deflection | None = None
    r2: Deflection | None = None
    s2: Deflection | None = None


def _name(waves: list[Deflection]) -> _Named:
    """Name the deflections; a QRS that is only negative is QS and stands under q."""
    named = _Named()
    for wave in waves:
        if wave.uv < 0 and named.r is None:
            named.q = wave
        elif wave.uv > 0 and named.r is None:
            named.r = wave
        elif wave.uv < 0 and named.r2 is None:
            named.s = named.s or wave
        elif wave.uv > 0 and named.s is not None and named.r2 is None:
            named.r2 = wave
        elif wave.uv < 0 and named.s2 is None:
            named.s2 = wave
    return named


def _at(uv: Float64, place: float) -> float | None:
    index = round(place)
    if not 1 <= index < uv.size - 1:
        return None
    return float(uv[index - 1 : index + 2].mean())


def _p_wave(
    uv: Float64, fs_hz: float, marks: Boundaries
) -> tuple[float | None, float | None, float | None, float | None]:
    """Return P positive µV, negative µV, duration ms and area µV·ms against the line from its onset to its end."""
    if marks.p_onset is None or marks.p_end is None:
        return None, None, None, None
    first, last = max(0, round(marks.p_onset)), min(uv.size - 1, round(marks.p_end))
    if last - first < 4:
        return None, None, None, None
    part = uv[first : last + 1]
    reach = max(1, round(0.008 * fs_hz))
    left, right = float(uv[max(0, first - reach) : first + 1].mean()), float(uv[last : last + reach + 1].mean())
    part = part - np.linspace(left, right, part.size)
    up, down = float(part.max()), float(part.min())
    if max(up, -down) < P_LEAST_UV:
        return None, None, None, None
    return (
        up if up >= P_LEAST_UV else None,
        down if down <= -P_LEAST_UV else None,
        (last - first) * 1000.0 / fs_hz,
        float(part.sum()) * 1000.0 / fs_hz,
    )


def t_window(marks: Boundaries, fs_hz: float, size: int, rr_ms: float) -> tuple[int, int] | None:
    """Return the samples in which T lies: from 40 % of J–T end to its end, or to a likely end when none was found."""
    if marks.qrs_end is None or marks.qrs_onset is None:
        return None
    likely = marks.qrs_onset + min(0.55, 0.62 * rr_ms / 1000.0) * fs_hz
    last = min(size - 1, round(marks.t_end if marks.t_end is not None else likely))
    first = round(marks.qrs_end + 0.4 * (last - marks.qrs_end))
    return (first, last) if last - first >= 10 else None


def measure_lead(uv: Float64, fs_hz: float, marks: Boundaries, rr_ms: float) -> LeadMeasurements:
    """Measure one lead of the median beat (n,) µV between the global marks; depths are negative."""
    if marks.qrs_onset is None or marks.qrs_end is None:
        return LeadMeasurements()
    onset, end = round(marks.qrs_onset), round(marks.qrs_end)
    qrs = uv[onset : end + 1]
    named = _name(deflections(qrs, fs_hz))
    p_up, p_down, p_ms, p_area = _p_wave(uv, fs_hz, marks)
    window = t_window(marks, fs_hz, uv.size, rr_ms)
    t_part = uv[window[0] : window[1] + 1] if window else np.zeros(1)
    t_up, t_down = float(t_part.max()), float(t_part.min())
    step = fs_hz / 1000.0
    st20, st80 = _at(uv, end + 20 * step), _at(uv, end + 80 * step)
    last_r = named.r2 or named.r
    milli = 1000.0 / fs_hz
    return LeadMeasurements(
        p_uv=p_up, p_negative_uv=p_down, p_ms=p_ms, p_area_uv_ms=p_area,
        q_uv=named.q.uv if named.q else None, q_ms=named.q.ms if named.q else None,
        r_uv=named.r.uv if named.r else None, r_ms=named.r.ms if named.r else None,
        s_uv=named.s.uv if named.s else None, s_ms=named.s.ms if named.s else None,
        r2_uv=named.r2.uv if named.r2 else None, r2_ms=named.r2.ms if named.r2 else None,
        s2_uv=named.s2.uv if named.s2 else None, s2_ms=named.s2.ms if named.s2 else None,
        intrinsicoid_ms=last_r.peak_ms if last_r else None,
        j_uv=_at(uv, end), st20_uv=st20, st40_uv=_at(uv, end + 40 * step),
        st60_uv=_at(uv, end + 60 * step), st80_uv=st80,
        st_rr16_uv=_at(uv, end + rr_ms / 16.0 * step),
        st_slope_uv_per_s=(st80 - st20) / 0.06 if st20 is not None and st80 is not None else None,
        t_uv=t_up if window and t_up >= T_LEAST_UV else None,
        t_negative_uv=t_down if window and t_down <= -T_LEAST_UV else None,
        t_area_uv_ms=float(t_part.sum()) * milli if window else None,
        qrs_area_uv_ms=float(qrs.sum()) * milli,
        qrs_net_uv=float(qrs.max() + qrs.min()) if qrs.size else None,
        qrs_p2p_uv=float(np.ptp(qrs)) if qrs.size else None,
    )  # fmt: skip
