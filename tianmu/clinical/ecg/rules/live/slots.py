"""The quick half of live detection: 200-ms slots of slope, to see within seconds that beats have stopped or run wild.

The beat detector looks ahead and confirms a beat up to 5.6 s later; asystole and fibrillation must be seen sooner.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

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


@dataclass(slots=True)
class Slots:
    """What is known of the last seconds: how long no QRS was seen, and what size one usually has."""

    fs_hz: float
    quiet: int = 0
    valid: int = 0
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

    def forget(self) -> None:
        """Begin again after a hole: what was not received is not known to be quiet."""
        self.quiet = self.valid = 0
        self._window.clear()
        self._last = None

    def push(self, rows_uv: Float64, *, wild: bool) -> None:
        """Take one slot (leads, n) of µV; a wild rhythm does not teach what is usual."""
        rise = max(1, round(_RISE_S * self.fs_hz))
        joined = rows_uv if self._last is None else np.concatenate([self._last, rows_uv], axis=1)
        self._last = rows_uv[:, -rise:]
        slopes = np.abs(joined[:, rise:] - joined[:, :-rise])
        top = float(slopes.max(initial=0.0))
        self.valid += 1
        self.quiet = 0 if top >= self._bar() else self.quiet + 1
        self._window.append(top)
        if len(self._window) == _WINDOW_SLOTS:
            if self.quiet < _WINDOW_SLOTS and not wild:
                self._usual.append(max(self._window))
            self._window.clear()

    def _bar(self) -> float:
        if len(self._usual) < _FEWEST_WINDOWS:
            return _LEAST_SLOPE_UV
        return max(_LEAST_SLOPE_UV, _SHARE_OF_USUAL * float(np.median(self._usual)))


def looks_wild(rows_uv: Float64, fs_hz: float) -> bool:
    """Tell whether seconds of signal are seldom still, as in ventricular fibrillation or a broad fast rhythm.

    Each second is measured by its own size, so that a waxing and waning rhythm (torsades) counts too.
    """
    row = rows_uv[int(np.argmax(np.ptp(rows_uv, axis=1)))]
    if float(np.ptp(row)) < _LEAST_STORM_UV:
        return False
    rise = max(1, round(_RISE_S * fs_hz))
    slopes = np.abs(row[rise:] - row[:-rise])
    whole = slopes[: slopes.size // round(fs_hz) * round(fs_hz)].reshape(-1, round(fs_hz))
    borders = _STILL * np.percentile(whole, 99.0, axis=1, keepdims=True)
    return float((whole < borders).mean()) < _STILL_SHARE
