"""The clock of the atria: the regular beat that most P waves keep, hidden ones counted in (ecg.md section 5)."""

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
    for start in p_ms[: min(4, p_ms.size)]:
        kept, ticks, now, step = [float(start)], [float(start)], float(start), period
        while now + step <= p_ms[-1] + 0.2 * step:
            expected = now + step
            near = float(p_ms[int(np.argmin(np.abs(p_ms - expected)))])
            if abs(near - expected) <= 0.10 * period:
                kept.append(near)
                step = float(np.clip(0.6 * step + 0.4 * (near - now), 0.9 * period, 1.1 * period))
                now = near
            else:
                now = expected
            ticks.append(now)
        score = (len(kept) / p_ms.size) * (len(kept) / len(ticks)) ** 0.5
        if score > top[1] and len(kept) >= 4:
            top = Clock(np.array(ticks), float(np.median(np.diff(ticks))), len(kept) / len(ticks)), score
    return top
