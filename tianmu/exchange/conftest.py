"""Fixtures of the exchange wing: the small county of the ECG room."""

import pytest

from tianmu.clinical.ecg.tests.county import County, build


@pytest.fixture
def county(db: None) -> County:  # noqa: ARG001 - the database is needed
    """Make a small county."""
    return build()
