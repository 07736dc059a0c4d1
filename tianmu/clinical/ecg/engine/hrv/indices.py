"""All indices of heart rate variability of one recording, and why some are missing (ecg.md section 7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.hrv.frequency import FrequencyDomain, frequency_domain, ulf_power
from tianmu.clinical.ecg.engine.hrv.nonlinear import Nonlinear, nonlinear
from tianmu.clinical.ecg.engine.hrv.reflexes import Turbulence, deceleration_capacity, turbulence
from tianmu.clinical.ecg.engine.hrv.segments import Segments, segments_of
from tianmu.clinical.ecg.engine.hrv.selection import Flags, NormalIntervals, select
from tianmu.clinical.ecg.engine.hrv.settings import risk_class, settings
from tianmu.clinical.ecg.engine.hrv.time_domain import TimeDomain, time_domain
from tianmu.clinical.ecg.engine.recording import Int32


@dataclass(frozen=True, slots=True, eq=False)
class HeartRateVariability:
    """`missing` maps an index to the code of the reason it is None; `risk` maps an index to low, mid or high.

    Reasons: fewer_than_18_h, too_few_nn, no_readable_segment, too_few_anchors, too_few_premature_beats.
    """

    version: str
    usable_pct: float
    usable_hours: float
    time: TimeDomain
    frequency: FrequencyDomain
    nonlinear: Nonlinear
    deceleration_ms: float | None
    turbulence: Turbulence
    segments: Segments
    missing: Mapping[str, str] = field(default_factory=dict)
    risk: Mapping[str, str] = field(default_factory=dict)


def analyse(
    samples: Int32,
    classes: NDArray[np.str_],
    fs_hz: float,
    *,
    duration_s: float,
    unreadable: Flags | None = None,
    known: Segments | None = None,
    touched: NDArray[np.intp] | None = None,
) -> HeartRateVariability:
    """Return the indices of beats at `samples` (n,) with one-character `classes` (n,) over `duration_s` seconds.

    `unreadable` (n,) marks beats in artefact. `known` segments and the numbers `touched` since save measuring the rest.
    """
    nn = select(samples, classes, fs_hz, unreadable)
    segments = segments_of(nn, duration_s, known, touched)
    readable = segments.readable
    whole_day = nn.usable_hours >= settings()["day_hours"]
    time = time_domain(
        nn, segments.column("mean_nn_ms")[readable], segments.column("sdnn_ms")[readable], whole_day=whole_day
    )
    frequency = frequency_domain(segments.values[readable][:, 3:6], ulf_power(nn) if whole_day else None)
    shape = nonlinear(nn, segments.column("sample_entropy"))
    deceleration = deceleration_capacity(nn)
    after_v = turbulence(samples, classes, fs_hz, unreadable)
    return HeartRateVariability(
        version=str(settings()["version"]),
        usable_pct=nn.usable_pct,
        usable_hours=nn.usable_hours,
        time=time,
        frequency=frequency,
        nonlinear=shape,
        deceleration_ms=deceleration,
        turbulence=after_v,
        segments=segments,
        missing=_missing(nn, frequency, shape, deceleration, after_v, whole_day=whole_day),
        risk=_risk(time, deceleration) if whole_day else {},
    )


def _missing(
    nn: NormalIntervals,
    frequency: FrequencyDomain,
    shape: Nonlinear,
    deceleration: float | None,
    after_v: Turbulence,
    *,
    whole_day: bool,
) -> dict[str, str]:
    """Return why an index is None."""
    missing: dict[str, str] = {}
    if not whole_day:
        day = ("sdann_ms", "sdnn_index_ms", "triangular_index", "tinn_ms", "ulf_ms2", "risk")
        missing |= dict.fromkeys(day, "fewer_than_18_h")
    if nn.ms.size < 2:
        missing |= dict.fromkeys(("mean_nn_ms", "sdnn_ms", "rmssd_ms", "nn50", "pnn50_pct"), "too_few_nn")
    if frequency.lf_ms2 is None:
        missing |= dict.fromkeys(("vlf_ms2", "lf_ms2", "hf_ms2", "lf_hf", "sample_entropy"), "no_readable_segment")
    missing |= {name: "too_few_nn" for name in ("sd1_ms", "alpha1", "alpha2") if getattr(shape, name) is None}
    if deceleration is None:
        missing["deceleration_ms"] = "too_few_anchors"
    if after_v.onset_pct is None:
        missing["turbulence"] = "too_few_premature_beats"
    return missing


def _risk(time: TimeDomain, deceleration: float | None) -> dict[str, str]:
    classes = {
        "sdnn_ms": risk_class("sdnn_ms", time.sdnn_ms),
        "deceleration_ms": risk_class("deceleration_ms", deceleration),
    }
    return {name: found for name, found in classes.items() if found is not None}
