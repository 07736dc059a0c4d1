"""Compiled loops of the QRS detector, middle part: likeness to earlier beats, and learning of it.

All positions are work-rate samples relative to the start of the rolling buffers. The method is told in `detection.py`.
Numba keeps the compiled form with `_chain_kernels.advance` and does not notice changes made here: touch that file too.
"""

import math

import numpy as np

from tianmu.clinical.ecg.engine.beats._band_kernels import (
    NEVER,
    SEEN,
    SHIFTS,
    TEMPLATES,
    Floats,
    Memory,
    exact,
    fast,
)

SAME_SIZE = 0.5
SAME_SHAPE = 0.8
SAME_SHAPE_UNLIKE_SIZE = 0.9


@fast
def inverse_power(band: Floats, position: int, half: int, powers: Floats) -> None:
    """Write 1 over the root of the power of the band around `position` for every shift to `powers`."""
    width = 2 * half + 1
    powers[:] = 1e-9
    for lead in range(band.shape[0]):
        start = position - half - SHIFTS
        total = 0.0
        seen = band[lead, start : start + width]
        for u in range(width):
            total += seen[u] * seen[u]
        powers[0] += total
        for shift in range(1, 2 * SHIFTS + 1):
            left, right = band[lead, start + shift - 1], band[lead, start + shift + width - 1]
            total += right * right - left * left
            powers[shift] += max(total, 0.0)
    for shift in range(2 * SHIFTS + 1):
        powers[shift] = 1.0 / math.sqrt(powers[shift])


@fast
def compare(
    band: Floats, position: int, half: int, inverse: Floats, shapes: Floats, t: int, power: float
) -> tuple[float, int]:
    """Return the best correlation of the band around `position` with shape `t`, and the shift that gave it."""
    best, best_shift, width, start = NEVER, 0, 2 * half + 1, position - half - SHIFTS
    for shift in range(2 * SHIFTS + 1):
        cross = 0.0
        for lead in range(band.shape[0]):
            seen, shape = band[lead, start + shift :], shapes[t, lead * width :]
            for u in range(width):
                cross += seen[u] * shape[u]
        if cross * inverse[shift] > best:
            best, best_shift = cross * inverse[shift], shift - SHIFTS
    return best / math.sqrt(power), best_shift


@fast
def swell_of(smooth: Floats, position: int, known: int, rate: float) -> float:
    """Return the height of the wave around a candidate, peak to peak within ±70 ms, summed over the leads."""
    reach, total = int(0.07 * rate), 0.0
    for lead in range(smooth.shape[0]):
        low = high = smooth[lead, position]
        near = smooth[lead, max(0, position - reach) : min(known, position + reach + 1)]
        for i in range(near.size):
            low, high = min(low, near[i]), max(high, near[i])
        total += high - low
    return total


@exact
def likeness_of(band: Floats, memory: Memory, position: int, half: int) -> tuple[float, float]:
    """Return the correlation with the shape a candidate is most like, of those seen twice, and that one's size."""
    best, kin_size, powers = 0.0, 0.0, np.empty(2 * SHIFTS + 1)
    inverse_power(band, position, half, powers)
    for t in range(TEMPLATES):
        if memory.shape_count[t] >= 2:
            value, _ = compare(band, position, half, powers, memory.shapes, t, memory.shape_power[t])
            if value > best:
                best, kin_size = value, memory.shape_size[t]
    return float(best), float(kin_size)


@exact
def home_of(band: Floats, size: float, memory: Memory, position: int, half: int) -> tuple[int, int]:
    """Return the shape a beat belongs to and the shift to it; the least used shape, emptied, where it is like none."""
    chosen, best, moved = 0, SAME_SHAPE, 0
    powers = np.empty(2 * SHIFTS + 1)
    inverse_power(band, position, half, powers)
    for t in range(TEMPLATES):
        if memory.shape_count[t] > 0:
            value, shift = compare(band, position, half, powers, memory.shapes, t, memory.shape_power[t])
            ratio = size / (memory.shape_size[t] + 1e-9)
            needed = SAME_SHAPE if SAME_SIZE < ratio < 1.0 / SAME_SIZE else SAME_SHAPE_UNLIKE_SIZE
            if value >= max(best, needed):
                chosen, best, moved = t, value, shift
    if best == SAME_SHAPE:
        for t in range(1, TEMPLATES):
            if memory.shape_use[t] < memory.shape_use[chosen]:
                chosen = t
        memory.shape_count[chosen], memory.shape_use[chosen] = 0, 0.0
    return chosen, moved


@exact
def learn_shape(band: Floats, size: float, memory: Memory, position: int, known: int, rate: float) -> None:
    """Fold a confirmed beat into the shape it is most like, or begin a new shape in place of the least used."""
    half = int(0.06 * rate)
    width = 2 * half + 1
    if position - half - SHIFTS < 0 or position + half + SHIFTS >= known:
        return
    memory.at[SEEN] += 1
    chosen, moved = home_of(band, size, memory, position, half)
    pace = max(0.1, 1.0 / (memory.shape_count[chosen] + 1))
    shape, power = memory.shapes[chosen], 1e-9
    for lead in range(band.shape[0]):
        for u in range(width):
            value = band[lead, position - half + u + moved]
            shape[lead * width + u] += pace * (value - shape[lead * width + u])
            power += shape[lead * width + u] ** 2
    memory.shape_power[chosen] = power
    memory.shape_size[chosen] += pace * (size - memory.shape_size[chosen])
    memory.shape_count[chosen] += 1
    for t in range(TEMPLATES):
        memory.shape_use[t] *= 0.97
    memory.shape_use[chosen] += 1.0
