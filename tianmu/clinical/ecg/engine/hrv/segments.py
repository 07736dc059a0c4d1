"""Five-minute segments of NN, measured one by one, so that a changed beat costs only its own segments."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.hrv.frequency import band_powers, resampled
from tianmu.clinical.ecg.engine.hrv.nonlinear import sample_entropy
from tianmu.clinical.ecg.engine.hrv.selection import NormalIntervals
from tianmu.clinical.ecg.engine.hrv.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64

COLUMNS = ("coverage", "mean_nn_ms", "sdnn_ms", "vlf_ms2", "lf_ms2", "hf_ms2", "sample_entropy")


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """`values` (segments, 7) in the order of COLUMNS; NaN where a segment is too little covered by NN."""

    values: Float64

    def column(self, name: str) -> Float64:
        """Return one column (segments,)."""
        return self.values[:, COLUMNS.index(name)]

    @property
    def readable(self) -> NDArray[np.bool_]:
        """Return which segments have enough NN."""
        return np.isfinite(self.column("mean_nn_ms"))


def segments_of(
    nn: NormalIntervals, duration_s: float, known: Segments | None = None, touched: NDArray[np.intp] | None = None
) -> Segments:
    """Return the segments of `duration_s` seconds; with `known`, only those numbered in `touched` are measured."""
    length = float(settings()["segment_s"])
    count = int(duration_s // length)
    if known is None or touched is None:
        values, numbers = np.full((count, len(COLUMNS)), np.nan), np.arange(count)
    else:
        values, numbers = known.values.copy(), touched[(touched >= 0) & (touched < count)]
        values[numbers] = np.nan
    rows, places = [], []
    for number in numbers:
        part = nn.between(number * length, (number + 1) * length)
        values[number, 0] = part.ms.sum() / (1000.0 * length)
        if values[number, 0] < settings()["segment_coverage"] or part.ms.size < 3:
            continue
        values[number, 1:3] = part.ms.mean(), part.ms.std(ddof=1)
        entropy = sample_entropy(part.ms)
        values[number, 6] = np.nan if entropy is None else entropy
        rows.append(resampled(part, number * length, (number + 1) * length))
        places.append(number)
    if rows:
        values[places, 3:6] = band_powers(np.stack(rows))
    return Segments(values)
