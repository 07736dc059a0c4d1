"""Missing samples on their way to the detector: held, so that no step looks like a QRS, and remembered (ecg.md 8).

Sample by sample the same however the stream is cut.
"""

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.gaps import gaps_of
from tianmu.clinical.ecg.engine.recording import Float64

_REMEMBERED = 4096


class Holes:
    """Per lead the level to which what follows a gap was moved, and the gaps of all leads so far."""

    def __init__(self, leads: int) -> None:
        self.last = np.zeros(leads)
        self.shift = np.zeros(leads)
        self.open = np.zeros(leads, dtype=np.bool_)
        self.gaps: list[list[int]] = []

    @property
    def shifted(self) -> bool:
        """Return whether samples need more than a look."""
        return bool(self.open.any() or self.shift.any())

    def held(self, rows: Float64, first: int) -> Float64:
        """Return `rows` (leads, n), which begin at sample `first`, without gaps: held, then moved to what was held."""
        missing = ~np.isfinite(rows)
        out = np.empty_like(rows)
        for lead in range(rows.shape[0]):
            out[lead] = self._one(lead, rows[lead], missing[lead])
        for start, stop in gaps_of(np.logical_and.reduce(missing, axis=0)):
            self._remember(first + start, first + stop)
        return out

    def clear(self, found: NDArray[np.int64], edge: int) -> NDArray[np.bool_]:
        """Return which marks lie outside the gaps of `edge` samples and more, and at least that far from them."""
        clear = np.ones(found.size, dtype=np.bool_)
        if found.size == 0:
            return clear
        for start, stop in reversed(self.gaps):
            if stop - start >= edge:
                clear &= (found < start - edge) | (found >= stop + edge)
            if stop + edge <= int(found[0]):
                break
        return clear

    def _one(self, lead: int, row: Float64, missing: NDArray[np.bool_]) -> Float64:
        out = np.where(missing, 0.0, row)
        moved = np.full(row.size, self.shift[lead])
        if self.open[lead] and row.size and not missing[0]:
            moved[:] = self.last[lead] - row[0]
        for start, stop in gaps_of(missing):
            level = out[start - 1] + moved[start - 1] if start else self.last[lead]
            out[start:stop], moved[start:stop] = level, 0.0
            if stop < row.size:
                moved[stop:] = level - row[stop]
        out += moved
        if row.size:
            self.open[lead], self.last[lead] = missing[-1], out[-1]
            self.shift[lead] = self.shift[lead] if missing[-1] else moved[-1]
        return out

    def _remember(self, start: int, stop: int) -> None:
        if self.gaps and self.gaps[-1][1] == start:
            self.gaps[-1][1] = stop
        else:
            self.gaps.append([start, stop])
        del self.gaps[:-_REMEMBERED]
