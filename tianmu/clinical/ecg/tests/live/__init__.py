"""Tests of live ECG."""
