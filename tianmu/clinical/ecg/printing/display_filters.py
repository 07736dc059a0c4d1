"""Display filters of screen and paper: zero-phase second-order sections, −3 dB at the named frequency after both runs.

The twin of the viewer's filters.ts, held together by a shared fixture. Never used for measuring.
"""

import math
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64

# Two runs of a second-order Butterworth lose 3 dB where one loses 1.5: at this ratio of its own corner frequency.
_TWO_RUN_RATIO = (math.sqrt(2.0) - 1.0) ** 0.25
_NOTCH_QUALITY = 25.0
_LEAST_SEGMENT = 3


@dataclass(frozen=True, slots=True)
class DisplayFilters:
    """Filters in Hz; None is as recorded."""

    high_pass_hz: float | None = 0.05
    low_pass_hz: float | None = 150.0
    notch_hz: float | None = None

    @property
    def text(self) -> str:
        """Return the filters in the words of the paper, for example "0.05–150 Hz · ~50 Hz"."""
        high, low = self.high_pass_hz, self.low_pass_hz
        if high is not None and low is not None:
            band = f"{high:g}–{low:g} Hz"
        elif high is not None:
            band = f"≥ {high:g} Hz"
        else:
            band = "" if low is None else f"≤ {low:g} Hz"
        notch = "" if self.notch_hz is None else f"~{self.notch_hz:g} Hz"
        return " · ".join(part for part in (band, notch) if part)


def apply_filters(uv: Float64, fs_hz: float, filters: DisplayFilters) -> Float64:
    """Return `uv` (leads, n) filtered lead by lead; each stretch between gaps (NaN) by itself, gaps stay."""
    sections = _sections(filters, fs_hz)
    if not sections:
        return uv
    both_ways = import_module("scipy.signal").sosfiltfilt  # heavy: a second at every start, needed by few
    sos = np.array(sections)
    out = uv.copy()
    for row in out:
        for start, end in _stretches(row):
            if end - start >= _LEAST_SEGMENT:
                pad = _pad_length(filters, fs_hz, end - start)
                row[start:end] = both_ways(sos, row[start:end], padtype="odd" if pad else None, padlen=pad)
    return out


def _sections(filters: DisplayFilters, fs_hz: float) -> list[list[float]]:
    """Return the sections that can act at this rate; a frequency at or above half of it is left out."""
    sections = []
    if filters.high_pass_hz is not None and filters.high_pass_hz < fs_hz / 2:
        k = math.tan(math.pi * filters.high_pass_hz / fs_hz) * _TWO_RUN_RATIO
        sections.append(_butterworth(k, [1.0, -2.0, 1.0]))
    if filters.low_pass_hz is not None and filters.low_pass_hz < fs_hz / 2:
        k = math.tan(math.pi * filters.low_pass_hz / fs_hz) / _TWO_RUN_RATIO
        sections.append(_butterworth(k, [k * k, 2 * k * k, k * k]))
    if filters.notch_hz is not None and filters.notch_hz < fs_hz / 2:
        w = 2 * math.pi * filters.notch_hz / fs_hz
        alpha = math.sin(w) / (2 * _NOTCH_QUALITY)
        middle = -2 * math.cos(w) / (1 + alpha)
        edge = 1 / (1 + alpha)
        sections.append([edge, middle, edge, 1.0, middle, (1 - alpha) * edge])
    return sections


def _butterworth(k: float, numerator: list[float]) -> list[float]:
    """Return a second-order Butterworth section for the prewarped frequency `k`."""
    norm = 1 / (1 + math.sqrt(2.0) * k + k * k)
    return [*(b * norm for b in numerator), 1.0, 2 * (k * k - 1) * norm, (1 - math.sqrt(2.0) * k + k * k) * norm]


def _pad_length(filters: DisplayFilters, fs_hz: float, n: int) -> int:
    """Return how many samples are mirrored at each end: one period of the slowest filter, at most the stretch."""
    return max(0, min(n - 1, math.ceil(fs_hz / (filters.high_pass_hz or 2.0))))


def _stretches(row: Float64) -> list[tuple[int, int]]:
    """Return [start, end) of the stretches without gaps."""
    present = np.concatenate(([False], ~np.isnan(row), [False]))
    edges = np.flatnonzero(present[1:] != present[:-1])
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
