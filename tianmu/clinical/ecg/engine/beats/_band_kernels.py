"""Compiled loops of the QRS detector, first part: from samples to energy, candidates and levels.

All positions are work-rate samples relative to the start of the rolling buffers. The method is told in `detection.py`.
Numba keeps the compiled form with `_chain_kernels.advance` and does not notice changes made here: touch that file too.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_SIGNAL, N_FEATURE, N_CHUNK, N_PEAK, OPEN_PEAK, BLOCK, N_OUT, LAST, SEEN = range(9)
LAST_SIZE, RR, LEVEL, LAST_LIKE, SWELL = range(5)
(
    THETA,
    NOISE,
    CLIP,
    GAP_COST,
    GAP_RATIO,
    RR_COST,
    PAIR_COST,
    QUANTILE,
    MEMORY,
    LIKE_GAIN,
    UNLIKE_COST,
    LIKE,
    PAIR_RATIO,
    FLOOR,
    PAIR_S,
    AHEAD_S,
    SAME,
    NOISE_CAP,
    PAIR_FAR,
    KIN,
    LEAST_SWELL,
    SHARP,
) = range(22)
TEMPLATES = 5
SHIFTS = 3
MAX_OPEN = 256
NEVER = -1e9


_INNER: dict[str, Any] = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_Kernel = TypeVar("_Kernel", bound=Callable[..., object])


def exact(function: _Kernel) -> _Kernel:
    """Compile an inner function that only other compiled functions call."""
    return cast("_Kernel", njit(**_INNER)(function))


def fast(function: _Kernel) -> _Kernel:
    """Compile an inner function whose sums may be reordered."""
    return cast("_Kernel", njit(**_INNER, fastmath=True)(function))


class Tracks(NamedTuple):
    """Rolling buffers at the work rate: signal, smooth and 8-25 Hz band (leads, n), energy (n,), chunks, peaks."""

    signal: Floats
    smooth: Floats
    band: Floats
    energy: Floats
    chunk_top: Floats
    chunk_low: Floats
    peak_at: Ints
    likeness: Floats
    kin_size: Floats
    marks: Floats


class Memory(NamedTuple):
    """What the detector remembers between blocks: counters, levels, and the shapes of the last kinds of beat."""

    at: Ints
    level: Floats
    shapes: Floats
    shape_power: Floats
    shape_use: Floats
    shape_count: Ints
    shape_size: Floats


@fast
def running_mean(values: Floats, width: int, out: Floats) -> None:
    """Write the centred running mean of `values` over `width` samples to `out`; edges held."""
    size, before = values.size, width // 2
    after = width - before
    total = 0.0
    for i in range(-before, after):
        total += values[min(max(i, 0), size - 1)]
    inverse = 1.0 / width
    middle = min(max(before, 0), size)
    for i in range(middle):
        out[i] = total * inverse
        total += values[min(i + after, size - 1)] - values[0]
    late = max(middle, size - after)
    pairs = (late - middle) // 2
    ahead, behind, inner = values[middle + after :], values[middle - before :], out[middle:]
    for i in range(
        pairs
    ):  # two at a time, as each sum waits for the one before; views spare the test for negative places
        first = ahead[2 * i] - behind[2 * i]
        inner[2 * i] = total * inverse
        inner[2 * i + 1] = (total + first) * inverse
        total += first + (ahead[2 * i + 1] - behind[2 * i + 1])
    for i in range(middle + 2 * pairs, late):
        out[i] = total * inverse
        total += values[i + after] - values[i - before]
    for i in range(late, size):
        out[i] = total * inverse
        total += values[size - 1] - values[max(i - before, 0)]


@fast
def largest(values: Floats, start: int, stop: int) -> tuple[float, float]:
    """Return the largest value and the sum of `values` (none negative) in [start, stop)."""
    top, total, part = 0.0, 0.0, values[start:stop]
    for i in range(part.size):
        total += part[i]
        top = max(top, part[i])
    return top, total


@exact
def kth_smallest(values: Floats, k: int) -> float:
    """Return the value of rank `k` (0 the smallest) of a short array, whose first k + 1 places are sorted in place."""
    for i in range(1, values.size):
        value, j = values[i], min(i - 1, k)
        if i > k and value >= values[k]:
            continue
        if i > k:
            j = k - 1
        while j >= 0 and values[j] > value:
            values[j + 1] = values[j]
            j -= 1
        values[j + 1] = value
    return float(values[k])


@njit(cache=True, fastmath=True, error_model="numpy")
def decimate(rows: Floats, start: int, factor: int, out: Floats) -> None:
    """Write the means of `factor` samples of `rows` (leads, n) from `start` on to `out`."""
    inverse = 1.0 / factor
    for lead in range(rows.shape[0]):
        row = rows[lead]
        if factor == 2:  # 340 to 510 Hz
            for i in range(out.shape[1]):
                out[lead, i] = 0.5 * (row[start + 2 * i] + row[start + 2 * i + 1])
            continue
        for i in range(out.shape[1]):
            total = 0.0
            for j in range(start + i * factor, start + (i + 1) * factor):
                total += row[j]
            out[lead, i] = total * inverse


@fast
def slope_power(smooth: Floats, middle: int, reach: int, width: int, band: Floats, power: Floats) -> None:
    """Write the 8-25 Hz band of `smooth` to `band` and the mean power of its slope over `width` to `power`."""
    size = smooth.size
    running_mean(smooth, middle, band)
    for i in range(size):
        band[i] = smooth[i] - band[i]
    square = np.zeros(size)
    later, inner = band[2 * reach :], square[reach:]
    for i in range(size - 2 * reach):
        step = later[i] - band[i]
        inner[i] = step * step
    running_mean(square, width, power)


@fast
def featurise(
    signal: Floats, smooth_out: Floats, band_out: Floats, energy: Floats, start: int, stop: int, known: int, rate: float
) -> None:
    """Fill smooth, band and energy for [start, stop) from the signal, of which `known` samples are there.

    With several leads each weighs by its contrast (largest over mean) squared, so that a noisy lead is hardly heard.
    """
    short, middle = max(1, round(0.02 * rate)), max(3, round(0.08 * rate))
    reach, width = max(1, round(0.014 * rate)), max(3, round(0.09 * rate))
    margin = (short + middle + width) // 2 + reach + 3
    low, high = max(0, start - margin), min(known, stop + margin)
    leads, count, skip = signal.shape[0], stop - start, start - max(0, start - margin)
    smooth, band, power = np.empty(high - low), np.empty(high - low), np.empty(high - low)
    per_lead, contrast = np.empty((leads, count)), np.ones(leads)
    for lead in range(leads):
        running_mean(signal[lead, low:high], short, smooth)
        slope_power(smooth, middle, reach, width, band, power)
        smooth_out[lead, start:stop] = smooth[skip : skip + count]
        band_out[lead, start:stop] = band[skip : skip + count]
        new, own = power[skip:], per_lead[lead]
        for i in range(count):
            own[i] = max(new[i], 0.0)
        if leads > 1:
            top, total = largest(per_lead[lead], 0, count)
            contrast[lead] = top * count / (total + 1e-12)
    if leads == 1:
        only, found = per_lead[0], energy[start:stop]
        for i in range(count):
            found[i] = math.sqrt(only[i])
        return
    best, _ = largest(contrast, 0, leads)
    best = max(best, 1e-12)
    for i in range(count):
        total = 0.0
        for lead in range(leads):
            total += contrast[lead] / best * per_lead[lead, i]
        energy[start + i] = math.sqrt(total)


@exact
def find_peaks(energy: Floats, peak_at: Ints, likeness: Floats, at: Ints, stop: int, judged: int, rate: float) -> None:
    """Append the peaks of energy before `judged` that dominate ±100 ms; energy is known up to `stop`."""
    reach, count = int(0.1 * rate), at[N_PEAK]
    i = max(at[N_FEATURE] - 3 * reach, peak_at[count - 1] + 1 if count > 0 else 0)
    while i < judged:
        value, j, far = energy[i], i + 1, min(stop, i + reach + 1)
        if value <= 1.0:
            i += 1
            continue
        while j < far and energy[j] < value:
            j += 1
        if j < far:  # what lies between is lower than the larger one ahead
            i = j
            continue
        j = max(0, i - reach)
        while j < i and energy[j] <= value:
            j += 1
        if j == i:
            peak_at[count], likeness[count] = i, -2.0
            count += 1
        i += reach + 1  # all of these are lower than this one
    at[N_PEAK] = count


@exact
def close_chunks(energy: Floats, chunk_top: Floats, chunk_low: Floats, at: Ints, stop: int, chunk: int) -> None:
    """Write the top and the lower quartile of energy of every half-second chunk that is complete before `stop`."""
    while (at[N_CHUNK] + 1) * chunk <= stop:
        start = at[N_CHUNK] * chunk
        top, _ = largest(energy, start, start + chunk)
        chunk_top[at[N_CHUNK]] = top
        sparse = energy[start : start + chunk : 4].copy()
        chunk_low[at[N_CHUNK]] = kth_smallest(sparse, sparse.size // 4)
        at[N_CHUNK] += 1
