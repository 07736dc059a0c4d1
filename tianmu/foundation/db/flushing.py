"""Emptying tables between tests that really commit, although some tables refuse to be emptied. Used by tests only."""

from collections.abc import Iterable

from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations

_plain = DatabaseOperations.execute_sql_flush


def past_triggers(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
    """Empty the tables with triggers off."""
    _plain(self, ["SET session_replication_role = replica", *sql_list, "RESET session_replication_role"])


def let_tests_empty_every_table() -> None:
    """Make Django's flush pass the triggers that keep the audit log and signed documents."""
    DatabaseOperations.execute_sql_flush = past_triggers  # type: ignore[method-assign]  # tests only
