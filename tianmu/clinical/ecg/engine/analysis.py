"""What the engine says of a recording: beats, waves, measurements, statements, alerts, quality, with their evidence.

Units: ms, µV, degrees, 1/min. None is unknown and never means normal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.recording import Float64, Int32


class BeatClass(StrEnum):
    """AAMI EC57 classes; PACED beats are counted under Q by EC57 but kept apart here."""

    NORMAL = "N"
    SUPRAVENTRICULAR = "S"
    VENTRICULAR = "V"
    FUSION = "F"
    PACED = "P"
    UNKNOWN = "Q"


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """`samples` (n,) int32 R-peak indices; `classes` (n,) one-character strings (BeatClass); `templates` (n,) int32."""

    samples: Int32
    classes: NDArray[np.str_]
    templates: Int32


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Onsets and ends of one beat's waves, in samples of the recording or of the median beat; None where no wave is."""

    p_onset: float | None = None
    p_peak: float | None = None
    p_end: float | None = None
    qrs_onset: float | None = None
    r_peak: float | None = None
    qrs_end: float | None = None
    t_onset: float | None = None
    t_peak: float | None = None
    t_end: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MedianBeat:
    """The representative beat: `uv` (leads, n) at `fs_hz`, PQ level at 0; global and per-lead boundaries."""

    leads: tuple[str, ...]
    uv: Float64
    fs_hz: float
    boundaries: Boundaries
    per_lead: Mapping[str, Boundaries]


@dataclass(frozen=True, slots=True)
class LeadMeasurements:
    """One row of the measurement matrix (ecg.md 3.6): amplitudes µV, durations ms, areas µV·ms; None where no wave."""

    p_uv: float | None = None
    p_negative_uv: float | None = None
    p_ms: float | None = None
    p_area_uv_ms: float | None = None
    q_uv: float | None = None
    q_ms: float | None = None
    r_uv: float | None = None
    r_ms: float | None = None
    s_uv: float | None = None
    s_ms: float | None = None
    r2_uv: float | None = None
    r2_ms: float | None = None
    s2_uv: float | None = None
    s2_ms: float | None = None
    intrinsicoid_ms: float | None = None
    j_uv: float | None = None
    st20_uv: float | None = None
    st40_uv: float | None = None
    st60_uv: float | None = None
    st80_uv: float | None = None
    st_rr16_uv: float | None = None
    st_slope_uv_per_s: float | None = None
    t_uv: float | None = None
    t_negative_uv: float | None = None
    t_area_uv_ms: float | None = None
    qrs_area_uv_ms: float | None = None
    qrs_net_uv: float | None = None
    qrs_p2p_uv: float | None = None


@dataclass(frozen=True, slots=True)
class Measurements:
    """Global measurements (ecg.md section 4)."""

    ventricular_rate: float | None = None
    ventricular_rate_min: float | None = None
    ventricular_rate_max: float | None = None
    atrial_rate: float | None = None
    rr_ms: float | None = None
    p_ms: float | None = None
    pr_ms: float | None = None
    qrs_ms: float | None = None
    qt_ms: float | None = None
    qt_uncertain: bool = False
    qtc_bazett_ms: float | None = None
    qtc_fridericia_ms: float | None = None
    qtc_framingham_ms: float | None = None
    qtc_hodges_ms: float | None = None
    jt_ms: float | None = None
    qtm_ms: float | None = None
    qt_dispersion_ms: float | None = None
    t_peak_end_ms: float | None = None
    p_axis_deg: float | None = None
    qrs_axis_deg: float | None = None
    t_axis_deg: float | None = None
    rv5_uv: float | None = None
    sv1_uv: float | None = None
    sokolow_uv: float | None = None
    cornell_uv: float | None = None
    cornell_product_uv_ms: float | None = None
    romhilt_estes: int | None = None
    rvh_sokolow_uv: float | None = None
    ptf_v1_mm_s: float | None = None


class Severity(StrEnum):
    """How far a statement is from normal."""

    NORMAL = "normal"
    BORDERLINE = "borderline"
    ABNORMAL = "abnormal"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value that made a statement: what, where, how much, against which limit."""

    name: str
    value: float | str
    unit: str = ""
    lead: str | None = None
    limit: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One finding. `code` is our stable code in the statement library; texts and outside codes live there."""

    code: str
    severity: Severity
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    qualifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CriticalAlert:
    """A machine critical-value alert (危急值), to be confirmed by a doctor; `grade` is critical or major."""

    code: str
    grade: str
    statement: str
    evidence: tuple[Evidence, ...]
    rule_set: str


@dataclass(frozen=True, slots=True)
class LeadQuality:
    """Quality of one lead (ecg.md section 10): A best, D not fit; faults such as lead_off, mains, wander."""

    grade: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """Quality of a recording: worst usable grade, faults by lead, suspected reversals (codes such as RA_LA, V1_V2)."""

    grade: str
    leads: Mapping[str, LeadQuality] = field(default_factory=dict)
    reversals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything one run of the engine says of one resting recording; `conclusion` None if nothing was readable."""

    engine_version: str
    criteria_version: str
    beats: Beats
    median: MedianBeat | None
    measurements: Measurements
    matrix: Mapping[str, LeadMeasurements]
    statements: tuple[Statement, ...]
    alerts: tuple[CriticalAlert, ...]
    quality: Quality
    conclusion: Severity | None
