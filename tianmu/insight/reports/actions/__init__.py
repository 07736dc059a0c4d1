"""Writes of the report designer."""
