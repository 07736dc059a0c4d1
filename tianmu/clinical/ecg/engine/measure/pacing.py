"""Pacing spikes: edges far steeper than any QRS, at most 2.5 ms wide (ecg.md section 5, 起搏)."""

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import middles

EDGE_UV = 300.0
REACH_MS = 4.0
APART_MS = 20.0
LEADS_NEEDED = 2
NOISE_FACTOR = 12.0


def find_spikes(uv: Float64, fs_hz: float) -> Int32:
    """Return the samples of pacing spikes in `uv` (leads, n): a peak alone within ±4 ms in two leads or more.

    Below 250 Hz spikes cannot be told from QRS and none are returned.
    """
    if fs_hz < 250.0 or uv.shape[1] < 50:
        return np.zeros(0, dtype=np.int32)
    reach = max(1, round(REACH_MS * fs_hz / 1000.0))
    centre = uv[:, reach:-reach]
    before, after = uv[:, : -2 * reach], uv[:, 2 * reach :]
    # A spike rises above both neighbours; a step or a QRS flank rises above one only.
    sharp = np.minimum(np.abs(centre - before), np.abs(centre - after)) * (
        np.sign(centre - before) == np.sign(centre - after)
    )
    noise = middles(sharp) * NOISE_FACTOR
    above = (sharp > np.maximum(EDGE_UV, noise)).sum(axis=0) >= min(LEADS_NEEDED, uv.shape[0])
    places = np.flatnonzero(above)
    if places.size == 0:
        return np.zeros(0, dtype=np.int32)
    strength = sharp.sum(axis=0)
    groups = np.split(places, np.flatnonzero(np.diff(places) > APART_MS * fs_hz / 1000.0) + 1)
    found = np.array([group[int(np.argmax(strength[group]))] + reach for group in groups])
    return found[[_is_narrow(uv, int(place), reach) for place in found]].astype(np.int32)


def _is_narrow(uv: Float64, place: int, reach: int) -> bool:
    """Tell whether the strongest lead is back within 40 % of the peak on both sides after `reach` samples."""
    first, last = max(0, place - 3 * reach), min(uv.shape[1], place + 3 * reach + 1)
    part = uv[:, first:last]
    base = np.median(part, axis=1, keepdims=True)
    lead = int(np.argmax(np.abs(uv[:, place] - base[:, 0])))
    height = np.abs(part[lead] - base[lead])
    wide = int((height > 0.4 * height.max()).sum())
    return wide <= reach + 1


def remove_spikes(uv: Float64, fs_hz: float, spikes: Int32) -> Float64:
    """Return `uv` with each spike bridged by a straight line over ±6 ms."""
    out = uv.copy()
    reach = max(2, round(0.006 * fs_hz))
    for place in spikes:
        first, last = max(0, int(place) - reach), min(uv.shape[1] - 1, int(place) + reach)
        share = np.linspace(0.0, 1.0, last - first + 1)
        out[:, first : last + 1] = uv[:, [first]] * (1.0 - share) + uv[:, [last]] * share
    return out
