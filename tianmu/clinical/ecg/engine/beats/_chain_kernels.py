"""Compiled loops of the QRS detector, last part: the best chain of candidates, and what a confirmed beat teaches.

All positions are work-rate samples relative to the start of the rolling buffers. The method is told in `detection.py`.
What is compiled is kept with `advance`: this file must change with the two others.
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
    KIN,
    LAST,
    LAST_LIKE,
    LAST_SIZE,
    LEAST_SWELL,
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
    NOISE_CAP,
    OPEN_PEAK,
    PAIR_COST,
    PAIR_FAR,
    PAIR_RATIO,
    PAIR_S,
    QUANTILE,
    RR,
    RR_COST,
    SAME,
    SEEN,
    SHARP,
    SHIFTS,
    SWELL,
    THETA,
    UNLIKE_COST,
    Floats,
    Ints,
    Memory,
    Tracks,
    close_chunks,
    exact,
    featurise,
    find_peaks,
    kth_smallest,
    largest,
)
from tianmu.clinical.ecg.engine.beats._likeness_kernels import (
    learn_shape,
    likeness_of,
    swell_of,
)

AGAIN = 0.5
SURE_LIKE = 0.99
SOFT = 0.10
ALIKE_FIRST = 0.6
FEWEST_FIRST = 6
STEADY_FIRST = 0.15


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
def first_interval(peak_at: Ints, energy: Floats, at: Ints, end: int, usual: float) -> float:
    """Return the interval (samples) that tall candidates before `end` keep, `usual` where they keep none."""
    top, count = 0.0, 0
    places = np.empty(MAX_OPEN)
    for peak in range(at[OPEN_PEAK], at[N_PEAK]):
        if peak_at[peak] < end:
            top = max(top, energy[peak_at[peak]])
    for peak in range(at[OPEN_PEAK], at[N_PEAK]):
        position = peak_at[peak]
        if position < end and count < MAX_OPEN and energy[position] > ALIKE_FIRST * top:
            places[count] = position
            count += 1
    if count < FEWEST_FIRST:
        return usual
    steps = np.empty(MAX_OPEN)  # filled by hand: np.diff alone costs a fifth of the compilation
    for i in range(count - 1):
        steps[i] = places[i + 1] - places[i]
    middle = kth_smallest(steps[: count - 1], (count - 1) // 2)
    steady = 0
    for i in range(count - 1):
        steady += int(abs(places[i + 1] - places[i] - middle) <= STEADY_FIRST * middle)
    return middle if steady >= 0.8 * (count - 1) else usual


@exact
def bluntness(size: float, swell: float, parameters: Floats) -> float:
    """Return 0 for a wave as steep for its height as a QRS, 1 for one as blunt as a T wave."""
    return float(min(1.0, max(0.0, (parameters[SHARP] - size / (swell + 1e-9)) / SOFT)))


@exact
def nearness(distance: float, near: float, far: float, blunt: float) -> float:
    """Return how much two beats `distance` apart may be a QRS and its T: surely below `near`, if blunt up to `far`."""
    if distance < near:
        return 1.0
    return (far - distance) / (far - near) * blunt if distance < far else 0.0


@exact
def gather(
    tracks: Tracks, memory: Memory, end: int, known: int, rate: float, parameters: Floats, peaks: Ints, own: Floats
) -> int:
    """Write the open candidates before `end` that rise above the floor, and their own scores; return how many."""
    at, chunk = memory.at, round(0.5 * rate)
    level = beat_level(tracks.energy, tracks.chunk_top, at, memory.level[LEVEL], rate, end, parameters)
    if at[SEEN] == 0:
        memory.level[RR] = first_interval(tracks.peak_at, tracks.energy, at, end, memory.level[RR])
    half, mature, margin = int(0.06 * rate), at[SEEN] > 6, int(0.06 * rate) + SHIFTS
    peak_at, energy, likeness, low = tracks.peak_at, tracks.energy, tracks.likeness, tracks.chunk_low
    band, smooth, kin_size = tracks.band, tracks.smooth, tracks.kin_size
    usual_swell = parameters[LEAST_SWELL] * memory.level[SWELL]
    least, count, per_chunk = math.exp(parameters[FLOOR]), 0, 1.0 / chunk
    for peak in range(at[OPEN_PEAK], at[N_PEAK]):
        position = peak_at[peak]
        if position >= end or count == MAX_OPEN:
            break
        size = energy[position]
        noise = noise_near(low, at[N_CHUNK], int(position * per_chunk))
        noise = parameters[NOISE] * min(noise, parameters[NOISE_CAP] * level)
        bar = parameters[THETA] * level + noise
        if size <= least * bar:
            continue
        own[count] = min(parameters[CLIP], math.log(size / bar))
        if mature and position >= margin and position + margin < known:
            if likeness[peak] < -1.5 or (likeness[peak] < parameters[LIKE] and size > AGAIN * bar):
                likeness[peak], kin_size[peak] = likeness_of(band, memory, position, half)
            excess = likeness[peak] - parameters[LIKE]
            lower = parameters[THETA] * (level - kin_size[peak])
            if excess > 0.0 and lower > 0.0 and own[count] < parameters[CLIP]:
                swell = swell_of(smooth, position, known, rate)
                if swell >= usual_swell:
                    bar -= parameters[KIN] * min(1.0, excess / (SURE_LIKE - parameters[LIKE])) * lower
                    own[count] = min(parameters[CLIP], math.log(size / bar))
            own[count] += excess * (parameters[LIKE_GAIN] if excess > 0.0 else parameters[UNLIKE_COST])
        peaks[count] = peak
        count += 1
    return count


@exact
def traced(peaks: Ints, before: Ints, last: int, path: Ints) -> int:
    """Write the chain that ends in candidate `last` to `path`, latest first; return its length."""
    length = 0
    while last >= 0:
        path[length] = peaks[last]
        length += 1
        last = before[last]
    return length


@exact
def best_path(tracks: Tracks, memory: Memory, end: int, known: int, rate: float, parameters: Floats, path: Ints) -> int:
    """Write the best chain of candidates between the last beat and `end` to `path`, latest first; return its length."""
    at, started = memory.at, memory.at[SEEN] > 0
    peaks, score, before = np.empty(MAX_OPEN, np.int64), np.empty(MAX_OPEN), np.empty(MAX_OPEN, np.int64)
    count = gather(tracks, memory, end, known, rate, parameters, peaks, score)
    energy, per_rr, rr_cost = tracks.energy, 1.0 / memory.level[RR], parameters[RR_COST]
    peak_at, alikeness, smooth, level = tracks.peak_at, tracks.likeness, tracks.smooth, memory.level
    where = np.empty(count, np.int64)
    for a in range(count):
        where[a] = peak_at[peaks[a]]
    refractory, near = 0.2 * rate, parameters[PAIR_S] * rate
    far = max(near, parameters[PAIR_FAR] * math.sqrt(memory.level[RR] / rate) * rate)
    patience = min(1.0, at[SEEN] / 8.0)
    best_end = -patience * gap_cost((end - at[LAST] if started else end) * per_rr, parameters)
    best_last = -1
    for a in range(count):
        position = where[a]
        size, likeness = energy[position], alikeness[peaks[a]]
        blunt = 0.0
        if position - (where[a - 1] if a > 0 else at[LAST]) < far:
            blunt = bluntness(size, swell_of(smooth, position, known, rate), parameters)
        best, source = NEVER, -1
        if not started:
            best = -patience * gap_cost(position * per_rr, parameters)
        for c in range(-1 if started else 0, a):
            earlier = at[LAST] if c < 0 else where[c]
            distance = position - earlier
            if distance < refractory:
                break
            intervals = distance * per_rr
            value = 0.0 if c < 0 else score[c]
            value -= patience * gap_cost(intervals, parameters)
            value -= rr_cost * min(1.0, (intervals if intervals >= 1.0 else 1.0 / intervals) - 1.0)
            weight = nearness(distance, near, far, blunt)
            if weight > 0.0:
                other = level[LAST_SIZE] if c < 0 else energy[earlier]
                alike = level[LAST_LIKE] if c < 0 else alikeness[peaks[c]]
                value -= weight * pair_cost(size, likeness, other, alike, parameters)
            if value > best:
                best, source = value, c
        score[a] = best + score[a] if best > NEVER else NEVER
        before[a] = source
        finish = score[a] - patience * gap_cost((end - position) * per_rr, parameters)
        if finish > best_end:
            best_end, best_last = finish, a
    return traced(peaks, before, best_last, path)


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
    swell = swell_of(tracks.smooth, position, known, rate)
    level[SWELL] = (
        swell if level[SWELL] == 0.0 else level[SWELL] + 0.15 * (min(swell, 2.0 * level[SWELL]) - level[SWELL])
    )
    if at[SEEN] == 0:
        at[SEEN] = 1
    learn_shape(tracks.band, size, memory, position, known, rate)


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
