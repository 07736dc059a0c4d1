"""Tests of the assembled site."""
