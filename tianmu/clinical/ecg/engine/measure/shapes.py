"""How many different shapes ventricular beats have: greedy groups by multi-lead correlation (ecg.md section 3.3)."""

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64, Int32

REACH_MS = 90.0
SHIFT_MS = 48.0
ALIKE = 0.80


def count_shapes(uv: Float64, fs_hz: float, samples: Int32) -> int:
    """Return the number of groups among the beats at `samples` of `uv` (leads, n); cut-off beats do not count."""
    step = max(1, round(fs_hz / 125.0))
    rows = uv[:, ::step]
    reach, shift = round(REACH_MS * fs_hz / 1000.0 / step), round(SHIFT_MS * fs_hz / 1000.0 / step)
    places = samples // step
    places = places[(places >= reach + shift) & (places < rows.shape[1] - reach - shift)]
    members: list[Float64] = []
    for place in places:
        wide = rows[:, place - reach - shift : place + reach + shift + 1]
        if not any(_alike(wide, kept, shift) for kept in members):
            members.append(rows[:, place - reach : place + reach + 1])
    return len(members)


def _alike(wide: Float64, kept: Float64, shift: int) -> bool:
    """Tell whether `kept` matches `wide` at some shift with a correlation of 0.80 and more."""
    width = kept.shape[1]
    reference = kept - kept.mean(axis=1, keepdims=True)
    norm = float((reference**2).sum())
    for offset in range(2 * shift + 1):
        part = wide[:, offset : offset + width]
        part = part - part.mean(axis=1, keepdims=True)
        size = float((part**2).sum())
        if norm > 0.0 and size > 0.0 and float((part * reference).sum()) / np.sqrt(norm * size) >= ALIKE:
            return True
    return False
