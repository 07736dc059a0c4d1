"""Waves: the median beat and the onsets and ends of P, QRS and T, per lead and over all leads (ecg.md 3.4, 3.5)."""

from tianmu.clinical.ecg.engine.waves.delineation import delineate
from tianmu.clinical.ecg.engine.waves.median import median_beat

__all__ = ["delineate", "median_beat"]
