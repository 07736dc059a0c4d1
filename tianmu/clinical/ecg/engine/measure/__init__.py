"""Measurements: leads, matrix, intervals, axes, voltages, atrial activity, pacing (ecg.md 3, 4)."""
