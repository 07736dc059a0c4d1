"""Scans made by hand: beats, classes and levels without a signal, so that every count is known."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.holter.repolarisation import Stretch
from tianmu.clinical.ecg.engine.holter.scan import Scan
from tianmu.clinical.ecg.engine.recording import Annotation

FS = 250.0


def scan_of(
    rr_ms: NDArray[np.float64] | list[float],
    letters: str,
    *,
    started_at: datetime | None = None,
    marks: tuple[Annotation, ...] = (),
    qtc_ms: float | None = None,
    tail_s: float = 1.0,
) -> Scan:
    """Return a scan of beats `rr_ms` apart, the first at 1 s; `letters` are the classes, one more than intervals."""
    at_ms = 1000.0 + np.concatenate([[0.0], np.cumsum(rr_ms)])
    samples = np.rint(at_ms * FS / 1000.0).astype(np.int32)
    classes = np.array(list(letters), dtype="<U1")
    assert classes.size == samples.size
    length = int(samples[-1] + tail_s * FS)
    templates = np.where(classes == "V", 1, 0).astype(np.int32)
    seconds = int(np.ceil(length / FS))
    steps = max(0, (seconds - 30) // 10 + 1)
    return Scan(
        names=("II", "V5"),
        fs_hz=FS,
        length=length,
        started_at=started_at,
        marks=marks,
        samples=samples,
        classes=classes,
        templates=templates,
        unreadable=np.zeros(classes.size, dtype=np.bool_),
        st_uv=np.zeros((classes.size, 2), dtype=np.float32),
        readable=np.ones((2, seconds), dtype=np.bool_),
        fibrillation=np.zeros(steps, dtype=np.bool_),
        stretches=() if qtc_ms is None else (Stretch(10.0, -0.04, 0.05, qtc_ms, 1000.0),),
        clusters=(),
    )


def steady(count: int, rr_ms: float = 800.0) -> list[float]:
    """Return `count` equal intervals."""
    return [rr_ms] * count
