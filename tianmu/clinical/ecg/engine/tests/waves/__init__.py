"""Tests of the waves of the ECG engine."""
