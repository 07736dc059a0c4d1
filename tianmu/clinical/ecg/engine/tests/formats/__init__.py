"""Tests of the ECG file formats, and the small files they are made of."""
