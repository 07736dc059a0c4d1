"""Global marks of P in the median beat, led by the P waves that were found apart from the beats (ecg.md 3.5)."""

from dataclasses import replace

import numpy as np

from tianmu.clinical.ecg.engine.analysis import MedianBeat
from tianmu.clinical.ecg.engine.measure.atrial import Atrial
from tianmu.clinical.ecg.engine.measure.global_qrs import spatial_velocity
from tianmu.clinical.ecg.engine.signal.filters import low_pass

AGREE_MS = 45.0
TIED_LEAST = 0.6
REACH_MS = 78.0
LONGEST_MS = 150.0
SHARE = 0.14
QUIET_MS = 10.0


def settle_p(median: MedianBeat, atrial: Atrial) -> MedianBeat:
    """Return the median beat with P marks that agree with the atrial activity.

    Marks that lie elsewhere are replaced; missing ones are added where a P leads the beats; nothing is invented where
    fewer than 60 % of the beats are led.
    """
    marks, fs = median.boundaries, median.fs_hz
    if marks.qrs_onset is None or marks.r_peak is None:
        return median
    led = atrial.tied >= TIED_LEAST and atrial.usual_pr_ms is not None and atrial.usual_pr_ms > 40.0
    if not led or atrial.usual_pr_ms is None:
        return median
    place = marks.r_peak - atrial.usual_pr_ms * fs / 1000.0
    if marks.p_peak is not None and marks.p_onset is not None and marks.p_end is not None:
        near = abs(marks.p_peak - place) * 1000.0 / fs <= AGREE_MS
        if near and (marks.p_end - marks.p_onset) * 1000.0 / fs <= LONGEST_MS:
            return median
    found = _bounds(median, place)
    if found is None:
        return median if marks.p_peak is None else _with(median, None, None, None)
    return _with(median, *found)


def _with(median: MedianBeat, onset: float | None, peak: float | None, end: float | None) -> MedianBeat:
    return replace(median, boundaries=replace(median.boundaries, p_onset=onset, p_peak=peak, p_end=end))


def _bounds(median: MedianBeat, place: float) -> tuple[float, float, float] | None:
    """Find onset, peak and end of P around `place` (samples) by the spatial velocity; None when it leaves the beat."""
    fs = median.fs_hz
    reach, quiet = round(REACH_MS * fs / 1000.0), round(QUIET_MS * fs / 1000.0)
    limit = round(median.boundaries.qrs_onset or 0.0) - 2
    first, last = max(4, round(place) - reach), min(limit, round(place) + reach)
    if last - first < 3 * quiet or not first < round(place) < last:
        return None
    smooth = low_pass(median.uv, fs, 40.0)
    velocity = spatial_velocity(smooth, fs)
    part = smooth[:, first:last]
    line = np.linspace(0.0, 1.0, last - first)
    height = np.sqrt(((part - part[:, :1] * (1.0 - line) - part[:, -1:] * line) ** 2).sum(axis=0))
    near = slice(max(0, round(place) - first - round(0.03 * fs)), round(place) - first + round(0.03 * fs))
    peak = first + near.start + int(np.argmax(height[near]))
    window = velocity[first:last]
    threshold = max(SHARE * float(window.max()), 1.3 * float(np.percentile(window, 10)))
    onset = _quiet_from(velocity, peak - round(0.016 * fs), -1, threshold, quiet, first)
    end = _quiet_from(velocity, peak + round(0.016 * fs), 1, threshold, quiet, last)
    return float(onset), float(peak), float(end)


def _quiet_from(velocity: np.ndarray, start: int, step: int, limit: float, quiet: int, stop: int) -> int:
    """Return the last sample above `limit` before a quiet stretch, walking from `start`."""
    below, place, last_above = 0, start, start
    while place != stop and 0 < place < velocity.size - 1:
        if velocity[place] > limit:
            below, last_above = 0, place
        else:
            below += 1
            if below >= quiet:
                break
        place += step
    return last_above
