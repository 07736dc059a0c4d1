"""Tests of the ECG engine."""
