"""Which intervals count as normal to normal (NN): both ends normal, no excluded beat within one beat of either end."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.hrv.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64, Int32

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class NormalIntervals:
    """NN in order: `at_s` (n,) when each ends, `ms` (n,), `joined` (n,) whether it follows its predecessor directly.

    `beat` (n,) is the index of the beat that ends the interval; `intervals` counts all RR of the recording.
    """

    at_s: Float64
    ms: Float64
    joined: Flags
    beat: NDArray[np.intp]
    intervals: int

    @property
    def usable_pct(self) -> float:
        """Return the share of intervals that are NN in per cent, 0 where there is none."""
        return 100.0 * self.ms.size / self.intervals if self.intervals else 0.0

    @property
    def usable_hours(self) -> float:
        """Return the sum of NN intervals in hours."""
        return float(self.ms.sum()) / 3_600_000.0

    @property
    def differences_ms(self) -> Float64:
        """Return the differences of NN intervals that follow each other directly."""
        return np.diff(self.ms)[self.joined[1:]]

    def between(self, start_s: float, stop_s: float) -> "NormalIntervals":
        """Return the intervals that end at `start_s` or later and before `stop_s`."""
        first, last = np.searchsorted(self.at_s, (start_s, stop_s))
        joined = self.joined[first:last].copy()
        joined[:1] = False
        return NormalIntervals(self.at_s[first:last], self.ms[first:last], joined, self.beat[first:last], last - first)


def select(samples: Int32, classes: NDArray[np.str_], fs_hz: float, unreadable: Flags | None = None) -> NormalIntervals:
    """Return the NN intervals of beats at `samples` with `classes` (n,); `unreadable` (n,) marks beats in artefact.

    An interval is left out when either end, or a beat beside either end, is not normal, and when it lies outside
    the physiological limits of data/hrv.json.
    """
    rule = settings()["selection"]
    samples = np.asarray(samples)
    foreign = classes != "N"
    if unreadable is not None:
        foreign = foreign | unreadable
    spread = foreign.copy()
    for reach in range(1, int(rule["neighbours"]) + 1):
        spread[reach:] |= foreign[:-reach]
        spread[:-reach] |= foreign[reach:]
    rr_ms = np.diff(samples).astype(np.float64) * (1000.0 / fs_hz)
    good = ~(spread[1:] | spread[:-1]) & (rr_ms >= rule["shortest_ms"]) & (rr_ms <= rule["longest_ms"])
    chosen = np.flatnonzero(good)
    joined = np.zeros(chosen.size, dtype=np.bool_)
    joined[1:] = np.diff(chosen) == 1
    return NormalIntervals(samples[chosen + 1] / fs_hz, rr_ms[chosen], joined, chosen + 1, rr_ms.size)
