"""The desk's figures: percentiles, ages, availability (spec service-desk.md 5). Pure; unknown stays None."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil

AGE_BANDS = (("0-1", 2), ("2-3", 4), ("4-7", 8))
OLDEST = "over-7"


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Return the nearest-rank percentile of `values`, None of nothing."""
    if not values:
        return None
    return sorted(values)[max(ceil(len(values) * percent / 100), 1) - 1]


def share(part: int, whole: int) -> float | None:
    """Return a share in percent with one decimal, None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def age_bands(opened: Iterable[datetime], now: datetime) -> dict[str, int]:
    """Return how many open tickets are 0-1, 2-3, 4-7 and more than 7 full days old."""
    bands = {name: 0 for name, _ in AGE_BANDS} | {OLDEST: 0}
    for instant in opened:
        days = (now - instant) // timedelta(days=1)
        bands[next((name for name, below in AGE_BANDS if days < below), OLDEST)] += 1
    return bands


def availability(downs: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> float | None:
    """Return 100 x (1 - down time / total time) of a period; overlapping downs of one sub-system count once."""
    if end <= start:
        return None
    clipped = sorted((max(begin, start), min(stop, end)) for begin, stop in downs if begin < end and stop > start)
    down, reached = timedelta(0), start
    for begin, stop in clipped:
        down += max(stop - max(begin, reached), timedelta(0))
        reached = max(reached, stop)
    return round(100 * (1 - down / (end - start)), 4)
