"""What an ambulatory analysis says: hourly rows, totals, events with strips, ST episodes, trends (ecg.md section 7).

Times are seconds from the start of the recording. None is unknown and never means normal.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.hrv import HeartRateVariability
from tianmu.clinical.ecg.engine.recording import Float64


@dataclass(frozen=True, slots=True)
class EctopyCounts:
    """Premature beats of one class: `beats` all of them; runs (≥ 3), bigeminy and trigeminy begin in this span."""

    beats: int = 0
    singles: int = 0
    couplets: int = 0
    runs: int = 0
    run_beats: int = 0
    bigeminy: int = 0
    trigeminy: int = 0


@dataclass(frozen=True, slots=True)
class HourRow:
    """One row of the hourly table; rates in 1/min, least and largest over 8 RR; `pauses` beyond 2.0, 2.5 and 3.0 s."""

    start_s: float
    stop_s: float
    beats: int
    rate_min: float | None
    rate_mean: float | None
    rate_max: float | None
    ventricular: EctopyCounts
    supraventricular: EctopyCounts
    pauses: tuple[int, ...]
    fibrillation_minutes: float
    st_minutes: float
    unreadable_minutes: float


@dataclass(frozen=True, slots=True)
class Instant:
    """A value and when it was."""

    value: float
    at_s: float


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of the recording; burdens and loads in per cent of time or of beats."""

    recorded_hours: float
    readable_hours: float
    beats: int
    rate_mean: float | None
    rate_fastest: Instant | None
    rate_slowest: Instant | None
    longest_rr_ms: Instant | None
    ventricular: EctopyCounts
    supraventricular: EctopyCounts
    paced_beats: int
    fusion_beats: int
    unknown_beats: int
    ventricular_load_pct: float
    supraventricular_load_pct: float
    fibrillation_minutes: float
    fibrillation_burden_pct: float
    fibrillation_longest_s: float
    pauses: tuple[int, ...]
    lown: str
    lown_evidence: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Event:
    """One event with its strip. `kind`: vt aivr svt af pause av_block_hint st max_st button longest_v_run fastest_v_run
    longest_s_run fastest_s_run fastest slowest. `value` in `unit`; `marked` for those that must not be overlooked.
    """

    kind: str
    start_s: float
    stop_s: float
    strip: tuple[float, float]
    beats: int = 0
    rate: float | None = None
    value: float | None = None
    unit: str = ""
    lead: str | None = None
    text: str | None = None
    marked: bool = False


@dataclass(frozen=True, slots=True)
class StEpisode:
    """ST of one lead at least 0.1 mV off its usual level for at least a minute; `peak_uv` the largest ΔST, signed."""

    lead: str
    start_s: float
    stop_s: float
    peak_uv: float
    peak_at_s: float
    level_uv: float
    rate: float | None


@dataclass(frozen=True, slots=True, eq=False)
class StTrend:
    """ST per lead: `level_uv` (leads, bins) of bins of `bin_s`, NaN where unknown; `usual_uv` (leads,) its median."""

    bin_s: float
    level_uv: Float64
    usual_uv: Float64
    episodes: tuple[StEpisode, ...]


@dataclass(frozen=True, slots=True)
class QtTrend:
    """QT of stretches of 20 s: parallel tuples; `slope` of QT over RR (ms per ms); QTc after Fridericia, ms."""

    at_s: tuple[float, ...]
    qt_ms: tuple[float, ...]
    rr_ms: tuple[float, ...]
    qtc_ms: tuple[float, ...]
    qtc_mean_ms: float | None
    qtc_max_ms: Instant | None
    slope: float | None


@dataclass(frozen=True, slots=True)
class Apnoea:
    """Cyclic variation of heart rate: cycles per readable hour, and whether they hint at apnoea (提示)."""

    cycles: int
    cycles_per_h: float | None
    hint: bool


@dataclass(frozen=True, slots=True, eq=False)
class Trends:
    """Data of the plots: rates per minute (NaN unknown), RR histogram, Lorenz counts, minutes of AF per 5 min."""

    rate_mean: Float64
    rate_min: Float64
    rate_max: Float64
    rr_histogram: NDArray[np.int64]
    rr_histogram_from_ms: float
    rr_histogram_bin_ms: float
    lorenz: tuple[tuple[int, int, int], ...]
    lorenz_bin_ms: float
    hourly_sd1_ms: tuple[float | None, ...]
    hourly_sd2_ms: tuple[float | None, ...]
    fibrillation_density: Float64


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """One template: its beats and class; `merged_into` is its own number unless a person joined it to another."""

    number: int
    label: str
    beats: int
    example: int


@dataclass(frozen=True, slots=True, eq=False)
class HolterReport:
    """Everything an ambulatory analysis says of one recording under one version of thresholds."""

    criteria_version: str
    leads: tuple[str, ...]
    hours: tuple[HourRow, ...]
    totals: Totals
    events: tuple[Event, ...]
    event_counts: Mapping[str, int]
    st: StTrend
    qt: QtTrend
    apnoea: Apnoea
    trends: Trends
    hrv: HeartRateVariability
    clusters: tuple[ClusterRow, ...]
