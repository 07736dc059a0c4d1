"""Tests of heart rate variability."""
