"""Comparison with an earlier ECG of the same person (ecg.md section 5, serial comparison)."""
