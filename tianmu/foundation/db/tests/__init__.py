"""Tests of the launcher and of the checks of a database."""
