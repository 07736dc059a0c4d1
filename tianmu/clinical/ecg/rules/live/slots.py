"""The quick half of live detection: 200-ms slots of slope, to see within seconds that beats have stopped or run wild.

The beat detector looks ahead and confirms a beat up to 5.6 s later; asystole and fibrillation must be seen sooner.
"""

from collections import deque
from dataclasses import dataclass, field
from math import comb

import numpy as np

from tianmu.clinical.ecg.engine.measure.chaos import measure_repetition
from tianmu.clinical.ecg.engine.recording import Float64

SLOT_S = 0.2
_RISE_S = 0.02
_LEAST_SLOPE_UV = 40.0
_SHARE_OF_USUAL = 0.3
_WINDOW_SLOTS = 10
_WINDOWS_KEPT = 12
_FEWEST_WINDOWS = 3
_STILL = 0.15
_STILL_SHARE = 0.5
_LEAST_STORM_UV = 200.0
_LONGEST_HOLE_SLOTS = 10
_LEAST_KNOWN = 0.5
_REPEATS = 0.5


@dataclass(slots=True)
class Slots:
    """What is known of the last seconds: how long no QRS was seen, and what size one usually has."""

    fs_hz: float
    quiet: int = 0
    valid: int = 0
    hidden: int = 0
    _silent: int = 0
    _window: list[float] = field(default_factory=list)
    _usual: deque[float] = field(default_factory=lambda: deque(maxlen=_WINDOWS_KEPT))
    _last: Float64 | None = None

    @property
    def size(self) -> int:
        """Return the samples of one slot."""
        return round(SLOT_S * self.fs_hz)

    @property
    def quiet_s(self) -> float:
        """Return for how many seconds no QRS was seen in a signal that was there."""
        return self.quiet * SLOT_S

    def hides(self, interval_s: float) -> float:
        """Return the chance that a heart with such intervals goes on, every beat since the last one in a hole.

        A hole hides one beat at most, so more beats than holes cannot be hidden; fewer fall by chance into just those
        slots that have a hole, as often as these can be chosen among all ways to choose.
        """
        slots = self.quiet + self.hidden
        beats = int(slots * SLOT_S / interval_s + 1e-9)
        return comb(self.hidden, beats) / comb(slots, beats)

    def forget(self) -> None:
        """Begin again: what was not received is not known to be quiet."""
        self.quiet = self.valid = self.hidden = 0
        self._window.clear()
        self._last = None

    def skip(self) -> None:
        """Take one slot with a hole; after two seconds of them nothing of before counts any more."""
        self._last = None
        self._silent += 1
        self.hidden += self.quiet > 0
        if self._silent >= _LONGEST_HOLE_SLOTS:
            self.forget()

    def push(self, rows_uv: Float64, *, wild: bool) -> None:
        """Take one slot (leads, n) of µV; a wild rhythm does not teach what is usual."""
        rise = max(1, round(_RISE_S * self.fs_hz))
        joined = rows_uv if self._last is None else np.concatenate([self._last, rows_uv], axis=1)
        self._last = rows_uv[:, -rise:]
        slopes = np.abs(joined[:, rise:] - joined[:, :-rise])
        top = float(slopes.max(initial=0.0))
        self.valid += 1
        self._silent = 0
        self.quiet = 0 if top >= self._bar() else self.quiet + 1
        self.hidden = self.hidden if self.quiet else 0
        self._window.append(top)
        if len(self._window) == _WINDOW_SLOTS:
            if self.quiet < _WINDOW_SLOTS and not wild:
                self._usual.append(max(self._window))
            self._window.clear()

    def _bar(self) -> float:
        if len(self._usual) < _FEWEST_WINDOWS:
            return _LEAST_SLOPE_UV
        return max(_LEAST_SLOPE_UV, _SHARE_OF_USUAL * float(np.median(self._usual)))


def repeats(rows_uv: Float64, fs_hz: float, rate: float) -> bool:
    """Tell whether the signal repeats itself at this rate or faster, whatever a detector of beats sees of it.

    Beats that wax and wane (torsades) are too small for a detector half of the time, but come as regularly.
    """
    row = _largest(rows_uv)
    missing = np.isnan(row)
    repetition, period_ms = measure_repetition(np.where(missing, 0.0, row), fs_hz, missing)
    return repetition >= _REPEATS and period_ms <= 60_000.0 / rate


def _largest(rows_uv: Float64) -> Float64:
    row: Float64 = rows_uv[int(np.argmax(np.nanmax(rows_uv, axis=1) - np.nanmin(rows_uv, axis=1)))]
    return row


def looks_wild(rows_uv: Float64, fs_hz: float) -> bool:
    """Tell whether seconds of signal are seldom still, as in ventricular fibrillation or a broad fast rhythm.

    Each second is measured by its own size, so that a waxing and waning rhythm (torsades) counts too. Holes are not a
    number; no slope runs across one, and a second of which half is missing does not count.
    """
    row = _largest(rows_uv)
    if not float(np.nanmax(row) - np.nanmin(row)) >= _LEAST_STORM_UV:
        return False
    rise, second = max(1, round(_RISE_S * fs_hz)), round(fs_hz)
    slopes = np.abs(row[rise:] - row[:-rise])
    whole = slopes[: slopes.size // second * second].reshape(-1, second)
    seconds = [known[np.isfinite(known)] for known in whole]
    still = [one < _STILL * np.percentile(one, 99.0) for one in seconds if one.size >= _LEAST_KNOWN * second]
    return bool(still) and float(np.concatenate(still).mean()) < _STILL_SHARE
