"""Measurements: standard leads, the per-lead matrix, intervals, axes, voltages, atrial activity, pacing (ecg.md sections 3, 4)."""
