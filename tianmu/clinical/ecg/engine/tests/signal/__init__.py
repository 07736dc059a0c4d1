"""Tests of the signal of the ECG engine."""
