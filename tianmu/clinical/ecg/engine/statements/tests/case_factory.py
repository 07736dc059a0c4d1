"""Hand-made cases for the tests of the statement rules: one normal person, changed where a test says so."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Beats, Boundaries, LeadMeasurements, Measurements, MedianBeat
from tianmu.clinical.ecg.engine.criteria import default_criteria
from tianmu.clinical.ecg.engine.measure.atrial import Atrial
from tianmu.clinical.ecg.engine.measure.chaos import Chaos
from tianmu.clinical.ecg.engine.recording import STANDARD_12
from tianmu.clinical.ecg.engine.statements.case import Case

CALM = Chaos(
    frequency_hz=2.4, leakage=0.72, slope_kurtosis=18.0, repetition=0.2, period_ms=400.0, amplitude_uv=200.0, swing=0.3
)
_R = {"I": 500, "II": 1000, "III": 500, "aVR": 50, "aVL": 100, "aVF": 800}
_R |= {"V1": 200, "V2": 450, "V3": 700, "V4": 1200, "V5": 1300, "V6": 1000}
_S = {"I": -100, "II": -150, "III": -120, "aVR": -800, "aVL": -150, "aVF": -120}
_S |= {"V1": -900, "V2": -1300, "V3": -900, "V4": -500, "V5": -200, "V6": -100}


def normal_matrix() -> dict[str, LeadMeasurements]:
    """Return the twelve rows of a healthy adult."""
    rows = {}
    for name in STANDARD_12:
        up = name not in {"aVR", "V1"}
        rows[name] = LeadMeasurements(
            p_uv=100.0 if up else None, p_ms=100.0, p_area_uv_ms=6000.0 if up else -4000.0,
            r_uv=float(_R[name]), r_ms=50.0, s_uv=float(_S[name]), s_ms=25.0, intrinsicoid_ms=40.0,
            j_uv=0.0, st20_uv=0.0, st40_uv=0.0, st60_uv=0.0, st80_uv=10.0, st_slope_uv_per_s=100.0,
            t_uv=300.0 if up else None, t_negative_uv=None if up else -150.0,
            qrs_net_uv=float(_R[name] + _S[name]), qrs_p2p_uv=float(_R[name] - _S[name]), qrs_area_uv_ms=1000.0,
        )  # fmt: skip
    return rows


def changed(leads: Mapping[str, Mapping[str, float | None]]) -> dict[str, LeadMeasurements]:
    """Return the normal matrix with some cells replaced."""
    matrix = normal_matrix()
    for name, cells in leads.items():
        matrix[name] = replace(matrix[name], **cells)
    return matrix


def st(level: float) -> dict[str, float | None]:
    """Return the cells of an ST level."""
    cells: dict[str, float | None] = dict.fromkeys(("j_uv", "st20_uv", "st40_uv", "st60_uv", "st80_uv"), level)
    return {**cells, "st_slope_uv_per_s": 0.0}


def atrial(tied: float = 1.0, beats: int = 12) -> Atrial:
    """Return atrial activity of a sinus rhythm of 72 per minute, led in the share `tied`."""
    return Atrial(
        p_samples=np.arange(beats, dtype=np.int32) * 417 + 120, pr_ms=np.full(beats, 150.0),
        tied=tied, usual_pr_ms=150.0,
        flutter_rate=0.0, flutter_strength=0.0, wave_uv=20.0, p_height_uv=120.0, noise_uv=5.0,
    )  # fmt: skip


def beats_of(rr_ms: list[float], classes: str | None = None) -> Beats:
    """Return beats at these RR intervals."""
    samples = np.concatenate([[200.0], 200.0 + np.cumsum(rr_ms) * 0.5]).astype(np.int32)
    kinds = np.array(list(classes or "N" * samples.size))
    return Beats(samples, kinds, np.where(kinds == "V", 1, 0).astype(np.int32))


def flat_median() -> MedianBeat:
    """Return a median beat whose waves no rule looks at, with ordinary marks."""
    marks = Boundaries(p_onset=60, p_peak=85, p_end=110, qrs_onset=140, r_peak=160, qrs_end=185, t_peak=290, t_end=330)
    return MedianBeat(STANDARD_12, np.zeros((12, 500)), 500.0, marks, dict.fromkeys(STANDARD_12, marks))


def make_case(
    *,
    matrix: dict[str, LeadMeasurements] | None = None,
    rr_ms: list[float] | None = None,
    classes: str | None = None,
    age_years: float | None = 50.0,
    sex: str | None = "M",
    **measured: Any,
) -> Case:
    """Return a normal case with changed measurements (by field name), RR intervals, classes or matrix."""
    rr = rr_ms or [834.0] * 11
    beats = beats_of(rr, classes)
    usual = Measurements(
        ventricular_rate=60000.0 / float(np.mean(rr)), rr_ms=float(np.mean(rr)), p_ms=100.0, pr_ms=160.0, qrs_ms=90.0,
        qt_ms=390.0, qtc_bazett_ms=427.0, qtc_fridericia_ms=414.0, p_axis_deg=50.0, qrs_axis_deg=50.0, t_axis_deg=40.0,
    )  # fmt: skip
    return Case(
        measurements=replace(usual, **measured), matrix=normal_matrix() if matrix is None else matrix, beats=beats,
        rr_ms=np.array(rr), atrial=atrial(beats=beats.samples.size), chaos=(CALM,) * 4,
        spikes=np.zeros(0, dtype=np.int32),
        median=flat_median(), fs_hz=500.0, duration_s=10.0, age_years=age_years, sex=sex, criteria=default_criteria(),
    )  # fmt: skip
