"""QRS detection on one or many leads (ecg.md sections 3.3 and 15)."""

from typing import cast

import numpy as np

from tianmu.clinical.ecg.engine.beats import _detector_kernels as kernels
from tianmu.clinical.ecg.engine.recording import Float64, Int32

_WORK_HZ = 170.0


def detect(signal_uv: Float64, fs_hz: float) -> Int32:
    """Return the R-peak sample indices, ascending, of `signal_uv` (n,) or (leads, n) in µV at `fs_hz`."""
    rows = np.atleast_2d(np.asarray(signal_uv, dtype=np.float64))
    factor = max(1, int(fs_hz / _WORK_HZ))
    rate = fs_hz / factor
    parts = [kernels.feature(np.ascontiguousarray(row), factor, rate) for row in rows]
    power = np.sqrt(sum(part[2] ** 2 for part in parts))
    strongest = int(np.argmax([np.median(part[2]) for part in parts]))
    smooth, shape = parts[strongest][:2]
    peaks = kernels.peaks(power, int(0.1 * rate))
    chosen = kernels.decide(power, shape, peaks, rate, kernels.P0)
    return cast("Int32", kernels.refine(smooth, chosen, rate, factor).astype(np.int32))
