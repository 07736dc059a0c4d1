"""Where atrial fibrillation may be, from intervals alone, and which windows the P wave confirms (ecg.md 7)."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64, Int32


def irregularity(samples: Int32, classes: NDArray[np.str_], fs_hz: float, starts_s: Float64) -> Float64:
    """Return for windows of 30 s that begin at `starts_s` (k,) the least median change of RR over 1, 2 and 3 beats.

    Intervals that begin or end in a ventricular beat are left out; NaN where fewer than eight remain.
    """
    rule = settings()["fibrillation"]
    foreign = np.isin(classes, ("V", "F", "Q", "P"))
    good = ~(foreign[1:] | foreign[:-1])
    ends = samples[1:][good] / fs_hz
    rr = np.diff(samples)[good].astype(np.float64)
    found = np.full(starts_s.size, np.nan)
    first, last = np.searchsorted(ends, starts_s), np.searchsorted(ends, starts_s + rule["window_s"])
    for place in np.flatnonzero(last - first >= rule["fewest_intervals"]):
        part = rr[first[place] : last[place]]
        usual = float(np.median(part))
        found[place] = min(float(np.median(np.abs(part[lag:] - part[:-lag]))) for lag in (1, 2, 3)) / usual
    return found


def confirmed(candidates: NDArray[np.bool_], judge: Callable[[int], bool]) -> NDArray[np.bool_]:
    """Return which of `candidates` (k,) windows are fibrillation, asking `judge` as seldom as neighbours agree.

    In every run of candidates the ends and one window a minute (every five minutes in runs above ten) are judged;
    the windows between two equal verdicts take it, between two that differ the middle is judged.
    """
    rule = settings()["fibrillation"]
    verdict = np.zeros(candidates.size, dtype=np.bool_)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], candidates.view(np.int8), [0]])))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        every = int(rule["check_every_long"] if stop - start > rule["long_run"] else rule["check_every"])
        asked = sorted({*range(int(start), int(stop), every), int(stop) - 1})
        known = {place: judge(place) for place in asked}
        waiting = [(asked[0], asked[0]), *pairwise(asked)]
        while waiting:
            low, high = waiting.pop()
            if known[low] == known[high]:
                verdict[low : high + 1] = known[low]
                continue
            if high - low <= 1:
                verdict[low], verdict[high] = known[low], known[high]
                continue
            middle = (low + high) // 2
            known[middle] = judge(middle)
            waiting += [(low, middle), (middle, high)]
    return verdict


def episodes(verdict: NDArray[np.bool_], duration_s: float) -> list[tuple[float, float]]:
    """Return (start, stop) in s of fibrillation of at least 30 s; a window speaks for the ten seconds in its middle.

    The first and last window of an episode speak for their outer part as well.
    """
    rule = settings()["fibrillation"]
    step, window = float(rule["step_s"]), float(rule["window_s"])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], verdict.view(np.int8), [0]])))
    margin = 0.5 * (window - step)
    spans: list[tuple[float, float]] = []
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        begin = start * step + (margin if start else 0.0)
        end = (stop - 1) * step + window - margin
        end = duration_s if stop == verdict.size else min(end, duration_s)
        if spans and begin - spans[-1][1] <= rule["join_s"]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return [(begin, end) for begin, end in spans if end - begin >= rule["shortest_s"]]
