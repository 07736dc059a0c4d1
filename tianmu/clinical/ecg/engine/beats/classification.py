"""Classes of beats after AAMI EC57: N S V F, paced P, unknown Q (ecg.md section 3.3).

Beats are judged by the cluster they belong to, against the dominant cluster: how premature, how unlike, how wide,
how large, and whether a pause follows. Every threshold is named, so that a cardiologist can question it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.analysis import Beats
from tianmu.clinical.ecg.engine.beats.artefacts import unreadable_beats
from tianmu.clinical.ecg.engine.beats.pacing import pacing_spikes
from tianmu.clinical.ecg.engine.beats.prematurity import relative_intervals, supraventricular
from tianmu.clinical.ecg.engine.beats.templates import cluster, cut, shapes
from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import low_pass

_BEFORE_S, _AFTER_S = 0.14, 0.18
_SAMPLE_OF_CLUSTER = 64
_EARLY = 0.88
_VERY_EARLY = 0.70
_PAUSE = 1.15
_SPIKE_BEFORE_S = 0.12


@dataclass(frozen=True, slots=True)
class ClusterEvidence:
    """What a cluster shows against the dominant one: `early` and `after` are RR over the local RR, `area` a ratio."""

    count: int
    early: float
    after: float
    likeness: float
    width_ms: float
    normal_width_ms: float
    area: float

    @property
    def ventricular(self) -> bool:
        """Return whether the beats arise in the ventricles."""
        ratio = self.width_ms / max(self.normal_width_ms, 1.0)
        wide = (ratio >= 1.08 and self.width_ms >= 80.0) or (self.normal_width_ms > 120.0 and self.width_ms >= 95.0)
        premature_and_wide = self.likeness < 0.80 and self.early < _EARLY and wide
        premature_with_pause = (
            self.likeness < 0.90 and self.early < _EARLY and self.after >= _PAUSE and self.area >= 1.15
        )
        wide_with_pause = (
            self.likeness < 0.70
            and ratio >= 1.5
            and self.width_ms >= 95.0
            and self.area >= 1.4
            and self.early < 1.0
            and self.after >= 1.15 * self.early
        )
        very_premature = self.likeness < 0.50 and self.early < _VERY_EARLY and ratio >= 0.9
        escape = (
            self.likeness < 0.30 and ratio >= 1.25 and 1.4 <= self.area < 5.0 and self.early < 1.3 and self.count > 2
        )
        return premature_and_wide or premature_with_pause or wide_with_pause or very_premature or escape


def classify(signal_uv: Float64, fs_hz: float, samples: Int32, *, broken: NDArray[np.bool_] | None = None) -> Beats:
    """Return the class and template of every beat at `samples` of `signal_uv` (n,) or (leads, n), µV.

    `broken` (n - 1,) marks intervals in which samples are missing: they make no beat early and no pause.
    """
    rows = np.atleast_2d(np.asarray(signal_uv))
    samples = np.asarray(samples, dtype=np.int32)
    if samples.size == 0:
        return Beats(samples, np.zeros(0, dtype="<U1"), np.zeros(0, dtype=np.int32))
    labels = cluster(rows, fs_hz, samples)
    classes = np.full(samples.size, "N", dtype="<U1")
    if samples.size >= 3:
        early, after = relative_intervals(samples, broken)
        normal = _dominant(labels, early)
        evidence = _evidence(rows, fs_hz, samples, labels, early, after, normal)
        for label, shown in evidence.items():
            if label != normal and shown.ventricular:
                classes[labels == label] = "V"
        classes[supraventricular(samples, fs_hz, classes == "V", broken)] = "S"
    classes[_paced(rows, fs_hz, samples) & (classes != "V")] = "P"
    classes[unreadable_beats(rows, fs_hz, samples)] = "Q"
    return Beats(samples, classes, labels)


def _dominant(labels: Int32, early: Float64) -> int:
    """Return the most frequent cluster, frequent premature ones (bigeminy) counted at a third."""
    counts = np.bincount(labels).astype(np.float64)
    premature = np.array([np.median(early[labels == label]) < _EARLY for label in range(counts.size)])
    return int(np.argmax(np.where(premature, counts / 3.0, counts)))


def _evidence(
    rows: Float64,
    fs_hz: float,
    samples: Int32,
    labels: Int32,
    early: Float64,
    after: Float64,
    normal: int,
) -> dict[int, ClusterEvidence]:
    """Return what every cluster shows; shape is taken from the median of at most 64 of its beats."""
    chosen: dict[int, NDArray[np.intp]] = {}
    for label in range(int(labels.max()) + 1):
        members = np.flatnonzero(labels == label)
        chosen[label] = members[:: max(1, members.size // _SAMPLE_OF_CLUSTER)]
    before, behind = round(_BEFORE_S * fs_hz), round(_AFTER_S * fs_hz)
    medians = {label: np.median(cut(rows, samples[some], before, behind), axis=0) for label, some in chosen.items()}
    units = {label: shapes(rows, fs_hz, samples[some]) for label, some in chosen.items()}
    model = units[normal][units[normal].shape[0] // 2].mean(axis=0)
    model = model / (np.linalg.norm(model) + 1e-9)
    usual_width, usual_area = qrs_spread_ms(medians[normal], fs_hz), _area(medians[normal])
    return {
        label: ClusterEvidence(
            count=int((labels == label).sum()),
            early=float(np.median(early[labels == label])),
            after=float(np.median(after[labels == label])),
            likeness=float(np.median((units[label] @ model).max(axis=0))),
            width_ms=qrs_spread_ms(medians[label], fs_hz),
            normal_width_ms=usual_width,
            area=_area(medians[label]) / max(usual_area, 1e-9),
        )
        for label in chosen
    }


def _area(wave: Float64) -> float:
    return float(np.abs(wave - np.median(wave, axis=1, keepdims=True)).sum())


def qrs_spread_ms(wave: Float64, fs_hz: float) -> float:
    """Return the time between 7 % and 93 % of the path that `wave` (leads, n) walks: a width that needs no edge."""
    smooth = low_pass(wave, fs_hz, 30.0)
    walked = np.abs(np.diff(smooth, axis=1)).sum(axis=0)
    path = np.cumsum(np.maximum(walked - 1.5 * np.percentile(walked, 25), 0.0))
    path /= path[-1] + 1e-9
    first, last = np.searchsorted(path, (0.07, 0.93))
    return float(last - first) * 1000.0 / fs_hz


def _paced(rows: Float64, fs_hz: float, samples: Int32) -> NDArray[np.bool_]:
    """Return which beats follow a pacing spike within 120 ms."""
    spikes = pacing_spikes(rows, fs_hz)
    if spikes.size == 0:
        return np.zeros(samples.size, dtype=np.bool_)
    nearest = np.searchsorted(spikes, samples, side="right") - 1
    distance = samples - spikes[np.maximum(nearest, 0)]
    return (nearest >= 0) & (distance <= _SPIKE_BEFORE_S * fs_hz)
