"""Power of NN by frequency band: 5-minute segments, 4 Hz linear resampling, detrended, Welch (Task Force 1996)."""

from dataclasses import dataclass

import numpy as np
from scipy.fft import next_fast_len

from tianmu.clinical.ecg.engine.hrv.selection import NormalIntervals
from tianmu.clinical.ecg.engine.hrv.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64

_PLOT_TO_HZ = 0.5


@dataclass(frozen=True, slots=True)
class FrequencyDomain:
    """Mean band powers of the readable 5-minute segments in ms²; ULF from the whole series and None below 18 h."""

    ulf_ms2: float | None = None
    vlf_ms2: float | None = None
    lf_ms2: float | None = None
    hf_ms2: float | None = None
    lf_hf: float | None = None
    lf_nu_pct: float | None = None
    hf_nu_pct: float | None = None
    total_ms2: float | None = None


def resampled(nn: NormalIntervals, start_s: float, stop_s: float) -> Float64:
    """Return NN in ms at 4 Hz between `start_s` and `stop_s`, linear between intervals, held at both ends."""
    rate = float(settings()["resample_hz"])
    grid = start_s + np.arange(round((stop_s - start_s) * rate)) / rate
    return np.interp(grid, nn.at_s, nn.ms)


def detrended(rows: Float64) -> Float64:
    """Return `rows` (…, n) less their least-squares straight lines."""
    clock = np.arange(rows.shape[-1]) - 0.5 * (rows.shape[-1] - 1)
    slope = (rows @ clock) / (clock @ clock)
    flat: Float64 = rows - rows.mean(axis=-1, keepdims=True) - slope[..., None] * clock
    return flat


def spectrum(rows: Float64, window: int, step: int) -> tuple[Float64, Float64]:
    """Return frequencies (k,) in Hz and one-sided density (…, k) in ms²/Hz of `rows` (…, n) at 4 Hz (Welch, Hann)."""
    rate = float(settings()["resample_hz"])
    window = min(window, rows.shape[-1])
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(window) / window)
    flat = detrended(rows)
    starts = range(0, flat.shape[-1] - window + 1, step)
    density = np.mean(
        [np.abs(np.fft.rfft(detrended(flat[..., at : at + window]) * hann, axis=-1)) ** 2 for at in starts], axis=0
    )
    density *= 2.0 / (rate * float((hann**2).sum()))
    density[..., 0] *= 0.5
    frequencies: Float64 = np.fft.rfftfreq(window, 1.0 / rate).astype(np.float64)
    return frequencies, density


def band_powers(rows: Float64, names: tuple[str, ...] = ("vlf", "lf", "hf")) -> Float64:
    """Return the power in ms² of `rows` (segments, n) at 4 Hz, shape (segments, bands)."""
    table = settings()
    frequencies, density = spectrum(rows, int(table["welch_window"]), int(table["welch_step"]))
    width = frequencies[1] - frequencies[0]
    edges = [table["bands_hz"][name] for name in names]
    inside = np.array([(frequencies >= low) & (frequencies < high) for low, high in edges], dtype=np.float64)
    powers: Float64 = density @ inside.T * width
    return powers


def plot_spectrum(nn: NormalIntervals, start_s: float, stop_s: float) -> tuple[Float64, Float64]:
    """Return frequencies (k,) up to 0.5 Hz and density (k,) in ms²/Hz of the NN between two instants, for the screen.

    ValueError where fewer than three NN lie there.
    """
    part = nn.between(start_s, stop_s)
    if part.ms.size < 3:
        message = "There are too few normal intervals here for a spectrum: choose another stretch."
        raise ValueError(message)
    table = settings()
    rows = resampled(part, start_s, stop_s)
    frequencies, density = spectrum(rows, int(table["welch_window"]), int(table["welch_step"]))
    shown = frequencies <= _PLOT_TO_HZ
    return frequencies[shown], density[shown]


def ulf_power(nn: NormalIntervals) -> float:
    """Return the power in ms² at or below 0.003 Hz of the whole series, gaps bridged linearly.

    The end is held until the number of samples has small factors only: a transform of another length takes many times
    as long.
    """
    start, rate = float(nn.at_s[0]), float(settings()["resample_hz"])
    size = next_fast_len(round((float(nn.at_s[-1]) - start) * rate), real=True)
    rows = resampled(nn, start, start + size / rate)
    frequencies, density = spectrum(rows, rows.size, rows.size)
    low, high = settings()["bands_hz"]["ulf"]
    inside = (frequencies > low) & (frequencies <= high)
    return float(density[inside].sum() * (frequencies[1] - frequencies[0]))


def frequency_domain(segment_powers: Float64, ulf_ms2: float | None) -> FrequencyDomain:
    """Return the means of `segment_powers` (segments, 3: VLF LF HF) in ms²; unknown where there is no segment."""
    if segment_powers.shape[0] == 0:
        return FrequencyDomain()
    vlf, lf, hf = (float(value) for value in segment_powers.mean(axis=0))
    both = lf + hf
    return FrequencyDomain(
        ulf_ms2=ulf_ms2,
        vlf_ms2=vlf,
        lf_ms2=lf,
        hf_ms2=hf,
        lf_hf=lf / hf if hf > 0.0 else None,
        lf_nu_pct=100.0 * lf / both if both > 0.0 else None,
        hf_nu_pct=100.0 * hf / both if both > 0.0 else None,
        total_ms2=vlf + both + (ulf_ms2 or 0.0),
    )
