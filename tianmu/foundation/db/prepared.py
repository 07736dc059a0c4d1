"""Statements of the hottest paths, kept ready by the database: neither composed nor planned again for each request.

They pass the same wrappers as every other statement, so that they are watched and counted alike. Behind a pooler that
lends connections by the transaction, `TIANMU_PREPARE=off` sends them plainly.
"""

import time
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

from tianmu.foundation.db.url import keeps_ready

Parameters = dict[str, Any] | Sequence[Any]
KEPT_READY = keeps_ready()


def fetched(statement: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """Run a statement with `%(name)s` or `%s` parameters as a prepared one, and return its rows."""
    rows: list[tuple[Any, ...]] = _run(statement, parameters, lambda cursor: cursor.fetchall())
    return rows


def written(statement: str, parameters: Parameters) -> int:
    """Run a write as a prepared statement and return how many rows it wrote."""
    count: int = _run(statement, parameters, lambda cursor: cursor.rowcount)
    return count


def _run(statement: str, parameters: Parameters, result: Any) -> Any:  # noqa: ANN401 - rows or their number
    def run(sql: str, given: Any, _many: bool, _context: dict[str, Any]) -> Any:  # noqa: ANN401 - Django's wrapper
        began = time.monotonic()
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            found = result(cursor.execute(sql, given, prepare=KEPT_READY))
        if connection.queries_logged:
            connection.queries_log.append({"sql": sql, "time": f"{time.monotonic() - began:.3f}"})
        return found

    connection.ensure_connection()
    execute: Any = run
    for wrapper in reversed(connection.execute_wrappers):
        execute = _wrapped(wrapper, execute)
    return execute(statement, parameters, False, {"connection": connection, "cursor": None})


def _wrapped(wrapper: Any, execute: Any) -> Any:  # noqa: ANN401 - Django's wrappers
    return lambda *arguments: wrapper(execute, *arguments)
