"""Indexes of big tables that a migration makes while others go on writing; its class says `atomic = False`."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation
from django.db.models import Index


def index_meanwhile(model_name: str, index: Index) -> list[Operation]:
    """Return the steps that make an index without a lock; what a broken-off try left behind is removed first."""
    return [
        RunSQL(f'DROP INDEX CONCURRENTLY IF EXISTS "{index.name}"', RunSQL.noop),
        AddIndexConcurrently(model_name, index),
    ]
