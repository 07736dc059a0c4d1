"""Change of sampling rate by a windowed-sinc polyphase filter (ecg.md section 3.1)."""

from fractions import Fraction
from typing import cast

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64

_ZERO_CROSSINGS = 12
_KAISER_BETA = 8.0


def resample(uv: Float64, from_hz: float, to_hz: float) -> Float64:
    """Return `uv` (…, n) at `to_hz`, (…, ceil(n·to/from)); sample k lies at time k/to_hz, edges held."""
    ratio = Fraction(to_hz / from_hz).limit_denominator(1000)
    up, down = ratio.numerator, ratio.denominator
    if up == down:
        return np.array(uv, dtype=np.float64)
    scale = min(1.0, up / down)
    reach = int(np.ceil(_ZERO_CROSSINGS / scale))
    count = -(-uv.shape[-1] * up // down)
    padded = np.pad(uv, [(0, 0)] * (uv.ndim - 1) + [(reach, reach + 1)], mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=-1)
    out = np.empty((*uv.shape[:-1], count))
    for phase in range(up):
        positions = np.arange(phase, count, up)
        start, fraction = (phase * down) // up, (phase * down % up) / up
        offsets = (np.arange(-reach, reach + 1) - fraction) * scale
        taps = np.sinc(offsets) * np.i0(
            _KAISER_BETA * np.sqrt(np.clip(1 - (offsets / (_ZERO_CROSSINGS + 1)) ** 2, 0, 1))
        )
        taps /= taps.sum()
        out[..., positions] = windows[..., start::down, :][..., : positions.size, :] @ taps
    return cast("Float64", out)
