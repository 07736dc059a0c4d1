"""Compiled loops of the QRS detector, second half: the best chain of candidates, and what a confirmed beat teaches.

All positions are work-rate samples relative to the start of the rolling buffers. The method is told in `detection.py`.
"""

import math

import numpy as np
from numba import njit

from tianmu.clinical.ecg.engine.beats._band_kernels import (
    AHEAD_S,
    BLOCK,
    CLIP,
    FLOOR,
    GAP_COST,
    GAP_RATIO,
    LAST,
    LAST_LIKE,
    LAST_SIZE,
    LEVEL,
    LIKE,
    LIKE_GAIN,
    MAX_OPEN,
    MEMORY,
    N_CHUNK,
    N_FEATURE,
    N_OUT,
    N_PEAK,
    N_SIGNAL,
    NEVER,
    NOISE,
    OPEN_PEAK,
    PAIR_COST,
    PAIR_RATIO,
    PAIR_S,
    QUANTILE,
    RR,
    RR_COST,
    SAME,
    SEEN,
    SHIFTS,
    TEMPLATES,
    THETA,
    UNLIKE_COST,
    Floats,
    Ints,
    Memory,
    Tracks,
    close_chunks,
    exact,
    fast,
    featurise,
    find_peaks,
    kth_smallest,
    largest,
)


@exact
def beat_level(
    energy: Floats, chunk_top: Floats, at: Ints, own: float, rate: float, end: int, parameters: Floats
) -> float:
    """Return the size that a beat has about here: a low quantile of 1.5-s maxima, not below what memory tells."""
    chunk = round(0.5 * rate)
    first = max(0, (at[BLOCK] - int(5.0 * rate)) // chunk)
    last = min(at[N_CHUNK], end // chunk)
    first = max(0, min(first, last - 8))
    if last - first < 3:
        level, _ = largest(energy, 0, max(1, end))
    else:
        tops = np.empty(last - first - 2)
        for i in range(tops.size):
            tops[i], _ = largest(chunk_top, first + i, first + i + 3)
        level = kth_smallest(tops, int(tops.size * parameters[QUANTILE]))
    if own > 0.0:
        silence_s = max(0.0, (at[BLOCK] - at[LAST]) / rate - 3.0)
        level = max(level, own * parameters[MEMORY] * 0.5 ** (silence_s / 4.0))
    return level


@exact
def noise_near(chunk_low: Floats, chunks: int, middle: int) -> float:
    """Return the quiet level around chunk `middle`: the median of the lower quartiles of three chunks, 0 if too few."""
    if chunks < 3:
        return 0.0
    middle = min(max(middle, 1), chunks - 2)
    a, b, c = chunk_low[middle - 1], chunk_low[middle], chunk_low[middle + 1]
    return float(max(min(a, b), min(max(a, b), c)))


@fast
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


@fast
def compare(
    band: Floats, position: int, half: int, powers: Floats, shapes: Floats, t: int, power: float
) -> tuple[float, int]:
    """Return the best correlation of the band around `position` with shape `t`, and the shift that gave it."""
    best, best_shift, width = -1.0, 0, 2 * half + 1
    for shift in range(2 * SHIFTS + 1):
        start, cross = position - half - SHIFTS + shift, 0.0
        for lead in range(band.shape[0]):
            for u in range(width):
                cross += band[lead, start + u] * shapes[t, lead * width + u]
        likeness = cross / math.sqrt(powers[shift] * power)
        if likeness > best:
            best, best_shift = likeness, shift - SHIFTS
    return best, best_shift


@exact
def likeness_of(
    band: Floats, shapes: Floats, shape_power: Floats, shape_count: Ints, position: int, half: int
) -> float:
    """Return the correlation of a candidate with the shape it is most like, among those seen three times or more."""
    best, powers = 0.0, np.empty(2 * SHIFTS + 1)
    window_power(band, position, half, powers)
    for t in range(TEMPLATES):
        if shape_count[t] >= 3:
            value, _ = compare(band, position, half, powers, shapes, t, shape_power[t])
            best = max(best, value)
    return float(best)


@exact
def gap_cost(intervals: float, parameters: Floats) -> float:
    """Return the cost of `intervals` expected RR without a beat, linear beyond the usual one."""
    excess = intervals - parameters[GAP_RATIO]
    return parameters[GAP_COST] * excess if excess > 0.0 else 0.0


@exact
def pair_cost(size: float, likeness: float, other: float, other_likeness: float, parameters: Floats) -> float:
    """Return the cost of two beats as near as a QRS and its P or T, unless the smaller looks like an earlier beat."""
    ratio, alike = (size / other, likeness) if size < other else (other / size, other_likeness)
    if ratio >= parameters[PAIR_RATIO]:
        return 0.0
    doubt = min(1.0, max(0.0, (1.0 - alike) / (1.0 - parameters[SAME])))
    return float(doubt * parameters[PAIR_COST] * math.log(parameters[PAIR_RATIO] / ratio))


@exact
def gather(
    tracks: Tracks, memory: Memory, end: int, known: int, rate: float, parameters: Floats, peaks: Ints, own: Floats
) -> int:
    """Write the open candidates before `end` that rise above the floor, and their own scores; return how many."""
    at, chunk = memory.at, round(0.5 * rate)
    level = beat_level(tracks.energy, tracks.chunk_top, at, memory.level[LEVEL], rate, end, parameters)
    half, mature, margin = int(0.06 * rate), at[SEEN] > 6, int(0.06 * rate) + SHIFTS
    peak_at, energy, likeness, low = tracks.peak_at, tracks.energy, tracks.likeness, tracks.chunk_low
    band, shapes, shape_power, shape_count = tracks.band, memory.shapes, memory.shape_power, memory.shape_count
    least, count, per_chunk = math.exp(parameters[FLOOR]), 0, 1.0 / chunk
    for peak in range(at[OPEN_PEAK], at[N_PEAK]):
        position = peak_at[peak]
        if position >= end or count == MAX_OPEN:
            break
        size = energy[position]
        bar = parameters[THETA] * level + parameters[NOISE] * noise_near(low, at[N_CHUNK], int(position * per_chunk))
        if size <= least * bar:
            continue
        own[count] = min(parameters[CLIP], math.log(size / bar))
        if mature and position >= margin and position + margin < known:
            if likeness[peak] < -1.5:
                likeness[peak] = likeness_of(band, shapes, shape_power, shape_count, position, half)
            excess = likeness[peak] - parameters[LIKE]
            own[count] += excess * (parameters[LIKE_GAIN] if excess > 0.0 else parameters[UNLIKE_COST])
        peaks[count] = peak
        count += 1
    return count


@exact
def best_path(tracks: Tracks, memory: Memory, end: int, known: int, rate: float, parameters: Floats, path: Ints) -> int:
    """Write the best chain of candidates between the last beat and `end` to `path`, latest first; return its length."""
    at, started = memory.at, memory.at[SEEN] > 0
    peaks, score, before = np.empty(MAX_OPEN, np.int64), np.empty(MAX_OPEN), np.empty(MAX_OPEN, np.int64)
    count = gather(tracks, memory, end, known, rate, parameters, peaks, score)
    energy, per_rr, rr_cost = tracks.energy, 1.0 / memory.level[RR], parameters[RR_COST]
    peak_at, alikeness, level = tracks.peak_at, tracks.likeness, memory.level
    where = np.empty(count, np.int64)
    for a in range(count):
        where[a] = peak_at[peaks[a]]
    refractory, near = 0.2 * rate, parameters[PAIR_S] * rate
    best_end = -gap_cost((end - at[LAST] if started else end) * per_rr, parameters)
    best_last = -1
    for a in range(count):
        position = where[a]
        size, likeness = energy[position], alikeness[peaks[a]]
        best, source = NEVER, -1
        if not started:
            best = -gap_cost(position * per_rr, parameters)
        for c in range(-1 if started else 0, a):
            earlier = at[LAST] if c < 0 else where[c]
            distance = position - earlier
            if distance < refractory:
                break
            intervals = distance * per_rr
            value = 0.0 if c < 0 else score[c]
            value -= gap_cost(intervals, parameters)
            value -= rr_cost * min(1.0, (intervals if intervals >= 1.0 else 1.0 / intervals) - 1.0)
            if distance < near:
                other = level[LAST_SIZE] if c < 0 else energy[earlier]
                alike = level[LAST_LIKE] if c < 0 else alikeness[peaks[c]]
                value -= pair_cost(size, likeness, other, alike, parameters)
            if value > best:
                best, source = value, c
        score[a] = best + score[a] if best > NEVER else NEVER
        before[a] = source
        finish = score[a] - gap_cost((end - position) * per_rr, parameters)
        if finish > best_end:
            best_end, best_last = finish, a
    length = 0
    while best_last >= 0:
        path[length] = peaks[best_last]
        length += 1
        best_last = before[best_last]
    return length


@exact
def home_of(band: Floats, memory: Memory, position: int, half: int) -> tuple[int, int]:
    """Return the shape a beat belongs to and the shift to it; the least used shape, emptied, where it is like none."""
    chosen, best, moved = 0, 0.8, 0
    powers = np.empty(2 * SHIFTS + 1)
    window_power(band, position, half, powers)
    for t in range(TEMPLATES):
        if memory.shape_count[t] > 0:
            value, shift = compare(band, position, half, powers, memory.shapes, t, memory.shape_power[t])
            if value >= best:
                chosen, best, moved = t, value, shift
    if best == 0.8:
        for t in range(1, TEMPLATES):
            if memory.shape_use[t] < memory.shape_use[chosen]:
                chosen = t
        memory.shape_count[chosen], memory.shape_use[chosen] = 0, 0.0
    return chosen, moved


@exact
def learn_shape(band: Floats, memory: Memory, position: int, known: int, rate: float) -> None:
    """Fold a confirmed beat into the shape it is most like, or begin a new shape in place of the least used."""
    half = int(0.06 * rate)
    width = 2 * half + 1
    if position - half - SHIFTS < 0 or position + half + SHIFTS >= known:
        return
    memory.at[SEEN] += 1
    chosen, moved = home_of(band, memory, position, half)
    pace = max(0.1, 1.0 / (memory.shape_count[chosen] + 1))
    shape, power = memory.shapes[chosen], 1e-9
    for lead in range(band.shape[0]):
        for u in range(width):
            value = band[lead, position - half + u + moved]
            shape[lead * width + u] += pace * (value - shape[lead * width + u])
            power += shape[lead * width + u] ** 2
    memory.shape_power[chosen] = power
    memory.shape_count[chosen] += 1
    for t in range(TEMPLATES):
        memory.shape_use[t] *= 0.97
    memory.shape_use[chosen] += 1.0


@exact
def deflection(smooth: Floats, start: int, stop: int, known: int, rate: float, out: Floats) -> None:
    """Write how far all leads together are from their 160-ms mean at [start, stop)."""
    reach = max(2, round(0.08 * rate))
    for i in range(start, stop):
        out[i - start] = 0.0
    for lead in range(smooth.shape[0]):
        row, total = smooth[lead], 0.0
        for j in range(start - reach, start + reach + 1):
            total += row[min(max(j, 0), known - 1)]
        for i in range(start, stop):
            out[i - start] += abs(row[i] - total / (2 * reach + 1))
            total += row[min(i + reach + 1, known - 1)] - row[max(i - reach, 0)]


@exact
def mark(smooth: Floats, position: int, known: int, rate: float) -> float:
    """Return where the R peak lies: the largest deflection within ±60 ms, near ones preferred, to part of a sample."""
    reach = int(0.06 * rate)
    start, stop = max(0, position - reach), min(known, position + reach + 1)
    around = np.empty(stop - start)
    deflection(smooth, start, stop, known, rate, around)
    best, inside = -1.0, 0
    for i in range(stop - start):
        distance = (start + i - position) / reach
        weighted = around[i] * (1.0 - 0.3 * distance * distance)
        if weighted > best:
            best, inside = weighted, i
    if inside <= 0 or inside >= around.size - 1:
        return float(start + inside)
    left, top, right = around[inside - 1], around[inside], around[inside + 1]
    bend = left - 2.0 * top + right
    part = 0.5 * (left - right) / bend if bend < 0.0 and top >= max(left, right) else 0.0
    return float(start + inside + part)


@exact
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
    tracks.marks[at[N_OUT]] = mark(tracks.smooth, position, known, rate)
    at[N_OUT] += 1
    at[LAST] = position
    level[LAST_SIZE], level[LAST_LIKE] = size, tracks.likeness[peak]
    level[LEVEL] = size if level[LEVEL] == 0.0 else level[LEVEL] + 0.15 * (min(size, 2.0 * level[LEVEL]) - level[LEVEL])
    if at[SEEN] == 0:
        at[SEEN] = 1
    learn_shape(tracks.band, memory, position, known, rate)


@njit(cache=True, error_model="numpy")
def advance(tracks: Tracks, memory: Memory, rate: float, parameters: Floats, final: bool) -> None:
    """Confirm the beats of every block whose look-ahead is there; all that is left when `final`."""
    at, known = memory.at, memory.at[N_SIGNAL]
    chunk = round(0.5 * rate)
    block, margin = 2 * chunk, round(0.45 * rate)
    ahead = int(parameters[AHEAD_S]) * block
    path = np.empty(MAX_OPEN, np.int64)
    energy, peak_at = tracks.energy, tracks.peak_at
    while True:
        while at[N_FEATURE] < known and (final or at[N_FEATURE] + block + margin <= known):
            stop = min(known, at[N_FEATURE] + block)
            featurise(tracks.signal, tracks.smooth, tracks.band, energy, at[N_FEATURE], stop, known, rate)
            judged = stop if final and stop == known else stop - int(0.1 * rate)
            find_peaks(energy, peak_at, tracks.likeness, at, stop, judged, rate)
            at[N_FEATURE] = stop
            close_chunks(energy, tracks.chunk_top, tracks.chunk_low, at, stop, chunk)
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
            position = peak_at[at[OPEN_PEAK]]
            too_near = at[SEEN] > 0 and position <= at[LAST] + int(0.12 * rate)
            if not too_near and position >= at[BLOCK] - int(0.3 * rate):
                break
            at[OPEN_PEAK] += 1
        for i in range(best_path(tracks, memory, end, done, rate, parameters, path) - 1, -1, -1):
            if not closing and peak_at[path[i]] >= limit:
                break
            commit(tracks, memory, path[i], done, rate)
        if closing:
            return
        at[BLOCK] = limit
