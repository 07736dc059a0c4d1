"""Intervals of a long recording and the patterns of premature beats: runs, couplets, bigeminy, trigeminy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64, Int32

Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """RR of consecutive beats (n - 1,): `ms`, `at_s` when each ends, `valid` where no artefact lies inside."""

    ms: Float64
    at_s: Float64
    valid: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Maximal groups of consecutive beats of one class (k,): first beat, length, rate in 1/min (NaN for one beat)."""

    start: Places
    length: Places
    rate: Float64

    def of_length(self, low: int, high: int | None = None) -> "Groups":
        """Return the groups of `low` to `high` beats (no upper end when None)."""
        chosen = (self.length >= low) & (self.length <= (high if high is not None else np.iinfo(np.int64).max))
        return Groups(self.start[chosen], self.length[chosen], self.rate[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Ectopy:
    """All groups of one class, and the first and last premature beat of each bigeminy and trigeminy (k, 2)."""

    groups: Groups
    bigeminy: Places
    trigeminy: Places


def intervals(samples: Int32, classes: NDArray[np.str_], fs_hz: float, bad_seconds: Flags) -> Intervals:
    """Return the RR of beats at `samples`; not valid with a Q beat at an end or a second inside that no lead shows."""
    rule = settings()["rate"]
    ms = np.diff(samples).astype(np.float64) * (1000.0 / fs_hz)
    bad = unseen(samples, fs_hz, bad_seconds)
    unknown = classes == "Q"
    valid = ~bad & ~(unknown[1:] | unknown[:-1]) & (ms >= rule["shortest_ms"]) & (ms <= rule["longest_ms"])
    return Intervals(ms, samples[1:] / fs_hz, valid)


def unseen(samples: Int32, fs_hz: float, bad_seconds: Flags) -> Flags:
    """Return which RR (n - 1,) hold a second that no lead shows."""
    total = np.concatenate([[0], np.cumsum(bad_seconds)])
    second = np.minimum((samples / fs_hz).astype(np.int64), max(0, bad_seconds.size - 1))
    found: Flags = total[second[1:] + 1] - total[second[:-1]] > 0
    return found


def groups_of(flags: Flags, rr: Intervals) -> Groups:
    """Return the maximal groups of set `flags` (beats,), cut where an interval is not valid or too long for a run."""
    joined = np.zeros(flags.size, dtype=np.bool_)
    joined[1:] = flags[1:] & flags[:-1] & rr.valid & (rr.ms <= settings()["run"]["longest_rr_ms"])
    start = np.flatnonzero(flags & ~joined)
    places = np.flatnonzero(flags)
    length = np.diff(np.searchsorted(places, np.append(start, flags.size)))
    clock = np.concatenate([[0.0], np.cumsum(rr.ms)])
    last = np.minimum(start + length - 1, max(0, flags.size - 1))
    rate = np.full(start.size, np.nan)
    several = length > 1
    rate[several] = 60_000.0 * (length[several] - 1) / (clock[last[several]] - clock[start[several]])
    return Groups(start, length.astype(np.intp), rate)


def ectopy_of(kind: str, classes: NDArray[np.str_], rr: Intervals) -> Ectopy:
    """Return groups and patterns of the beats of class `kind` (V or S)."""
    flags = classes == kind
    groups = groups_of(flags, rr)
    single = groups.start[groups.length == 1]
    return Ectopy(groups, _pattern(single, classes, 2), _pattern(single, classes, 3))


def _pattern(single: Places, classes: NDArray[np.str_], period: int) -> Places:
    """Return first and last beat (k, 2) where a single beat comes every `period` beats at least three times over."""
    if single.size == 0:
        return np.zeros((0, 2), dtype=np.intp)
    conducted = np.concatenate([[0], np.cumsum(classes == "N")])
    regular = np.diff(single) == period
    regular &= conducted[single[1:]] - conducted[single[:-1] + 1] == period - 1
    edges = np.flatnonzero(np.diff(np.concatenate([[0], regular.view(np.int8), [0]])))
    starts, stops = edges[::2], edges[1::2]
    enough = stops - starts + 1 >= settings()["run"]["pattern_cycles"]
    return np.stack([single[starts[enough]], single[stops[enough]]], axis=1)


def mean_of_eight(rr: Intervals) -> tuple[Float64, Float64]:
    """Return rates (k,) in 1/min over 8 consecutive valid RR and the time in s of the middle of each window."""
    width = int(settings()["rate"]["extreme_intervals"])
    if rr.ms.size < width:
        return np.zeros(0), np.zeros(0)
    total = np.concatenate([[0.0], np.cumsum(np.where(rr.valid, rr.ms, 0.0))])
    good = np.concatenate([[0], np.cumsum(rr.valid)])
    whole = np.flatnonzero(good[width:] - good[:-width] == width)
    span = total[whole + width] - total[whole]
    return 60_000.0 * width / span, rr.at_s[whole + width - 1] - span / 2000.0


def skipped_beats(rr: Intervals, classes: NDArray[np.str_]) -> Flags:
    """Return which RR (n - 1,) are about twice the steady RR before them amid normal beats: a beat is missing there."""
    rule = settings()["av_block"]
    count = int(rule["steady_beats"])
    found = np.zeros(rr.ms.size, dtype=np.bool_)
    if rr.ms.size <= count:
        return found
    size = rr.ms.size - count
    before = [rr.ms[first : first + size] for first in range(count)]
    usual = np.add.reduce(before) / count
    good = (classes == "N") & np.append(True, rr.valid)
    quiet = np.logical_and.reduce([good[first : first + size] for first in range(count + 2)])
    ratio = rr.ms[count:] / usual
    steady = np.maximum.reduce(before) - np.minimum.reduce(before) <= rule["steady"] * usual
    found[count:] = steady & quiet & (ratio >= rule["low"]) & (ratio <= rule["high"])
    return found


def skipped_before(rr: Intervals, classes: NDArray[np.str_]) -> Flags:
    """Return which beats (n,) end an RR in which a beat is missing, so that it does not count as NN."""
    return np.append(np.zeros(min(1, classes.size), dtype=np.bool_), skipped_beats(rr, classes))
