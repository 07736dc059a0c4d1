"""Zero-phase filters built from running means: no start-up transient, linear cost, the same at every rate.

A running mean of width w applied twice is a triangle of unit gain at 0 Hz and a double zero at every multiple of 1/w.
"""

from typing import cast

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64

_MAINS_WINDOW_S = 1.0


def box_mean(uv: Float64, width: int) -> Float64:
    """Return the centred running mean over `width` samples along the last axis, edges held; same shape, same unit."""
    if width <= 1:
        return np.array(uv, dtype=np.float64)
    before = width // 2
    after = width - before - 1
    size = uv.shape[-1]
    held = np.empty((*uv.shape[:-1], size + width))
    held[..., : before + 1] = uv[..., :1]
    held[..., before + 1 : before + 1 + size] = uv
    held[..., size + width - after :] = uv[..., -1:]
    total = np.cumsum(held, axis=-1, out=held)
    mean: Float64 = total[..., width:] - total[..., :-width]
    mean /= width
    return mean


def low_pass(uv: Float64, fs_hz: float, cutoff_hz: float) -> Float64:
    """Return `uv` smoothed by two running means whose joint response is -3 dB near `cutoff_hz`."""
    width = max(1, round(0.32 * fs_hz / cutoff_hz))
    if width % 2 == 1:
        return box_mean(box_mean(uv, width), width)
    first = box_mean(uv, width)
    return box_mean(first[..., ::-1], width)[..., ::-1]


def remove_wander(uv: Float64, fs_hz: float, cutoff_hz: float = 0.5) -> Float64:
    """Return `uv` less its slow part: a zero-phase high-pass near `cutoff_hz` (baseline wander, 基线漂移)."""
    return uv - low_pass(uv, fs_hz, cutoff_hz)


def moving_median(values: Float64, width: int) -> Float64:
    """Return the centred running median of `values` (n,) over an odd `width`, edges held."""
    reach = max(0, width // 2)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, reach, mode="edge"), 2 * reach + 1)
    return cast("Float64", np.median(windows, axis=1))


def middle(values: Float64) -> float:
    """Return the median of a few values (n,), n > 0: a plain sort, ten times as fast as `np.median` on short rows."""
    ordered = np.sort(values)
    half = ordered.size // 2
    return float(ordered[half]) if ordered.size % 2 else 0.5 * float(ordered[half - 1] + ordered[half])


def middles(rows: Float64) -> Float64:
    """Return the median along the last axis (…, 1) of long rows, n > 0; one partition where `np.median` takes three."""
    half = rows.shape[-1] // 2
    parted = np.partition(rows, half, axis=-1)
    upper = parted[..., half : half + 1]
    if rows.shape[-1] % 2:
        return upper
    return cast("Float64", 0.5 * (parted[..., :half].max(axis=-1, keepdims=True) + upper))


def remove_mains(uv: Float64, fs_hz: float, mains_hz: float = 50.0) -> Float64:
    """Return `uv` less its mains hum, fitted as a sine in running windows of one second (no ringing on QRS)."""
    if fs_hz < 2.2 * mains_hz:
        return np.array(uv, dtype=np.float64)
    phase = 2.0 * np.pi * mains_hz / fs_hz * np.arange(uv.shape[-1])
    carrier = np.exp(-1j * phase)
    period = max(1, round(fs_hz / mains_hz))
    quiet = uv - box_mean(uv, period * 2)
    spread = 3.0 * middles(np.abs(quiet))
    clipped = np.clip(quiet, -spread, spread)
    width = max(period, round(_MAINS_WINDOW_S * fs_hz) // period * period)
    real = box_mean(clipped * carrier.real, width)
    imaginary = box_mean(clipped * carrier.imag, width)
    return cast("Float64", uv - 2.0 * (real * carrier.real + imaginary * carrier.imag))
