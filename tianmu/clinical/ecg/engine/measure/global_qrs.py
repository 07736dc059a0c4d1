"""Global onset and end of QRS from the spatial velocity of the median beat over all leads (ecg.md section 3.5)."""

from dataclasses import replace

import numpy as np

from tianmu.clinical.ecg.engine.analysis import MedianBeat
from tianmu.clinical.ecg.engine.recording import Float64

SEARCH_MS = 70.0
HALF_STEP_MS = 4.0
ONSET_SHARE = 0.045
END_SHARE = 0.06
QUIET_MS = 10.0
SLACK_MS = 6.0
NOISE_FACTOR = 2.2
STEEP_BEFORE = 2.0
STEEP_AFTER = 2.5


def spatial_velocity(uv: Float64, fs_hz: float) -> Float64:
    """Return the length of the slope vector over the leads (n,), µV/ms, slopes taken over ±4 ms."""
    reach = max(1, round(HALF_STEP_MS * fs_hz / 1000.0))
    slope = np.zeros_like(uv)
    slope[:, reach:-reach] = (uv[:, 2 * reach :] - uv[:, : -2 * reach]) * fs_hz / (2000.0 * reach)
    velocity: Float64 = np.sqrt((slope**2).sum(axis=0))
    return velocity


def _walk(velocity: Float64, start: int, step: int, limit: float, quiet: int, stop: int) -> int:
    """Walk until the velocity stays at or below `limit` for `quiet` samples; return the last sample above."""
    below, place = 0, start
    last_above = start
    while place != stop:
        if velocity[place] > limit:
            below, last_above = 0, place
        else:
            below += 1
            if below >= quiet:
                break
        place += step
    return last_above


def refine_qrs(median: MedianBeat) -> MedianBeat:
    """Return the median beat with global QRS marks from the spatial velocity and the PQ level before them at 0."""
    marks, fs = median.boundaries, median.fs_hz
    if marks.qrs_onset is None or marks.qrs_end is None or median.uv.shape[1] < 40:
        return median
    velocity = spatial_velocity(median.uv, fs)
    reach = round(SEARCH_MS * fs / 1000.0)
    first, last = max(4, round(marks.qrs_onset)), min(velocity.size - 5, round(marks.qrs_end))
    if last - first < 8:
        return median
    peak = first + int(np.argmax(velocity[first : last + 1]))
    strongest = float(velocity[peak])
    before = velocity[max(4, first - reach) : max(5, first - round(0.01 * fs))]
    after = velocity[last : min(velocity.size - 4, last + reach)]
    calm_before = float(np.percentile(before, 40)) if before.size else 0.0
    calm_after = float(np.percentile(after, 40)) if after.size else 0.0
    quiet = max(2, round(QUIET_MS * fs / 1000.0))
    onset_limit = max(ONSET_SHARE * strongest, NOISE_FACTOR * calm_before)
    end_limit = max(END_SHARE * strongest, 1.5 * calm_after)
    # A plateau in the middle of a broad QRS is quiet too: each walk begins on its own side of R.
    r_peak = round(marks.r_peak) if marks.r_peak is not None else peak
    onset = _walk(velocity, min(peak, r_peak), -1, onset_limit, quiet, max(4, first - reach))
    end = _walk(velocity, max(peak, r_peak), 1, end_limit, quiet, min(velocity.size - 5, last + reach))
    # What the leads place inside QRS and is steep belongs to it, though a plateau lies between.
    early = first + np.flatnonzero(velocity[first:onset] > STEEP_BEFORE * onset_limit)
    late = end + np.flatnonzero(velocity[end : last + 1] > STEEP_AFTER * end_limit)
    if early.size:
        onset = _walk(velocity, int(early[0]), -1, onset_limit, quiet, max(4, first - reach))
    if late.size > 1:
        end = _walk(velocity, int(late[-1]), 1, end_limit, quiet, min(velocity.size - 5, last + reach))
    slack = round(SLACK_MS * fs / 1000.0)
    onset, end = max(onset, first - slack), min(end, last + slack)
    level = median.uv[:, max(0, onset - round(0.018 * fs)) : max(1, onset - round(0.004 * fs))]
    uv = median.uv - np.median(level, axis=1, keepdims=True) if level.shape[1] else median.uv
    return replace(median, uv=uv, boundaries=replace(marks, qrs_onset=float(onset), qrs_end=float(end)))
