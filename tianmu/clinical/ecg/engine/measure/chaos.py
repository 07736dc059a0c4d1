"""Signs of ventricular fibrillation and tachycardia that need no beats: frequency, leakage, steepness, repetition.

Leakage: Kuo and Dillman, Computers in Cardiology 1978 (how little is left of x(t) + x(t − T/2)).
"""

from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.engine.signal.filters import box_mean, low_pass, remove_wander

RATE_HZ = 125.0
SHORTEST_LOSS = 0.07


@dataclass(frozen=True, slots=True)
class Chaos:
    """Numbers of one stretch, median over leads; leakage 0–1, kurtosis of the slope, repetition −1…1."""

    frequency_hz: float
    leakage: float
    slope_kurtosis: float
    repetition: float
    period_ms: float
    amplitude_uv: float
    swing: float


def measure_chaos(uv: Float64, fs_hz: float) -> Chaos:
    """Measure a stretch `uv` (leads, n) of some seconds, free of parts above 50 Hz; the three strongest leads count."""
    step = max(1, round(fs_hz / RATE_HZ))
    rate = fs_hz / step
    smooth = low_pass(remove_wander(uv[:, ::step], rate, 1.0), rate, 25.0)
    strength = np.sqrt((smooth**2).mean(axis=1))
    chosen = np.argsort(strength)[::-1][: min(3, strength.size)]
    rows = [_one(smooth[index], rate) for index in chosen]
    columns = np.median(np.array(rows), axis=0)
    return Chaos(
        frequency_hz=float(columns[0]), leakage=float(columns[1]), slope_kurtosis=float(columns[2]),
        repetition=float(columns[3]), period_ms=float(columns[4]), amplitude_uv=float(strength[chosen].mean()),
        swing=float(columns[5]),
    )  # fmt: skip


def _one(row: Float64, rate: float) -> tuple[float, float, float, float, float, float]:
    centred = row - row.mean()
    power = np.abs(np.fft.rfft(centred * np.hanning(centred.size), 4 * centred.size)) ** 2
    hertz = np.fft.rfftfreq(4 * centred.size, 1.0 / rate)
    band = (hertz >= 1.0) & (hertz <= 12.0)
    frequency = float(hertz[band][int(np.argmax(power[band]))])
    half = max(1, round(rate / frequency / 2.0))
    kept = np.abs(centred[half:] + centred[:-half]).sum()
    whole = (np.abs(centred[half:]) + np.abs(centred[:-half])).sum()
    slope = np.diff(centred)
    variance = float((slope**2).mean())
    kurtosis = float((slope**4).mean()) / variance**2 if variance > 0.0 else 0.0
    repetition, lag = _repetition(centred, rate)
    envelope = np.sqrt(box_mean(centred**2, round(0.5 * rate)))
    swing = float(envelope.std() / envelope.mean()) if envelope.mean() > 0.0 else 0.0
    return frequency, float(kept / whole) if whole > 0.0 else 1.0, kurtosis, repetition, lag * 1000.0 / rate, swing


def _repetition(centred: Float64, rate: float) -> tuple[float, int]:
    """Return the strongest normalised autocorrelation between 140 ms and 700 ms, and its lag."""
    size = centred.size
    spectrum = np.fft.rfft(centred, 2 * size)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[:size]
    squares = np.concatenate([[0.0], np.cumsum(centred**2)])
    lags = np.arange(round(0.14 * rate), min(size // 2, round(0.7 * rate)))
    if lags.size < 3 or squares[-1] <= 0.0:
        return 0.0, 1
    head, tail = squares[size - lags], squares[-1] - squares[lags]
    values = correlation[lags] / np.sqrt(np.maximum(head * tail, 1e-12))
    peaks = np.flatnonzero((values[1:-1] >= values[:-2]) & (values[1:-1] > values[2:])) + 1
    if peaks.size == 0:
        return 0.0, 1
    # The shortest of nearly equal lags: a regular signal repeats at every multiple of its period.
    best = int(peaks[np.flatnonzero(values[peaks] >= values[peaks].max() - SHORTEST_LOSS)[0]])
    return float(values[best]), int(lags[best])
