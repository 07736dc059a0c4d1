"""ST of every beat and QT of stretches: J + 80 ms, J + 60 ms above 120/min, against the PQ level (ecg.md 7)."""

from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Beats
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.waves.median import median_beat


@dataclass(frozen=True, slots=True)
class Stretch:
    """The median beat of one stretch: R to QRS onset and end in s, QT and RR in ms (QT None where T has no end)."""

    at_s: float
    onset_s: float
    end_s: float
    qt_ms: float | None
    rr_ms: float


def measure_stretch(rows: Float64, names: tuple[str, ...], fs_hz: float, beats: Beats, at_s: float) -> Stretch | None:
    """Return the median beat of a short stretch, None where it has too few conducted beats or no QRS edges."""
    rule = settings()["qt"]
    if int((beats.classes == "N").sum()) < rule["least_beats"]:
        return None
    bounds = median_beat(rows, names, fs_hz, beats).boundaries
    if bounds.qrs_onset is None or bounds.qrs_end is None or bounds.r_peak is None:
        return None
    qt_ms = None if bounds.t_end is None else (bounds.t_end - bounds.qrs_onset) * 1000.0 / fs_hz
    known = qt_ms is not None and rule["from_ms"] <= qt_ms <= rule["to_ms"]
    return Stretch(
        at_s=at_s,
        onset_s=(bounds.qrs_onset - bounds.r_peak) / fs_hz,
        end_s=(bounds.qrs_end - bounds.r_peak) / fs_hz,
        qt_ms=qt_ms if known else None,
        rr_ms=float(np.median(np.diff(beats.samples))) * 1000.0 / fs_hz,
    )


def st_levels(rows: Float64, fs_hz: float, samples: Int32, onset_s: float, end_s: float) -> Float64:
    """Return ST in µV per beat and lead (beats, leads) of `rows` (leads, n); NaN for the last beat and at the edges.

    The line between the PQ levels of a beat and the next one is the zero, so that baseline wander does not count.
    """
    rule = settings()["st"]
    found = np.full((samples.size, rows.shape[0]), np.nan)
    if samples.size < 2:
        return found
    total = np.concatenate([np.zeros((rows.shape[0], 1)), np.cumsum(rows, axis=1)], axis=1)
    at = samples.astype(np.int64)

    def level(start: Int32, stop: Int32) -> Float64:
        mean: Float64 = (total[:, stop] - total[:, start]) / (stop - start)
        return mean

    low = at + round((onset_s - rule["pq_from_ms"] / 1000.0) * fs_hz)
    high = np.maximum(low + 1, at + round((onset_s - rule["pq_to_ms"] / 1000.0) * fs_hz))
    rr = np.diff(at, append=at[-1] + (at[-1] - at[-2]))
    offset_ms = np.where(60.0 * fs_hz / rr > rule["fast_rate"], rule["offset_fast_ms"], rule["offset_ms"])
    middle = at + np.rint((end_s + offset_ms / 1000.0) * fs_hz).astype(np.int64)
    half = max(1, round(rule["half_width_ms"] * fs_hz / 1000.0))
    inside = np.flatnonzero((low[:-1] >= 0) & (middle[:-1] + half + 1 < rows.shape[1]) & (high[1:] < rows.shape[1]))
    if inside.size == 0:
        return found
    zero, following = level(low[inside], high[inside]), level(low[inside + 1], high[inside + 1])
    way = (middle[inside] - low[inside]) / rr[inside]
    value = level(middle[inside] - half, middle[inside] + half + 1)
    found[inside] = (value - zero - (following - zero) * way).T
    return found
