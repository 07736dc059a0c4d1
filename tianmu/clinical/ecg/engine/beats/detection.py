"""QRS detection on one or many leads (ecg.md sections 3.3 and 15).

The energy of the slope in the 8-25 Hz band gives candidates; the chain of candidates with the best sum of size,
likeness to earlier beats and plausibility of intervals gives the beats, decided block by block, three seconds ahead.
"""

import numpy as np

from tianmu.clinical.ecg.engine.beats.stream import Detector
from tianmu.clinical.ecg.engine.recording import Float64, Int32

_PIECE_S = 240.0


def detect(signal_uv: Float64, fs_hz: float) -> Int32:
    """Return the R peaks as ascending sample indices (n,) of `signal_uv` (n,) or (leads, n) µV at 100-2000 Hz."""
    rows = np.atleast_2d(np.asarray(signal_uv))
    detector = Detector(fs_hz, rows.shape[0])
    piece = max(1, round(_PIECE_S * fs_hz))
    found = [detector.push(rows[:, start : start + piece]) for start in range(0, rows.shape[1], piece)]
    found.append(detector.flush())
    return np.concatenate(found)
