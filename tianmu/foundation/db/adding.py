"""New rows by one prepared statement for each table and number of rows: an INSERT is not composed for each request."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model

from tianmu.foundation.db.copying import value_reader
from tianmu.foundation.db.prepared import written

AT_ONCE = 8


def add(rows: Sequence[Model]) -> None:
    """Write new rows of one model whose keys are set; many go the ordinary way. Nothing is read back."""
    if not rows:
        return
    model = type(rows[0])
    if len(rows) > AT_ONCE:
        model._default_manager.bulk_create(rows)  # noqa: SLF001 - Django's way to any model
        return
    statement, readers = _insert(model, len(rows))
    written(statement, [read(row) for row in rows for read in readers])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as Django's save does


@lru_cache(maxsize=200)
def _insert(model: type[Model], count: int) -> tuple[str, list[Callable[[Model], Any]]]:
    meta = model._meta  # noqa: SLF001 - Django's documented way
    columns = ", ".join(f'"{field.column}"' for field in meta.concrete_fields)
    row = f"({', '.join(['%s'] * len(meta.concrete_fields))})"
    statement = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES {", ".join([row] * count)}'  # noqa: S608 - our own model's
    return statement, [value_reader(field) for field in meta.concrete_fields]
