"""Reads of the report designer."""
