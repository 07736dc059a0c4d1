"""Rates, intervals, corrected QT and axes (ecg.md section 4)."""

import math
from collections.abc import Mapping

import numpy as np

from tianmu.clinical.ecg.engine.analysis import LeadMeasurements, MedianBeat
from tianmu.clinical.ecg.engine.recording import Float64, Int32

LEAST_AXIS_UV = 100.0
LEADS_FOR_DISPERSION = 9
WIDE_QRS_MS = 120.0


def rr_intervals_ms(samples: Int32, fs_hz: float) -> Float64:
    """Return the RR intervals (n − 1,) in ms."""
    intervals: Float64 = np.diff(samples).astype(np.float64) * 1000.0 / fs_hz
    return intervals


def bazett_ms(qt_ms: float, rr_ms: float) -> float:
    """Return QT / √RR (Bazett 1920)."""
    return qt_ms / math.sqrt(rr_ms / 1000.0)


def fridericia_ms(qt_ms: float, rr_ms: float) -> float:
    """Return QT / ∛RR (Fridericia 1920)."""
    return float(qt_ms / (rr_ms / 1000.0) ** (1.0 / 3.0))


def framingham_ms(qt_ms: float, rr_ms: float) -> float:
    """Return QT + 154·(1 − RR) (Sagie 1992)."""
    return qt_ms + 154.0 * (1.0 - rr_ms / 1000.0)


def hodges_ms(qt_ms: float, rr_ms: float) -> float:
    """Return QT + 1.75·(rate − 60) (Hodges 1983)."""
    return qt_ms + 1.75 * (60000.0 / rr_ms - 60.0)


def modified_qt_ms(qt_ms: float, qrs_ms: float) -> float:
    """Return QT − 0.485·QRS, for a QRS of 120 ms and more (Bogossian, Heart Rhythm 2014;11:2273)."""
    return qt_ms - 0.485 * qrs_ms


def axis_deg(one: float | None, foot: float | None, least: float = LEAST_AXIS_UV) -> float | None:
    """Return atan2(2/√3·aVF, I) in degrees from net values of I and aVF; None when both are below `least`."""
    if one is None or foot is None or max(abs(one), abs(foot)) < least:
        return None
    return math.degrees(math.atan2(2.0 / math.sqrt(3.0) * foot, one))


def qrs_axis(matrix: Mapping[str, LeadMeasurements], qrs_ms: float) -> float | None:
    """Return the frontal QRS axis from the areas of I and aVF; undefined below a mean of 100 µV net in both."""
    one, foot = matrix.get("I"), matrix.get("aVF")
    if one is None or foot is None or one.qrs_net_uv is None or foot.qrs_net_uv is None:
        return None
    if max(abs(one.qrs_net_uv), abs(foot.qrs_net_uv)) < LEAST_AXIS_UV:
        return None
    return axis_deg(one.qrs_area_uv_ms, foot.qrs_area_uv_ms, least=0.05 * LEAST_AXIS_UV * qrs_ms)


def wave_axis(one: float | None, foot: float | None, least: float) -> float | None:
    """Return the axis of P or T from the areas (µV·ms) of I and aVF."""
    return axis_deg(one, foot, least)


def qt_dispersion_ms(median: MedianBeat) -> float | None:
    """Return the largest minus the smallest QT over the leads, from nine measurable leads on."""
    ends = [
        (marks.t_end - marks.qrs_onset) * 1000.0 / median.fs_hz
        for marks in median.per_lead.values()
        if marks.t_end is not None and marks.qrs_onset is not None
    ]
    return max(ends) - min(ends) if len(ends) >= LEADS_FOR_DISPERSION else None
