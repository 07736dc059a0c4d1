"""Fixtures of the registry's tests."""

import pytest

from tianmu.registry.tests.county import County, build


@pytest.fixture
def county(db: None) -> County:  # noqa: ARG001 - asks for the database
    """Return two townships with people and callers."""
    return build()
