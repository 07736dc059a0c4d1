"""Fixtures of the whole house: the database of a test worker."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tianmu.foundation.db.pytest_server import worker_database


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this worker a migrated database of its own; replaces pytest-django's way of making one."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock(), worker_database(worker):
        yield
