"""Institutions of the county, from the bureau to village stations and departments, one-to-one onto the scope tree."""
