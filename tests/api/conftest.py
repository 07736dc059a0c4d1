"""One world for all tests of a file; what a test changes is rolled back after it."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.api.world import World, build


@pytest.fixture(scope="package")
def whole_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Build the world once, inside a transaction that is never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(whole_world: World) -> Iterator[World]:
    """Give the world, and undo what the test did to it."""
    with transaction.atomic():
        yield whole_world
        transaction.set_rollback(True)
