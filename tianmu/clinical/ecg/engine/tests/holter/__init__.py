"""Tests of the ambulatory analysis."""
