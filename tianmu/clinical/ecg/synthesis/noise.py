"""Disturbances laid over a clean ECG: mains, wander, muscle, electrodes, leads off (ecg.md section 10)."""

import numpy as np
from scipy.signal import butter, sosfilt

from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.synthesis.scenario import Noise
from tianmu.clinical.ecg.synthesis.shapes import INDEPENDENT


def _wander(n: int, fs_hz: float, peak_uv: float, rng: np.random.Generator) -> Float64:
    times = np.arange(n) / fs_hz
    total = np.zeros((8, n))
    for frequency in (rng.uniform(0.05, 0.12), rng.uniform(0.18, 0.32), rng.uniform(0.35, 0.5)):
        gains = rng.normal(0.0, 0.5, 8) * peak_uv
        total += gains[:, None] * np.sin(2.0 * np.pi * (frequency * times + rng.random()))[None, :]
    return total


def _muscle(n: int, fs_hz: float, rms_uv: float, rng: np.random.Generator) -> Float64:
    low = min(20.0, fs_hz / 10.0)
    high = min(150.0, fs_hz * 0.45)
    sections = butter(2, [low, high], btype="bandpass", fs=fs_hz, output="sos")
    white = rng.standard_normal((8, n))
    coloured: Float64 = sosfilt(sections, white, axis=1)
    coloured *= rms_uv / coloured.std(axis=1, keepdims=True)
    burst = 1.0 + 0.5 * np.sin(2.0 * np.pi * (np.arange(n) / fs_hz * 0.15 + rng.random()))
    return coloured * burst[None, :]


def add_noise(canvas: Float64, fs_hz: float, noise: Noise, rng: np.random.Generator) -> None:
    """Add the noise to the independent leads (8, n) in place; leads that are off are left to `silence`."""
    n = canvas.shape[1]
    if noise.white_uv > 0.0:
        canvas += rng.standard_normal((8, n)) * noise.white_uv
    if noise.mains_uv > 0.0:
        gains = rng.uniform(0.5, 1.0, 8) * noise.mains_uv
        turn = 2.0 * np.pi * (np.arange(n) / fs_hz * noise.mains_hz * (1.0 + rng.normal(0.0, 5e-4)) + rng.random())
        canvas += gains[:, None] * (np.sin(turn) + 0.08 * np.sin(3.0 * turn))[None, :]
    if noise.wander_uv > 0.0:
        canvas += _wander(n, fs_hz, noise.wander_uv, rng)
    if noise.muscle_uv > 0.0:
        canvas += _muscle(n, fs_hz, noise.muscle_uv, rng)


def silence(canvas: Float64, noise: Noise) -> None:
    """Flatten the independent leads that are off."""
    for name in noise.lead_off:
        if name in INDEPENDENT:
            canvas[INDEPENDENT.index(name)] = 0.0


def fibrillatory_waves(n: int, fs_hz: float, rate_per_minute: float, rng: np.random.Generator) -> Float64:
    """Return (3, n) f waves: three slightly different, drifting frequencies per axis, peak near 1."""
    times = np.arange(n) / fs_hz
    out = np.zeros((3, n))
    for axis in range(3):
        for share in (1.0, 0.6):
            hertz = rate_per_minute / 60.0 * rng.uniform(0.88, 1.12)
            drift = 0.7 * np.sin(2.0 * np.pi * (rng.uniform(0.1, 0.35) * times + rng.random()))
            swell = 1.0 + 0.35 * np.sin(2.0 * np.pi * (rng.uniform(0.2, 0.5) * times + rng.random()))
            out[axis] += share * swell * np.sin(2.0 * np.pi * (hertz * times + rng.random()) + drift)
    return out / 1.6


def flutter_waves(n: int, fs_hz: float, period_s: float, first_s: float) -> Float64:
    """Return (n,) a saw-tooth of the given period, slow one way and fast the other, between −0.5 and 0.5."""
    phase = np.mod((np.arange(n) / fs_hz - first_s) / period_s, 1.0)
    saw = np.where(phase < 0.68, phase / 0.68, 1.0 - (phase - 0.68) / 0.32) - 0.5
    width = max(1, int(0.02 * fs_hz))
    smooth: Float64 = np.convolve(np.pad(saw, width, mode="edge"), np.ones(width) / width, mode="same")[width:-width]
    return smooth


def ventricular_fibrillation(n: int, fs_hz: float, rng: np.random.Generator) -> Float64:
    """Return (3, n) coarse fibrillation: narrow noise of 3–7 Hz whose strength wanders, RMS near 1."""
    sections = butter(2, [3.2, 6.5], btype="bandpass", fs=fs_hz, output="sos")
    lead_in = int(2.0 * fs_hz)
    out: Float64 = sosfilt(sections, rng.standard_normal((3, n + lead_in)), axis=1)[:, lead_in:]
    scaled: Float64 = out / out.std()
    return scaled
