"""The global measurements of a recording from its median beat, matrix and RR intervals (ecg.md section 4)."""

from collections.abc import Mapping

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Boundaries, LeadMeasurements, Measurements, MedianBeat
from tianmu.clinical.ecg.engine.criteria import Criteria
from tianmu.clinical.ecg.engine.measure import intervals, voltages
from tianmu.clinical.ecg.engine.recording import Float64

T_FLAT_UV = 50.0
LIKELY_QT_MS = (200.0, 720.0)


def _gap_ms(first: float | None, last: float | None, fs_hz: float) -> float | None:
    return (last - first) * 1000.0 / fs_hz if first is not None and last is not None and last > first else None


def measurements_of(
    median: MedianBeat | None,
    matrix: Mapping[str, LeadMeasurements],
    rr_ms: Float64,
    criteria: Criteria,
    sex: str | None,
    *,
    strain: bool = False,
    before_qt_ms: Float64 | None = None,
) -> Measurements:
    """Return every measurement that the median beat and the RR intervals allow; the rest stays None.

    `before_qt_ms` are the RR intervals before the beats whose QT is measured, where ectopic beats make them differ.
    """
    if rr_ms.size == 0:
        rate = Measurements()
        mean_rr = None
    else:
        mean_rr = float(rr_ms.mean())
        rate = Measurements(
            ventricular_rate=60000.0 / mean_rr,
            ventricular_rate_min=60000.0 / float(rr_ms.max()),
            ventricular_rate_max=60000.0 / float(rr_ms.min()),
            rr_ms=mean_rr,
        )
    if median is None:
        return rate
    marks, fs = median.boundaries, median.fs_hz
    qrs = _gap_ms(marks.qrs_onset, marks.qrs_end, fs)
    pr, p_ms = _gap_ms(marks.p_onset, marks.qrs_onset, fs), _gap_ms(marks.p_onset, marks.p_end, fs)
    qt, uncertain = _qt(marks, matrix, fs)
    one, foot = matrix.get("I"), matrix.get("aVF")
    p_axis = intervals.wave_axis(one.p_area_uv_ms, foot.p_area_uv_ms, 400.0) if one and foot else None
    t_axis = intervals.wave_axis(one.t_area_uv_ms, foot.t_area_uv_ms, 3000.0) if one and foot else None
    qrs_axis = intervals.qrs_axis(matrix, qrs) if qrs else None
    ptf = _ptf(median)
    wide = qrs is not None and qrs >= intervals.WIDE_QRS_MS
    usual = _qt_rr(before_qt_ms if before_qt_ms is not None and before_qt_ms.size else rr_ms)
    return Measurements(
        ventricular_rate=rate.ventricular_rate, ventricular_rate_min=rate.ventricular_rate_min,
        ventricular_rate_max=rate.ventricular_rate_max, rr_ms=mean_rr,
        p_ms=p_ms, pr_ms=pr, qrs_ms=qrs, qt_ms=qt, qt_uncertain=uncertain,
        qtc_bazett_ms=intervals.bazett_ms(qt, usual) if qt and usual else None,
        qtc_fridericia_ms=intervals.fridericia_ms(qt, usual) if qt and usual else None,
        qtc_framingham_ms=intervals.framingham_ms(qt, usual) if qt and usual else None,
        qtc_hodges_ms=intervals.hodges_ms(qt, usual) if qt and usual else None,
        jt_ms=qt - qrs if qt and qrs and wide else None,
        qtm_ms=intervals.modified_qt_ms(qt, qrs) if qt and qrs and wide else None,
        qt_dispersion_ms=intervals.qt_dispersion_ms(median),
        t_peak_end_ms=_gap_ms(marks.t_peak, marks.t_end, fs),
        p_axis_deg=p_axis, qrs_axis_deg=qrs_axis, t_axis_deg=t_axis,
        rv5_uv=voltages.r_of(matrix, "V5") if "V5" in matrix else None,
        sv1_uv=voltages.s_of(matrix, "V1") if "V1" in matrix else None,
        sokolow_uv=voltages.sokolow_uv(matrix), cornell_uv=voltages.cornell_uv(matrix),
        cornell_product_uv_ms=voltages.cornell_product(matrix, qrs, sex, criteria["lvh.cornell_women_add_uv"]),
        romhilt_estes=voltages.romhilt_estes(matrix, qrs_ms=qrs, axis_deg=qrs_axis, ptf_mm_s=ptf, strain=strain),
        rvh_sokolow_uv=voltages.rvh_sokolow_uv(matrix), ptf_v1_mm_s=ptf,
    )  # fmt: skip


def _qt_rr(rr_ms: Float64) -> float | None:
    """Return the RR that corrects QT: the mean, or the median where single beats disturb it."""
    if rr_ms.size == 0:
        return None
    mean, middle = float(rr_ms.mean()), float(np.median(rr_ms))
    return middle if abs(mean - middle) > 0.05 * middle else mean


def _qt(marks: Boundaries, matrix: Mapping[str, LeadMeasurements], fs_hz: float) -> tuple[float | None, bool]:
    qt = _gap_ms(marks.qrs_onset, marks.t_end, fs_hz)
    heights = [max(row.t_uv or 0.0, -(row.t_negative_uv or 0.0)) for row in matrix.values()]
    flat = max(heights, default=0.0) < T_FLAT_UV
    if qt is None or not LIKELY_QT_MS[0] <= qt <= LIKELY_QT_MS[1]:
        return None, flat
    return qt, flat


def _ptf(median: MedianBeat) -> float | None:
    """Return PtfV1 from the last negative part of P in V1."""
    marks = median.boundaries
    if "V1" not in median.leads or marks.p_onset is None or marks.p_end is None:
        return None
    first, last = round(marks.p_onset), round(marks.p_end)
    row = median.uv[median.leads.index("V1")]
    if last - first < 10:
        return None
    part = row[first : last + 1] - np.linspace(row[first], row[last], last - first + 1)
    below = part < 0.0
    start = int(np.flatnonzero(~below)[-1]) + 1 if below[-2] and not below.all() else 0 if below.all() else part.size
    tail = part[start:-1] if below[-2] else part[:0]
    if tail.size < 3 or tail.min() > -15.0:
        return 0.0
    return voltages.ptf_v1_mm_s(float(tail.min()), tail.size * 1000.0 / median.fs_hz)
