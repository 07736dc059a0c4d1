"""Wide early shapes among beats that were all taken for normal: in full bigeminy half of the beats are ventricular."""

from dataclasses import replace

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Beats
from tianmu.clinical.ecg.engine.measure.global_qrs import spatial_velocity
from tianmu.clinical.ecg.engine.recording import Float64

REACH_MS = 130.0
SHARE = 0.16
LEAST_MS = 95.0
WIDER_MS = 28.0
EARLY = 0.93


def class_wide_beats(uv: Float64, fs_hz: float, beats: Beats) -> Beats:
    """Return the beats with normal ones of a wide, early template classed V; `uv` (leads, n) µV, 0.5–30 Hz."""
    labels = np.unique(beats.templates)
    if labels.size < 2 or beats.samples.size < 4:
        return beats
    rr = np.diff(beats.samples).astype(np.float64)
    usual = float(rr.mean())
    widths = {int(label): _width_ms(uv, fs_hz, beats, int(label)) for label in labels}
    narrow = min((width for width in widths.values() if width > 0.0), default=0.0)
    classes = beats.classes.copy()
    for label, width in widths.items():
        members = np.flatnonzero((beats.templates == label) & (beats.classes == "N"))
        led = members[members >= 1]
        wide = width >= LEAST_MS and width >= narrow + WIDER_MS
        if wide and led.size and float(np.median(rr[led - 1])) < EARLY * usual:
            classes[members] = "V"
    return replace(beats, classes=classes)


def _width_ms(uv: Float64, fs_hz: float, beats: Beats, label: int) -> float:
    """Return the stretch over which the median beat of a template moves faster than 16 % of its peak velocity."""
    reach = round(REACH_MS * fs_hz / 1000.0)
    places = beats.samples[beats.templates == label]
    places = places[(places >= reach) & (places < uv.shape[1] - reach)]
    if places.size == 0:
        return 0.0
    offsets = np.arange(-reach, reach + 1)
    middle = np.median(uv[:, places[:, None] + offsets[None, :]], axis=1)
    velocity = spatial_velocity(middle, fs_hz)
    fast = np.flatnonzero(velocity >= SHARE * velocity.max())
    return float(fast[-1] - fast[0]) * 1000.0 / fs_hz
