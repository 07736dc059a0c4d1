"""The data of the plots: rate per minute, RR histogram, Lorenz counts, AF density, QT against RR (ecg.md section 7)."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.holter.repolarisation import Stretch
from tianmu.clinical.ecg.engine.holter.result import Instant, QtTrend, Trends
from tianmu.clinical.ecg.engine.holter.rhythm import Intervals, mean_of_eight
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.hrv import NormalIntervals
from tianmu.clinical.ecg.engine.hrv.nonlinear import poincare
from tianmu.clinical.ecg.engine.recording import Float64

_FEWEST_QT = 6
_DENSITY_S = 300.0


def trends(
    rr: Intervals, nn: NormalIntervals, edges: Sequence[float], spans: Sequence[tuple[float, float]], duration_s: float
) -> Trends:
    """Return the data of the plots; `edges` are borders of the hourly rows, `spans` the episodes of fibrillation."""
    low, high, width = settings()["rr_histogram_ms"]
    valid = rr.ms[rr.valid]
    counts, _ = np.histogram(valid, bins=np.arange(low, high + width, width))
    mean, least, largest = _rates(rr, duration_s)
    hourly = [poincare(nn.between(start, stop)) for start, stop in pairwise(edges)]
    return Trends(
        rate_mean=mean,
        rate_min=least,
        rate_max=largest,
        rr_histogram=counts,
        rr_histogram_from_ms=float(low),
        rr_histogram_bin_ms=float(width),
        lorenz=lorenz_counts(rr),
        lorenz_bin_ms=float(settings()["lorenz"]["bin_ms"]),
        hourly_sd1_ms=tuple(pair[0] for pair in hourly),
        hourly_sd2_ms=tuple(pair[1] for pair in hourly),
        fibrillation_density=_density(spans, duration_s),
    )


def _rates(rr: Intervals, duration_s: float) -> tuple[Float64, Float64, Float64]:
    """Return mean, least and largest rate of every minute (minutes,), the latter over 8 RR; NaN where unknown."""
    minutes = max(1, int(np.ceil(duration_s / 60.0)))
    place = np.minimum((rr.at_s[rr.valid] / 60.0).astype(np.int64), minutes - 1)
    count = np.bincount(place, minlength=minutes)
    total = np.bincount(place, weights=rr.ms[rr.valid], minlength=minutes)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(count > 0, 60_000.0 * count / total, np.nan)
    rates, at_s = mean_of_eight(rr)
    where = np.minimum((at_s / 60.0).astype(np.int64), minutes - 1)
    least, largest = np.full(minutes, np.inf), np.full(minutes, -np.inf)
    np.minimum.at(least, where, rates)
    np.maximum.at(largest, where, rates)
    least[~np.isfinite(least)], largest[~np.isfinite(largest)] = np.nan, np.nan
    return mean, least, largest


def lorenz_pairs(rr: Intervals) -> tuple[NDArray[np.intp], Float64, Float64]:
    """Return the beat (k,) between two valid intervals, and the RR before and after it in ms (k,)."""
    both = np.flatnonzero(rr.valid[1:] & rr.valid[:-1])
    return both + 1, rr.ms[both], rr.ms[both + 1]


def lorenz_counts(rr: Intervals) -> tuple[tuple[int, int, int], ...]:
    """Return the filled cells (column, row, count) of the Lorenz plot in bins of 20 ms up to 2.4 s."""
    rule = settings()["lorenz"]
    _, before, after = lorenz_pairs(rr)
    most = int(rule["to_ms"] // rule["bin_ms"]) - 1
    column = np.minimum(before // rule["bin_ms"], most).astype(np.int64)
    row = np.minimum(after // rule["bin_ms"], most).astype(np.int64)
    cells, counts = np.unique(column * (most + 1) + row, return_counts=True)
    return tuple(
        (int(cell) // (most + 1), int(cell) % (most + 1), int(count)) for cell, count in zip(cells, counts, strict=True)
    )


def beats_in_region(rr: Intervals, before_ms: tuple[float, float], after_ms: tuple[float, float]) -> NDArray[np.intp]:
    """Return the beats whose point (RR before, RR after) lies in a rectangle of the Lorenz plot (click a region)."""
    beats, before, after = lorenz_pairs(rr)
    inside = (before >= before_ms[0]) & (before < before_ms[1]) & (after >= after_ms[0]) & (after < after_ms[1])
    return beats[inside]


def _density(spans: Sequence[tuple[float, float]], duration_s: float) -> Float64:
    """Return minutes of fibrillation in every five minutes."""
    starts = np.arange(0.0, duration_s, _DENSITY_S)
    found = np.zeros(starts.size)
    for begin, end in spans:
        found += np.clip(np.minimum(end, starts + _DENSITY_S) - np.maximum(begin, starts), 0.0, None)
    return found / 60.0


def qt_trend(stretches: Sequence[Stretch]) -> QtTrend:
    """Return QT, QTc after Fridericia and the slope of QT over RR of the stretches whose T wave has an end."""
    known = [one for one in stretches if one.qt_ms is not None]
    qt = np.array([one.qt_ms for one in known], dtype=np.float64)
    rr = np.array([one.rr_ms for one in known])
    qtc = qt / np.cbrt(rr / 1000.0)
    slope = None
    if len(known) >= _FEWEST_QT and np.ptp(rr) > 0.05 * float(rr.mean()):
        slope = float(np.polyfit(rr, qt, 1)[0])
    return QtTrend(
        at_s=tuple(one.at_s for one in known),
        qt_ms=tuple(float(value) for value in qt),
        rr_ms=tuple(float(value) for value in rr),
        qtc_ms=tuple(float(value) for value in qtc),
        qtc_mean_ms=float(qtc.mean()) if known else None,
        qtc_max_ms=Instant(float(qtc.max()), known[int(np.argmax(qtc))].at_s) if known else None,
        slope=slope,
    )
