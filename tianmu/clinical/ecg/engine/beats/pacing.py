"""Pacing spikes (起搏信号): steep needles of at most 2.5 ms that fall back to where they began (ecg.md section 5)."""

from typing import cast

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import middles

_MIN_FS_HZ = 400.0
_LONGEST_MS = 4.0
_MIN_UV = 150.0
_ABOVE_NOISE = 12.0
_NEIGHBOUR_MS = 20.0
_REFRACTORY_MS = 20.0
_FEWEST = 3


def pacing_spikes(signal_uv: Float64, fs_hz: float) -> Int32:
    """Return the samples of pacing spikes in `signal_uv` (n,) or (leads, n) µV; none below 400 Hz, where they are lost.

    A needle stands out of both its sides, far above the second differences around it; fewer than three are chance.
    """
    rows = np.atleast_2d(np.asarray(signal_uv, dtype=np.float64))
    if fs_hz < _MIN_FS_HZ or rows.shape[1] < fs_hz:
        return np.zeros(0, dtype=np.int32)
    reach = max(1, round(0.5 * _LONGEST_MS * fs_hz / 1000.0))
    middle = rows[:, reach:-reach]
    left, right = rows[:, : -2 * reach], rows[:, 2 * reach :]
    needle = np.minimum((middle - left) * np.sign(middle - right), (middle - right) * np.sign(middle - left))
    needle = np.minimum(np.abs(middle - left), np.abs(middle - right)) * (needle > 0)
    around = max(2, round(_NEIGHBOUR_MS * fs_hz / 1000.0))
    noise = middles(np.abs(rows[:, reach:-reach] - 0.5 * (left + right)))
    bar = np.maximum(_MIN_UV, _ABOVE_NOISE * noise)
    strength = (needle / bar).max(axis=0)
    hits = np.flatnonzero(strength > 1.0)
    if hits.size == 0:
        return np.zeros(0, dtype=np.int32)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(hits) > max(1, round(_REFRACTORY_MS * fs_hz / 1000.0))) + 1])
    peaks = np.array([part[np.argmax(strength[part])] for part in np.split(hits, starts[1:])])
    lonely = np.array([_stands_alone(rows, peak + reach, around, reach) for peak in peaks])
    found = peaks[lonely] + reach
    return cast("Int32", found.astype(np.int32)) if found.size >= _FEWEST else np.zeros(0, dtype=np.int32)


def _stands_alone(rows: Float64, spike: int, around: int, reach: int) -> bool:
    """Return whether the steepest step around the spike is the spike's own, three times over."""
    steps = np.abs(np.diff(rows[:, max(0, spike - around) : spike + around], axis=1))
    centre = min(spike, around)
    own = steps[:, max(0, centre - reach) : centre + reach].max(axis=1)
    others = np.concatenate([steps[:, : max(0, centre - 2 * reach)], steps[:, centre + 2 * reach :]], axis=1)
    return bool((own > 3.0 * np.percentile(others, 75, axis=1)).any()) if others.size else False
