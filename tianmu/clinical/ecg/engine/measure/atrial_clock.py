"""The clock of the atria: the regular beat that most P waves keep, hidden ones counted in (ecg.md section 5)."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64, Int32


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """A regular atrial clock: instants in ms, its period, and the share of its ticks that were really seen."""

    instants_ms: Float64
    period_ms: float
    seen: float


def atrial_clock(p_samples: Int32, fs_hz: float) -> Clock | None:
    """Find the clock that most P waves (samples, ascending) keep; None when they keep none."""
    p_ms = p_samples.astype(np.float64) * 1000.0 / fs_hz
    if p_ms.size < 4:
        return None
    gaps = np.diff(p_ms)
    best: Clock | None = None
    best_score = 0.0
    for candidate in {round(float(gap / part)) for gap in gaps for part in (1, 2, 3)}:
        if not 300 <= candidate <= 1500:
            continue
        clock, score = _fit(p_ms, float(candidate))
        if clock is not None and score > best_score:
            best, best_score = clock, score
    return best if best_score >= 0.62 else None


def _fit(p_ms: Float64, period: float) -> tuple[Clock | None, float]:
    """Fit ticks of about `period` (drifting slowly) to the P waves; score = share of P kept × share of ticks seen."""
    top: tuple[Clock | None, float] = (None, 0.0)
    waves: list[float] = p_ms.tolist()
    for start in waves[:4]:
        kept, ticks, now, step = 1, [start], start, period
        while now + step <= waves[-1] + 0.2 * step:
            expected = now + step
            near = _nearest(waves, expected)
            if abs(near - expected) <= 0.10 * period:
                kept += 1
                step = min(max(0.6 * step + 0.4 * (near - now), 0.9 * period), 1.1 * period)
                now = near
            else:
                now = expected
            ticks.append(now)
        score = (kept / len(waves)) * (kept / len(ticks)) ** 0.5
        if score > top[1] and kept >= 4:
            top = Clock(np.array(ticks), float(np.median(np.diff(ticks))), kept / len(ticks)), score
    return top


def _nearest(ascending: list[float], wanted: float) -> float:
    """Return the value nearest to `wanted`, the earlier of two as near."""
    after = bisect_left(ascending, wanted)
    if after == 0:
        return ascending[0]
    if after == len(ascending):
        return ascending[-1]
    before = ascending[after - 1]
    return before if wanted - before <= ascending[after] - wanted else ascending[after]
