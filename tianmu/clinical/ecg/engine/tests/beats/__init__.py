"""Tests of the beats of the ECG engine."""
