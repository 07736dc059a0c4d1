"""Missing samples: where a lead has gaps, as half-open ranges of samples or as a mask (ecg.md sections 8 and 10).

A gap is never bridged for reading: no beat lies in it, no interval runs across it, its time does not count.
`bridged` draws a line over it for filters alone, which cannot take a hole.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Gaps = tuple[tuple[int, int], ...]
Mask = NDArray[np.bool_]
SHORTEST_S = 0.06
MOST = 20_000


def gaps_of(missing: Mask) -> Gaps:
    """Return the ranges in which `missing` (n,) is set, ascending; neighbours are joined where there are too many."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], missing.view(np.int8), [0]])))
    starts, stops = edges[::2], edges[1::2]
    while starts.size > MOST:
        starts, stops = starts[::2], np.append(stops[1::2], stops[-1:] if stops.size % 2 else stops[:0])
    return tuple(zip(starts.tolist(), stops.tolist(), strict=True))


def mask_of(gaps: Gaps, size: int) -> Mask:
    """Return a mask (size,) that is set in the ranges."""
    missing = np.zeros(size, dtype=np.bool_)
    for start, stop in gaps:
        missing[max(0, start) : max(0, stop)] = True
    return missing


def united(parts: Iterable[Gaps]) -> Gaps:
    """Return the ranges in which any of `parts` has a gap."""
    found: list[tuple[int, int]] = []
    for start, stop in sorted(span for gaps in parts for span in gaps):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return tuple(found)


def at_rate(missing: Mask, factor: float, size: int) -> Mask:
    """Return the mask at `factor` times the rate, `size` samples long; a sample next to a gap counts as missing."""
    out = np.zeros(size, dtype=np.bool_)
    for start, stop in gaps_of(missing):
        out[max(0, int(np.floor(start * factor))) : int(np.ceil(stop * factor))] = True
    return out


def bridged(uv: NDArray[np.float64], missing: Mask) -> NDArray[np.float64]:
    """Return `uv` (n,) with a straight line over each gap; zeros where nothing is known."""
    if not missing.any():
        return uv
    known = np.flatnonzero(~missing)
    if known.size == 0:
        return np.zeros_like(uv)
    out = uv.copy()
    places = np.flatnonzero(missing)
    out[places] = np.interp(places, known, uv[known])
    return out


def long_gaps(missing: Mask, fs_hz: float) -> Gaps:
    """Return the gaps in which a QRS can hide (60 ms and longer)."""
    least = SHORTEST_S * fs_hz
    return tuple((start, stop) for start, stop in gaps_of(missing) if stop - start >= least)


def clear_of(samples: NDArray[np.int32], gaps: Gaps, margin: float) -> Mask:
    """Return which `samples` (n,) lie outside every gap and at least `margin` samples from it."""
    clear = np.ones(samples.size, dtype=np.bool_)
    for start, stop in gaps:
        clear &= (samples < start - margin) | (samples >= stop + margin)
    return clear


def broken_intervals(samples: NDArray[np.int32], gaps: Gaps) -> Mask:
    """Return which of the intervals (n - 1,) between `samples` a gap lies in."""
    broken = np.zeros(max(0, samples.size - 1), dtype=np.bool_)
    for start, stop in gaps:
        first = int(np.searchsorted(samples, start, side="right")) - 1
        last = int(np.searchsorted(samples, stop, side="left"))
        broken[max(0, first) : max(0, last)] = True
    return broken
