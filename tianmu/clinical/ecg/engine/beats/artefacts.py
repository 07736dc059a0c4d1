"""Where the signal cannot be read: rails, flat lines and missing samples on every lead (ecg.md sections 7 and 10)."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.beats.templates import cut
from tianmu.clinical.ecg.engine.recording import Float64, Int32

_FLAT_S = 0.4
_RAIL_S = 0.04
_BATCH = 2048


def artefact_mask(signal_uv: Float64, fs_hz: float) -> NDArray[np.bool_]:
    """Return a mask (n,), True where all leads of (n,) or (leads, n) are flat for 0.4 s, at a rail, or not a number."""
    rows = np.atleast_2d(np.asarray(signal_uv, dtype=np.float64))
    bad = ~np.isfinite(rows)
    still = np.diff(rows, axis=1, prepend=rows[:, :1]) == 0.0
    for lead in range(rows.shape[0]):
        bad[lead] |= _runs(still[lead], round(_FLAT_S * fs_hz))
        finite = rows[lead][np.isfinite(rows[lead])]
        if finite.size:
            rail = (rows[lead] == finite.max()) | (rows[lead] == finite.min())
            bad[lead] |= _runs(rail & still[lead], max(3, round(_RAIL_S * fs_hz)))
    return cast("NDArray[np.bool_]", np.logical_and.reduce(bad, axis=0))


def unreadable_beats(rows: Float64, fs_hz: float, samples: Int32) -> NDArray[np.bool_]:
    """Return which beats (n,) lie in a stretch of 0.4 s that is flat, or holds no number, on every lead of `rows`."""
    reach = max(1, round(0.5 * _FLAT_S * fs_hz))
    bad = np.zeros(samples.size, dtype=np.bool_)
    for start in range(0, samples.size, _BATCH):
        windows = cut(rows, samples[start : start + _BATCH], reach, reach)
        spread = windows.max(axis=2) - windows.min(axis=2)
        bad[start : start + _BATCH] = (~np.isfinite(spread) | (spread <= 0.0)).all(axis=1)
    return bad


def _runs(flags: NDArray[np.bool_], shortest: int) -> NDArray[np.bool_]:
    """Return `flags` with runs shorter than `shortest` cleared."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.view(np.int8), [0]])))
    starts, stops = edges[::2], edges[1::2]
    kept = np.zeros(flags.size, dtype=np.bool_)
    for start, stop in zip(starts[stops - starts >= shortest], stops[stops - starts >= shortest], strict=True):
        kept[start:stop] = True
    return kept
