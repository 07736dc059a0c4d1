"""Fixtures of the service desk."""

import pytest

from tianmu.operations.servicedesk.tests.desk import Desk, build


@pytest.fixture
def desk(db: None) -> Desk:
    """Make a small county with its service desk."""
    return build()
