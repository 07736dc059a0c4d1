"""Heart rate variability (心率变异性) on normal-to-normal intervals: Task Force 1996, ecg.md section 7."""

from tianmu.clinical.ecg.engine.hrv.indices import HeartRateVariability, analyse
from tianmu.clinical.ecg.engine.hrv.selection import NormalIntervals, select

__all__ = ["HeartRateVariability", "NormalIntervals", "analyse", "select"]
