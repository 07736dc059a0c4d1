"""Boundaries of every beat of one lead (ecg.md sections 3.5, 4 and 14)."""

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Boundaries
from tianmu.clinical.ecg.engine.beats.detection import detect
from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import remove_mains, remove_wander
from tianmu.clinical.ecg.engine.waves.boundaries import Span, bound_beat


def delineate(signal_uv: Float64, fs_hz: float, beats: Int32 | None = None) -> list[Boundaries]:
    """Return the boundaries of each beat of one lead (n,) in µV; beats are detected where they are not given."""
    lead = np.asarray(signal_uv, dtype=np.float64)
    samples = detect(lead, fs_hz) if beats is None else beats
    clean = remove_wander(remove_mains(lead, fs_hz), fs_hz)
    found: list[Boundaries] = []
    for number, sample in enumerate(samples):
        rr = float(np.median(np.diff(samples))) if samples.size > 1 else fs_hz
        left = int(samples[number - 1] + 0.4 * (sample - samples[number - 1])) if number else max(0, int(sample - 0.5 * rr))
        right = int(samples[number + 1]) if number + 1 < samples.size else int(sample + rr)
        stop = min(lead.size, int(sample + 0.8 * (right - sample)))
        found.append(bound_beat(clean, fs_hz, int(sample), Span(max(0, left), stop)))
    return found
