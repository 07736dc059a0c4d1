"""The trend of ST per lead and its 1×1×1 episodes: 0.1 mV, one minute long, one minute apart (ecg.md section 7)."""

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.holter.result import StEpisode, StTrend
from tianmu.clinical.ecg.engine.holter.rhythm import Flags, Intervals
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64, Int32


def st_trend(
    names: tuple[str, ...], samples: Int32, usable: Flags, st_uv: NDArray[np.float32], clock: tuple[float, float]
) -> StTrend:
    """Return the trend of `st_uv` (beats, leads) over beats `usable` (beats,); `clock` is (fs in Hz, duration in s).

    A bin of 10 s is the median of its beats, then the running median of three bins; the usual level is the median bin.
    """
    rule = settings()["st"]
    fs_hz, duration_s = clock
    bins = max(1, int(np.ceil(duration_s / rule["bin_s"])))
    level = np.full((len(names), bins), np.nan)
    place = np.minimum((samples / fs_hz / rule["bin_s"]).astype(np.int64), bins - 1)
    for lead in range(len(names)):
        good = usable & np.isfinite(st_uv[:, lead])
        level[lead] = _binned(place[good], st_uv[good, lead].astype(np.float64), bins, int(rule["fewest_beats"]))
    known = [row[np.isfinite(row)] for row in level]
    usual = np.array([float(np.median(row)) if row.size else np.nan for row in known])
    return StTrend(float(rule["bin_s"]), level, usual, ())


def _binned(place: NDArray[np.int64], values: Float64, bins: int, fewest: int) -> Float64:
    """Return the median of `values` per bin, smoothed over three bins; NaN where a bin has fewer than `fewest`.

    `place` tells each value's bin and rises; so a row per bin can be sorted at once instead of all values.
    """
    count = np.bincount(place, minlength=bins)
    first = np.cumsum(count) - count
    table = np.full((bins, max(1, int(count.max()))), np.inf)
    table[place, np.arange(place.size) - first[place]] = values
    table.sort(axis=1)
    found = np.full(bins, np.nan)
    filled = np.flatnonzero(count >= fewest)
    found[filled] = 0.5 * (table[filled, (count[filled] - 1) // 2] + table[filled, count[filled] // 2])
    reach = int(settings()["st"]["smooth_bins"]) // 2
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(found, reach, constant_values=np.nan), 2 * reach + 1)
    ranked = np.sort(windows, axis=1)
    known = np.isfinite(windows).sum(axis=1)
    smooth = np.full(bins, np.nan)
    enough = np.isfinite(found)
    rows = np.flatnonzero(enough)
    smooth[rows] = 0.5 * (ranked[rows, (known[rows] - 1) // 2] + ranked[rows, known[rows] // 2])
    return smooth


def episodes(names: tuple[str, ...], trend: StTrend, rr: Intervals) -> tuple[StEpisode, ...]:
    """Return the episodes of all leads in order of time; unknown bins end one only when a minute of them passes."""
    rule = settings()["st"]
    width = trend.bin_s
    apart, shortest = round(rule["apart_s"] / width), round(rule["shortest_s"] / width)
    found: list[StEpisode] = []
    for lead, name in enumerate(names):
        change = trend.level_uv[lead] - trend.usual_uv[lead]
        for sign in (1.0, -1.0):
            out = np.flatnonzero(np.nan_to_num(sign * change, nan=0.0) >= rule["episode_uv"])
            if out.size == 0:
                continue
            parts = np.split(out, np.flatnonzero(np.diff(out) > apart) + 1)
            level = trend.level_uv[lead]
            found += [_episode(name, part, change, level, rr) for part in parts if part.size >= shortest]
    return tuple(sorted(found, key=lambda one: (one.start_s, one.lead)))


def _episode(name: str, part: NDArray[np.intp], change: Float64, level: Float64, rr: Intervals) -> StEpisode:
    width = float(settings()["st"]["bin_s"])
    peak = int(part[int(np.argmax(np.abs(change[part])))])
    start, stop = float(part[0]) * width, float(part[-1] + 1) * width
    first, last = np.searchsorted(rr.at_s, (start, stop))
    inside = rr.ms[first:last][rr.valid[first:last]]
    return StEpisode(
        lead=name,
        start_s=start,
        stop_s=stop,
        peak_uv=float(change[peak]),
        peak_at_s=peak * width,
        level_uv=float(level[peak]),
        rate=60_000.0 / float(inside.mean()) if inside.size else None,
    )
