"""Statements of the hottest paths, written by hand and kept ready by the database: neither composed nor planned again.

For reads that every request makes. They pass the same wrappers as every other statement, so that they are watched and
counted alike.
"""

import time
from typing import Any

import psycopg
from django.db import connection


def fetched(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement with `%(name)s` parameters as a prepared one, and return its rows."""

    def run(sql: str, given: Any, _many: bool, _context: dict[str, Any]) -> list[tuple[Any, ...]]:  # noqa: ANN401 - Django's wrapper
        began = time.monotonic()
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            rows = cursor.execute(sql, given, prepare=True).fetchall()
        if connection.queries_logged:
            connection.queries_log.append({"sql": sql, "time": f"{time.monotonic() - began:.3f}"})
        return rows

    connection.ensure_connection()
    execute: Any = run
    for wrapper in reversed(connection.execute_wrappers):
        execute = _wrapped(wrapper, execute)
    rows: list[tuple[Any, ...]] = execute(statement, parameters, False, {"connection": connection, "cursor": None})
    return rows


def _wrapped(wrapper: Any, execute: Any) -> Any:  # noqa: ANN401 - Django's wrappers
    return lambda *arguments: wrapper(execute, *arguments)
