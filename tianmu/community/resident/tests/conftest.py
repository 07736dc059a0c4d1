"""Fixtures of the resident room: the ECG room's small county, with residents signed in at their app."""

import pytest

from tianmu.clinical.ecg.tests.county import County, build


@pytest.fixture
def county(db: None) -> County:
    """Make a small county."""
    return build()
