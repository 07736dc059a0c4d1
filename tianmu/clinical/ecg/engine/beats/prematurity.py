"""How early beats come, how irregular a rhythm is, and which beats are supraventricular (ecg.md section 5).

A beat of the conducted shape is supraventricular when it is early in a rhythm that is regular around it, or belongs to
a tachycardia that began from one beat to the next. A sinus rhythm quickens over many beats, fibrillation keeps no pace.
"""

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import moving_median

Flags = NDArray[np.bool_]

_LOCAL_BEATS = 17
_ENOUGH_INTERVALS = 8
_EARLY = 0.85
_IRREGULAR = 0.10
_BLOCK, _AROUND = 32, 8
_JUMP = 0.80
_BEFORE_JUMP = 8
_RUN_RR_S = 0.60
_RUN_BEATS = 3
_LONG_RUN = 8
_RUN_SPREAD = 0.06


def relative_intervals(samples: Int32, broken: Flags | None = None) -> tuple[Float64, Float64]:
    """Return each beat's RR before and after it over the median of the 17 intervals around it; 1.0 at the ends.

    A `broken` interval (n - 1,) counts as the usual one.
    """
    rr = np.diff(samples).astype(np.float64)
    if broken is not None and broken.any() and not broken.all():
        rr[broken] = np.median(rr[~broken])
    local = moving_median(rr, min(_LOCAL_BEATS, rr.size - 1 + rr.size % 2))
    local = np.maximum(np.concatenate([local, local[-1:]]), 1.0)
    before = np.concatenate([local[:1], rr]) / local
    after = np.concatenate([rr, local[-1:]]) / local
    return before, after


def rr_irregularity(samples: Int32, ventricular: Flags) -> float:
    """Return the smallest median relative change of RR over 1, 2 and 3 intervals.

    Intervals that begin or end in a ventricular beat are left out where eight others remain.
    """
    rr = np.diff(samples).astype(np.float64)
    sinus = rr[~(ventricular[1:] | ventricular[:-1])]
    kept = sinus if sinus.size >= _ENOUGH_INTERVALS else rr
    usual = float(np.median(kept))
    changes = [np.median(np.abs(kept[lag:] - kept[:-lag])) / usual for lag in (1, 2, 3) if kept.size > lag + 2]
    return float(min(changes)) if changes else 0.0


def supraventricular(samples: Int32, fs_hz: float, ventricular: Flags, broken: Flags | None = None) -> Flags:
    """Return which of three or more beats are supraventricular by their timing; never a `ventricular` one.

    The interval behind a ventricular beat says nothing: an interpolated one shortens it, an escape ends it.
    """
    early = relative_intervals(samples, broken)[0] < _EARLY
    early[1:] &= ~ventricular[:-1]
    regular = _regular_around(samples, ventricular)
    found = early & regular
    found |= _sudden_runs(np.diff(samples) / fs_hz, regular, ventricular, broken)
    return found & ~ventricular


def _regular_around(samples: Int32, ventricular: Flags) -> Flags:
    """Return which beats lie in a regular rhythm, judged in blocks of 32 beats with eight more on both sides."""
    regular = np.zeros(samples.size, dtype=np.bool_)
    for start in range(0, samples.size, _BLOCK):
        seen = slice(max(0, start - _AROUND), start + _BLOCK + _AROUND)
        if samples[seen].size >= _RUN_BEATS:
            regular[start : start + _BLOCK] = rr_irregularity(samples[seen], ventricular[seen]) < _IRREGULAR
    return regular


def _sudden_runs(rr_s: Float64, regular: Flags, ventricular: Flags, broken: Flags | None) -> Flags:
    """Return which beats (n,) belong to a regular run above 100/min whose first RR (n - 1,) is a fifth shorter.

    It ends with the first interval that is long again, broken, or of a ventricular beat. Three like intervals come by
    chance in fibrillation: where the rhythm around is not `regular` (n,) only eight and more count.
    """
    found = np.zeros(rr_s.size + 1, dtype=np.bool_)
    if rr_s.size < _BEFORE_JUMP + _RUN_BEATS:
        return found
    counted = ~(ventricular[1:] | ventricular[:-1])
    if broken is not None:
        counted &= ~broken
    windows = np.lib.stride_tricks.sliding_window_view(rr_s, _BEFORE_JUMP)[:-_RUN_BEATS]
    usual = np.median(windows, axis=1)
    first = np.arange(_BEFORE_JUMP, rr_s.size - _RUN_BEATS + 1)
    jump = rr_s[first] < np.minimum(_JUMP * usual, _RUN_RR_S)
    for after in range(1, _RUN_BEATS):
        jump &= rr_s[first + after] < np.minimum(_EARLY * usual, _RUN_RR_S)
    stop = 0
    for place, before in zip(first[jump].tolist(), usual[jump].tolist(), strict=True):
        if place < stop:
            continue
        longer = (rr_s[place:] >= min(_EARLY * before, _RUN_RR_S)) | ~counted[place:]
        stop = place + int(longer.argmax()) if longer.any() else rr_s.size
        run = rr_s[place:stop]
        enough = run.size >= (_RUN_BEATS if regular[place] else _LONG_RUN)
        if enough and np.median(np.abs(np.diff(run))) < _RUN_SPREAD * np.median(run):
            found[place + 1 : stop + 1] = True
    return found
