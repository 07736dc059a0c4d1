"""Acquisition quality and swapped cables (ecg.md section 10)."""
