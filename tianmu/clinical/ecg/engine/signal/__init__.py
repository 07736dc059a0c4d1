"""Filters and resampling that keep time: zero-phase, pure numpy (ecg.md section 3.1 and 3.2)."""

from tianmu.clinical.ecg.engine.signal.filters import (
    box_mean,
    low_pass,
    middle,
    middles,
    moving_median,
    remove_mains,
    remove_wander,
)
from tianmu.clinical.ecg.engine.signal.resample import resample

__all__ = ["box_mean", "low_pass", "middle", "middles", "moving_median", "remove_mains", "remove_wander", "resample"]
