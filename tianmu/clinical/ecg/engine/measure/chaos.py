"""Signs of ventricular fibrillation and tachycardia that need no beats: frequency, leakage, steepness, repetition.

Leakage: Kuo and Dillman, Computers in Cardiology 1978 (how little is left of x(t) + x(t − T/2)).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.gaps import Mask
from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.engine.signal.filters import box_mean, low_pass, remove_wander

RATE_HZ = 125.0
SHORTEST_LOSS = 0.07
LEAST_SHARE = 0.5


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


def measure_chaos(uv: Float64, fs_hz: float, silent: Mask | None = None) -> Chaos:
    """Measure a stretch `uv` (leads, n) of some seconds, free of parts above 50 Hz; the three strongest leads count.

    Where `silent` (n,) is set, the samples were drawn over a hole: nothing is measured there nor across it.
    """
    step = max(1, round(fs_hz / RATE_HZ))
    rate = fs_hz / step
    smooth = low_pass(remove_wander(uv[:, ::step], rate, 1.0), rate, 25.0)
    known = ~silent[::step] if silent is not None and silent.any() else None
    strength = np.sqrt((smooth**2 if known is None else smooth[:, known] ** 2).mean(axis=1))
    chosen = np.argsort(strength)[::-1][: min(3, strength.size)]
    rows = [_one(smooth[index], rate, known) for index in chosen]
    columns = np.median(np.array(rows), axis=0)
    return Chaos(
        frequency_hz=float(columns[0]), leakage=float(columns[1]), slope_kurtosis=float(columns[2]),
        repetition=float(columns[3]), period_ms=float(columns[4]), amplitude_uv=float(strength[chosen].mean()),
        swing=float(columns[5]),
    )  # fmt: skip


def measure_repetition(row: Float64, fs_hz: float, silent: Mask) -> tuple[float, float]:
    """Return the strongest autocorrelation of one lead and its period in ms; `silent` as for all signs."""
    step = max(1, round(fs_hz / RATE_HZ))
    rate, known = fs_hz / step, ~silent[::step]
    smooth = low_pass(remove_wander(row[::step], rate, 1.0), rate, 25.0)
    repetition, lag = _repetition(np.where(known, smooth - smooth[known].mean(), 0.0), rate, known)
    return repetition, lag * 1000.0 / rate


def _one(row: Float64, rate: float, known: Mask | None) -> tuple[float, float, float, float, float, float]:
    centred = row - row.mean() if known is None else np.where(known, row - row[known].mean(), 0.0)
    power = np.abs(np.fft.rfft(centred * np.hanning(centred.size), 4 * centred.size)) ** 2
    hertz = np.fft.rfftfreq(4 * centred.size, 1.0 / rate)
    band = (hertz >= 1.0) & (hertz <= 12.0)
    frequency = float(hertz[band][int(np.argmax(power[band]))])
    half = max(1, round(rate / frequency / 2.0))
    early, late = _pairs(centred, half, known)
    kept, whole = np.abs(late + early).sum(), (np.abs(late) + np.abs(early)).sum()
    before, after = _pairs(centred, 1, known)
    slope = after - before
    variance = float((slope**2).mean())
    kurtosis = float((slope**4).mean()) / variance**2 if variance > 0.0 else 0.0
    repetition, lag = _repetition(centred, rate, known)
    swing = _swing(centred, rate, known)
    return frequency, float(kept / whole) if whole > 0.0 else 1.0, kurtosis, repetition, lag * 1000.0 / rate, swing


def _pairs(row: Float64, apart: int, known: Mask | None) -> tuple[Float64, Float64]:
    """Return the samples that have another one so far behind them, and those others; both are known."""
    if known is None:
        return row[:-apart], row[apart:]
    both = known[:-apart] & known[apart:]
    return row[:-apart][both], row[apart:][both]


def _swing(centred: Float64, rate: float, known: Mask | None) -> float:
    """Return how much the size waxes and wanes: SD of the envelope over its mean."""
    width = round(0.5 * rate)
    squares = box_mean(centred**2, width)
    if known is not None:
        share = box_mean(known.astype(np.float64), width)
        squares = squares[share >= LEAST_SHARE] / share[share >= LEAST_SHARE]
    envelope = np.sqrt(np.maximum(squares, 0.0))
    return float(envelope.std() / envelope.mean()) if envelope.size and envelope.mean() > 0.0 else 0.0


def _repetition(centred: Float64, rate: float, known: Mask | None) -> tuple[float, int]:
    """Return the strongest normalised autocorrelation between 140 ms and 700 ms, and its lag."""
    size = centred.size
    spectrum = np.fft.rfft(centred, 2 * size)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[:size]
    lags = np.arange(round(0.14 * rate), min(size // 2, round(0.7 * rate)))
    if lags.size < 3 or not (centred**2).sum() > 0.0:
        return 0.0, 1
    head, tail = _energies(centred**2, lags, known)
    values = correlation[lags] / np.sqrt(np.maximum(head * tail, 1e-12))
    peaks = np.flatnonzero((values[1:-1] >= values[:-2]) & (values[1:-1] > values[2:])) + 1
    if peaks.size == 0:
        return 0.0, 1
    # The shortest of nearly equal lags: a regular signal repeats at every multiple of its period.
    best = int(peaks[np.flatnonzero(values[peaks] >= values[peaks].max() - SHORTEST_LOSS)[0]])
    return float(values[best]), int(lags[best])


def _energies(squares: Float64, lags: NDArray[np.int_], known: Mask | None) -> tuple[Float64, Float64]:
    """Return for each lag the sums of squares of the earlier and the later samples of all known pairs."""
    if known is None:
        sums = np.concatenate([[0.0], np.cumsum(squares)])
        return sums[squares.size - lags], sums[-1] - sums[lags]
    size = squares.size
    loud, there = np.fft.rfft(squares, 2 * size), np.fft.rfft(known.astype(np.float64), 2 * size)
    return np.fft.irfft(np.conj(loud) * there)[lags], np.fft.irfft(np.conj(there) * loud)[lags]
