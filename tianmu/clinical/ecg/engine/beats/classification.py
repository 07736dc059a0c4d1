"""Classes of beats after AAMI EC57: N S V F, paced P, unknown Q (ecg.md section 3.3)."""

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Beats
from tianmu.clinical.ecg.engine.beats.templates import cluster
from tianmu.clinical.ecg.engine.recording import Float64, Int32

_PREMATURE = 0.85


def classify(signal_uv: Float64, fs_hz: float, samples: Int32) -> Beats:
    """Return the class and template of every beat at `samples` of `signal_uv` (n,) or (leads, n), µV."""
    rows = np.atleast_2d(np.asarray(signal_uv, dtype=np.float64))
    labels = cluster(rows, fs_hz, samples)
    classes = np.full(samples.size, "N", dtype="<U1")
    if samples.size >= 3:
        rr = np.diff(samples, prepend=samples[0] - np.median(np.diff(samples)))
        local = np.median(rr)
        dominant = int(np.bincount(labels).argmax())
        early = rr < _PREMATURE * local
        classes[early & (labels == dominant)] = "S"
        classes[early & (labels != dominant)] = "V"
    return Beats(samples, classes, labels)
