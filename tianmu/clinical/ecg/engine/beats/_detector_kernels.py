"""Compiled inner loops of the QRS detector; the method is told in `detection.py` and docs/algorithms.

All positions are work-rate samples relative to the start of the rolling buffers.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_SIGNAL, N_FEATURE, N_CHUNK, N_PEAK, OPEN_PEAK, BLOCK, N_OUT, LAST, SEEN = range(9)
LAST_SIZE, RR, LEVEL, LAST_LIKE = range(4)
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
) = range(17)
TEMPLATES = 5
SHIFTS = 3
MAX_OPEN = 256
NEVER = -1e9


class Tracks(NamedTuple):
    """Rolling buffers at the work rate: signal, 8-25 Hz band and centred band (leads, n), energy (n,), half-second chunks, peaks."""

    signal: Floats
    band: Floats
    centred: Floats
    energy: Floats
    chunk_top: Floats
    chunk_low: Floats
    peak_at: Ints
    likeness: Floats
    marks: Floats


class Memory(NamedTuple):
    """What the detector remembers between blocks: counters, levels, and the shapes of the last kinds of beat."""

    at: Ints
    level: Floats
    shapes: Floats
    shape_power: Floats
    shape_use: Floats
    shape_count: Ints


@njit(cache=True, fastmath=True)
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
    for i in range(middle, late):
        out[i] = total * inverse
        total += values[i + after] - values[i - before]
    for i in range(late, size):
        out[i] = total * inverse
        total += values[size - 1] - values[max(i - before, 0)]


@njit(cache=True)
def kth_smallest(values: Floats, k: int) -> float:
    """Return the value of rank `k` (0 the smallest) of a short array, which is sorted in place."""
    for i in range(1, values.size):
        value, j = values[i], i - 1
        while j >= 0 and values[j] > value:
            values[j + 1] = values[j]
            j -= 1
        values[j + 1] = value
    return values[k]


@njit(cache=True, fastmath=True)
def featurise(tracks: Tracks, start: int, stop: int, known: int, rate: float) -> None:
    """Fill band, centred and energy for [start, stop) from the signal, of which `known` samples are there."""
    short, middle, long = max(1, round(0.02 * rate)), max(3, round(0.08 * rate)), max(5, round(0.16 * rate))
    reach, width = max(1, round(0.014 * rate)), max(3, round(0.09 * rate))
    margin = (short + max(long, middle + width)) // 2 + reach + 3
    low, high = max(0, start - margin), min(known, stop + margin)
    leads, size = tracks.signal.shape[0], high - low
    smooth, slow = np.empty(size), np.empty(size)
    power, spread = np.zeros(size), np.empty(size)
    per_lead, contrast = np.empty((leads, stop - start)), np.empty(leads)
    for lead in range(leads):
        running_mean(tracks.signal[lead, low:high], short, smooth)
        running_mean(smooth, long, slow)
        for i in range(start, stop):
            tracks.centred[lead, i] = smooth[i - low] - slow[i - low]
        running_mean(smooth, middle, slow)
        for i in range(size):
            smooth[i] -= slow[i]
        for i in range(start, stop):
            tracks.band[lead, i] = smooth[i - low]
        for i in range(reach, size - reach):
            step = smooth[i + reach] - smooth[i - reach]
            power[i] = step * step
        running_mean(power, width, spread)
        top, total = 0.0, 1e-9
        for i in range(start, stop):
            value = max(spread[i - low], 0.0)
            per_lead[lead, i - start] = value
            if leads > 1:
                top = max(top, value)
                total += math.sqrt(value)
        contrast[lead] = math.sqrt(top) * (stop - start) / total
    best = max(contrast.max(), 1e-12)
    if leads == 1:
        contrast[0] = best
    for i in range(start, stop):
        total = 0.0
        for lead in range(leads):
            weight = contrast[lead] / best
            total += weight * weight * per_lead[lead, i - start]
        tracks.energy[i] = math.sqrt(total)


@njit(cache=True)
def find_peaks(tracks: Tracks, at: Ints, stop: int, judged: int, rate: float) -> None:
    """Append the peaks of energy before `judged` that dominate ±100 ms; energy is known up to `stop`."""
    energy, reach = tracks.energy, int(0.1 * rate)
    start = 0
    if at[N_PEAK] > 0:
        start = tracks.peak_at[at[N_PEAK] - 1] + 1
    start = max(start, at[N_FEATURE] - 3 * reach)
    for i in range(start, judged):
        value = energy[i]
        if value <= 1.0 or (i > 0 and energy[i - 1] > value) or (i + 1 < stop and energy[i + 1] >= value):
            continue
        alone = True
        for j in range(max(0, i - reach), min(stop, i + reach + 1)):
            if energy[j] > value or (energy[j] == value and j > i):
                alone = False
                break
        if alone:
            tracks.peak_at[at[N_PEAK]] = i
            tracks.likeness[at[N_PEAK]] = -2.0
            at[N_PEAK] += 1


@njit(cache=True)
def close_chunks(tracks: Tracks, at: Ints, stop: int, chunk: int) -> None:
    """Write the top and the lower quartile of energy of every half-second chunk that is complete before `stop`."""
    while (at[N_CHUNK] + 1) * chunk <= stop:
        start = at[N_CHUNK] * chunk
        part = tracks.energy[start : start + chunk]
        tracks.chunk_top[at[N_CHUNK]] = part.max()
        sparse = part[::3].copy()
        tracks.chunk_low[at[N_CHUNK]] = kth_smallest(sparse, sparse.size // 4)
        at[N_CHUNK] += 1


@njit(cache=True)
def beat_level(tracks: Tracks, memory: Memory, rate: float, end: int, parameters: Floats) -> float:
    """Return the size that a beat has about here: a low quantile of 1.5-s maxima, not below what memory tells."""
    at, chunk = memory.at, round(0.5 * rate)
    first = max(0, (at[BLOCK] - int(5.0 * rate)) // chunk)
    last = min(at[N_CHUNK], end // chunk)
    first = max(0, min(first, last - 8))
    if last - first < 3:
        level = tracks.energy[: max(1, end)].max()
    else:
        tops = np.empty(last - first - 2)
        for i in range(tops.size):
            tops[i] = tracks.chunk_top[first + i : first + i + 3].max()
        level = kth_smallest(tops, int(tops.size * parameters[QUANTILE]))
    if memory.level[LEVEL] > 0.0:
        silence_s = max(0.0, (at[BLOCK] - at[LAST]) / rate - 3.0)
        level = max(level, memory.level[LEVEL] * parameters[MEMORY] * 0.5 ** (silence_s / 4.0))
    return level


@njit(cache=True)
def noise_near(tracks: Tracks, chunks: int, position: int, chunk: int) -> float:
    """Return the quiet level of energy around `position`: the median of the lower quartiles of three chunks."""
    if chunks < 3:
        sparse = tracks.energy[: max(1, position) : 3].copy()
        return kth_smallest(sparse, sparse.size // 4)
    middle = min(max(position // chunk, 1), chunks - 2)
    a, b, c = tracks.chunk_low[middle - 1], tracks.chunk_low[middle], tracks.chunk_low[middle + 1]
    return max(min(a, b), min(max(a, b), c))


@njit(cache=True, fastmath=True)
def window_power(band: Floats, position: int, half: int, powers: Floats) -> None:
    """Write the power of the band around `position` for every shift to `powers`."""
    width = 2 * half + 1
    powers[:] = 1e-9
    for lead in range(band.shape[0]):
        start = position - half - SHIFTS
        total = 0.0
        for u in range(start, start + width):
            total += band[lead, u] * band[lead, u]
        powers[0] += total
        for shift in range(1, 2 * SHIFTS + 1):
            left, right = band[lead, start + shift - 1], band[lead, start + shift + width - 1]
            total += right * right - left * left
            powers[shift] += max(total, 0.0)


@njit(cache=True, fastmath=True)
def compare(band: Floats, position: int, half: int, powers: Floats, shape: Floats, power: float) -> tuple[float, int]:
    """Return the best correlation of the band around `position` with `shape`, and the shift that gave it."""
    best, best_shift, width = -1.0, 0, 2 * half + 1
    for shift in range(2 * SHIFTS + 1):
        start, cross = position - half - SHIFTS + shift, 0.0
        for lead in range(band.shape[0]):
            row, model = band[lead, start : start + width], shape[lead * width : (lead + 1) * width]
            for u in range(width):
                cross += row[u] * model[u]
        likeness = cross / math.sqrt(powers[shift] * power)
        if likeness > best:
            best, best_shift = likeness, shift - SHIFTS
    return best, best_shift


@njit(cache=True)
def likeness_gain(tracks: Tracks, memory: Memory, peak: int, known: int, rate: float, parameters: Floats) -> float:
    """Return what the shape of a candidate adds to its score: like earlier beats more, unlike any less."""
    half, position = int(0.06 * rate), tracks.peak_at[peak]
    if memory.at[SEEN] <= 6 or position - half - SHIFTS < 0 or position + half + SHIFTS >= known:
        return 0.0
    best = tracks.likeness[peak]
    if best < -1.5:
        best, powers = -1.0, np.empty(2 * SHIFTS + 1)
        window_power(tracks.band, position, half, powers)
        for t in range(TEMPLATES):
            if memory.shape_count[t] >= 3:
                value, _ = compare(tracks.band, position, half, powers, memory.shapes[t], memory.shape_power[t])
                best = max(best, value)
        tracks.likeness[peak] = best
    excess = max(best, 0.0) - parameters[LIKE]
    return parameters[LIKE_GAIN] * excess if excess > 0.0 else parameters[UNLIKE_COST] * excess


@njit(cache=True)
def gap_cost(distance: float, rr: float, parameters: Floats) -> float:
    """Return the cost of `distance` without a beat, linear beyond the expected interval."""
    excess = distance / rr - parameters[GAP_RATIO]
    return parameters[GAP_COST] * excess if excess > 0.0 else 0.0


@njit(cache=True)
def step_cost(ratio: float, likeness: float, distance: float, rr: float, rate: float, parameters: Floats) -> float:
    """Return the cost of two neighbouring beats `distance` apart: off the rhythm, or too near while unlike in size.

    `ratio` is the smaller size over the larger, `likeness` how much the smaller looks like an earlier beat.
    """
    cost = gap_cost(distance, rr, parameters) + parameters[RR_COST] * min(1.0, max(distance / rr, rr / distance) - 1.0)
    if distance < parameters[PAIR_S] * rate and ratio < parameters[PAIR_RATIO]:
        doubt = min(1.0, max(0.0, (1.0 - likeness) / (1.0 - parameters[SAME])))
        cost += doubt * parameters[PAIR_COST] * math.log(parameters[PAIR_RATIO] / ratio)
    return cost


@njit(cache=True)
def best_path(tracks: Tracks, memory: Memory, end: int, known: int, rate: float, parameters: Floats, path: Ints) -> int:
    """Write the best chain of candidates between the last beat and `end` to `path`, latest first; return its length."""
    at, first = memory.at, memory.at[OPEN_PEAK]
    last = first
    while last < at[N_PEAK] and tracks.peak_at[last] < end and last - first < MAX_OPEN:
        last += 1
    level, rr = beat_level(tracks, memory, rate, end, parameters), memory.level[RR]
    score, before = np.empty(MAX_OPEN), np.empty(MAX_OPEN, np.int64)
    chunk, refractory = round(0.5 * rate), 0.2 * rate
    started = at[SEEN] > 0
    best_end = -gap_cost(end - at[LAST] if started else end, rr, parameters)
    best_last = -1
    for a in range(last - first):
        position = tracks.peak_at[first + a]
        size = tracks.energy[position]
        bar = parameters[THETA] * level + parameters[NOISE] * noise_near(tracks, at[N_CHUNK], position, chunk)
        own = max(parameters[FLOOR], min(parameters[CLIP], math.log(size / bar + 1e-9)))
        if own > parameters[FLOOR]:
            own += likeness_gain(tracks, memory, first + a, known, rate, parameters)
        likeness = tracks.likeness[first + a]
        best, source = NEVER, -1
        if not started:
            best = -gap_cost(position, rr, parameters)
        elif position - at[LAST] >= refractory:
            other = memory.level[LAST_SIZE]
            alike = likeness if size < other else memory.level[LAST_LIKE]
            ratio = min(size, other) / max(size, other)
            best = -step_cost(ratio, alike, position - at[LAST], rr, rate, parameters)
        for c in range(a):
            earlier = tracks.peak_at[first + c]
            if position - earlier < refractory:
                continue
            other = tracks.energy[earlier]
            alike = likeness if size < other else tracks.likeness[first + c]
            ratio = min(size, other) / max(size, other)
            value = score[c] - step_cost(ratio, alike, position - earlier, rr, rate, parameters)
            if value > best:
                best, source = value, c
        score[a] = best + own if best > NEVER else NEVER
        before[a] = source
        finish = score[a] - gap_cost(end - position, rr, parameters)
        if finish > best_end:
            best_end, best_last = finish, a
    length = 0
    while best_last >= 0:
        path[length] = first + best_last
        length += 1
        best_last = before[best_last]
    return length


@njit(cache=True)
def learn_shape(tracks: Tracks, memory: Memory, position: int, known: int, rate: float) -> None:
    """Fold a confirmed beat into the shape it is most like, or begin a new shape in place of the least used."""
    half = int(0.06 * rate)
    width = 2 * half + 1
    if position - half - SHIFTS < 0 or position + half + SHIFTS >= known:
        return
    memory.at[SEEN] += 1
    chosen, best, moved = -1, -1.0, 0
    powers = np.empty(2 * SHIFTS + 1)
    window_power(tracks.band, position, half, powers)
    for t in range(TEMPLATES):
        if memory.shape_count[t] > 0:
            value, shift = compare(tracks.band, position, half, powers, memory.shapes[t], memory.shape_power[t])
            if value > best:
                chosen, best, moved = t, value, shift
    if best < 0.8:
        chosen, moved = 0, 0
        for t in range(1, TEMPLATES):
            if memory.shape_use[t] < memory.shape_use[chosen]:
                chosen = t
        memory.shape_count[chosen] = 0
        memory.shape_use[chosen] = 0.0
    rate_of_learning = max(0.1, 1.0 / (memory.shape_count[chosen] + 1))
    shape, power = memory.shapes[chosen], 1e-9
    for lead in range(tracks.band.shape[0]):
        for u in range(width):
            value = tracks.band[lead, position - half + u + moved]
            shape[lead * width + u] += rate_of_learning * (value - shape[lead * width + u])
            power += shape[lead * width + u] ** 2
    memory.shape_power[chosen] = power
    memory.shape_count[chosen] += 1
    for t in range(TEMPLATES):
        memory.shape_use[t] *= 0.97
    memory.shape_use[chosen] += 1.0


@njit(cache=True)
def mark(tracks: Tracks, position: int, known: int, rate: float) -> float:
    """Return where the R peak lies: the largest centred deflection within ±60 ms, nearer ones preferred, to part of a sample."""
    reach = int(0.06 * rate)
    start, stop = max(0, position - reach), min(known, position + reach + 1)
    best, where = -1.0, position
    around = np.zeros(stop - start)
    for i in range(start, stop):
        for lead in range(tracks.centred.shape[0]):
            around[i - start] += abs(tracks.centred[lead, i])
        distance = (i - position) / reach
        weighted = around[i - start] * (1.0 - 0.3 * distance * distance)
        if weighted > best:
            best, where = weighted, i
    inside = where - start
    if inside <= 0 or inside >= around.size - 1:
        return float(where)
    left, top, right = around[inside - 1], around[inside], around[inside + 1]
    bend = left - 2.0 * top + right
    return where + 0.5 * (left - right) / bend if bend < 0.0 and top >= max(left, right) else float(where)


@njit(cache=True)
def commit(tracks: Tracks, memory: Memory, peak: int, known: int, rate: float) -> None:
    """Take the candidate `peak` as a beat: mark it, learn its interval, its size and its shape."""
    at, level = memory.at, memory.level
    position = tracks.peak_at[peak]
    size = tracks.energy[position]
    if at[SEEN] > 0:
        rr, distance = level[RR], float(position - at[LAST])
        if distance < 2.5 * rate:
            pace = max(0.15, 0.8 / (at[SEEN] + 1))
            level[RR] = rr + pace * (max(0.5 * rr, min(2.0 * rr, distance)) - rr)
    tracks.marks[at[N_OUT]] = mark(tracks, position, known, rate)
    at[N_OUT] += 1
    at[LAST] = position
    level[LAST_SIZE], level[LAST_LIKE] = size, tracks.likeness[peak]
    level[LEVEL] = size if level[LEVEL] == 0.0 else level[LEVEL] + 0.15 * (min(size, 2.0 * level[LEVEL]) - level[LEVEL])
    if at[SEEN] == 0:
        at[SEEN] = 1
    learn_shape(tracks, memory, position, known, rate)


@njit(cache=True)
def advance(tracks: Tracks, memory: Memory, rate: float, parameters: Floats, final: bool) -> None:  # noqa: FBT001 (numba)
    """Confirm the beats of every block whose look-ahead is there; all that is left when `final`."""
    at, known = memory.at, memory.at[N_SIGNAL]
    chunk = round(0.5 * rate)
    block, margin = 2 * chunk, round(0.45 * rate)
    ahead = int(parameters[AHEAD_S]) * block
    path = np.empty(MAX_OPEN, np.int64)
    while True:
        while at[N_FEATURE] < known and (final or at[N_FEATURE] + block + margin <= known):
            stop = min(known, at[N_FEATURE] + block)
            featurise(tracks, at[N_FEATURE], stop, known, rate)
            judged = stop if final and stop == known else stop - int(0.1 * rate)
            find_peaks(tracks, at, stop, judged, rate)
            at[N_FEATURE] = stop
            close_chunks(tracks, at, stop, chunk)
            if at[N_FEATURE] >= at[BLOCK] + block + ahead + block:
                break
        done = at[N_FEATURE]
        everything = final and done == known
        if not everything and done < at[BLOCK] + block + ahead + block:
            return
        closing = everything and done <= at[BLOCK] + block + ahead
        limit = at[BLOCK] + block
        end = done if closing else limit + ahead
        while at[OPEN_PEAK] < at[N_PEAK]:
            position = tracks.peak_at[at[OPEN_PEAK]]
            too_near = at[SEEN] > 0 and position <= at[LAST] + int(0.12 * rate)
            if not too_near and position >= at[BLOCK] - int(0.3 * rate):
                break
            at[OPEN_PEAK] += 1
        for i in range(best_path(tracks, memory, end, done, rate, parameters, path) - 1, -1, -1):
            if not closing and tracks.peak_at[path[i]] >= limit:
                break
            commit(tracks, memory, path[i], done, rate)
        if closing:
            return
        at[BLOCK] = limit
