"""Drawn single-lead ECGs for the tests: Gaussian P, QRS and T on a clock that the test sets."""

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64, Int32

_WAVES = (
    (-0.17, 0.022, 120.0),
    (-0.025, 0.008, -120.0),
    (0.0, 0.010, 1000.0),
    (0.028, 0.009, -220.0),
    (0.27, 0.045, 260.0),
)
_WIDE = ((0.0, 0.035, 1500.0), (0.09, 0.03, -700.0), (0.30, 0.06, -420.0))


def regular(duration_s: float, rate: float = 72.0, first_s: float = 0.4) -> Float64:
    """Return the times of a regular rhythm in seconds."""
    return np.arange(first_s, duration_s - 0.3, 60.0 / rate)


def draw(
    times_s: Float64,
    fs_hz: float,
    duration_s: float,
    *,
    wide: frozenset[int] = frozenset(),
    p: bool = True,
    t_s: float = 0.27,
) -> Float64:
    """Return an ECG (n,) in µV with a beat at each of `times_s`; beats whose number is in `wide` are ventricular."""
    t = np.arange(round(duration_s * fs_hz)) / fs_hz
    uv = np.zeros(t.size)
    for number, at in enumerate(times_s):
        waves = _WIDE if number in wide else _WAVES[0 if p else 1 :]
        for offset, width, height in waves:
            place = t_s if offset == 0.27 else offset
            uv += height * np.exp(-0.5 * ((t - at - place) / width) ** 2)
    return uv


def samples_of(times_s: Float64, fs_hz: float) -> Int32:
    """Return times as sample indices."""
    return np.rint(times_s * fs_hz).astype(np.int32)
