"""Loading many rows at once: COPY instead of INSERT, secondary indexes made after the rows instead of row by row."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, connections, models, transaction
from psycopg import sql

AS_IT_IS = frozenset(
    {
        models.CharField,
        models.UUIDField,
        models.ForeignKey,
        models.BooleanField,
        models.IntegerField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.BinaryField,
        ArrayField,
    }
)
MAINTENANCE_MEMORY = "512MB"
SECONDARY = """
    SELECT indexname, indexdef FROM pg_indexes JOIN pg_class ON pg_class.oid = indexname::regclass
    JOIN pg_index ON indexrelid = pg_class.oid
    WHERE tablename = %s AND schemaname = 'public' AND NOT indisunique ORDER BY indexname
"""


def copy_rows(rows: Iterable[models.Model]) -> int:
    """Write new rows of one model with COPY and return how many; triggers and constraints count as for INSERT.

    Keys and instants must be set by the caller or by the model's defaults; signals and `auto_now` work as for
    `bulk_create`. Nothing is returned from the database.
    """
    remaining = iter(rows)
    first = next(remaining, None)
    if first is None:
        return 0
    meta = first._meta  # noqa: SLF001 - Django's documented way
    fields = meta.concrete_fields
    names = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(meta.db_table), names)
    readers = [value_reader(field) for field in fields]
    count = 0
    with transaction.atomic(), connection.cursor() as cursor:
        plain: Any = cursor.cursor
        with connection.wrap_database_errors, plain.copy(command) as copy:
            for row in _chained(first, remaining):
                copy.write_row([read(row) for read in readers])
                count += 1
    return count


@contextmanager
def indexes_after(model: type[models.Model]) -> Iterator[None]:
    """Take the secondary indexes of a table away, in one transaction with what is done meanwhile, and make them again.

    Unique indexes stay: they guard what is written. Readers wait; this is for filling an empty installation. Those of a
    partitioned table are made again in every part.
    """
    table = model._meta.db_table  # noqa: SLF001 - Django's documented way
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SECONDARY, [table])
        found: list[tuple[str, str]] = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT set_config('maintenance_work_mem', %s, true)", [MAINTENANCE_MEMORY])
        for _, definition in found:
            cursor.execute(definition.replace(" ON ONLY ", " ON ", 1))
        cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")


@contextmanager
def uncollected() -> Iterator[None]:
    """Let Python look for no cycles meanwhile: a million rows make none, and looking takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def vacuum(*rows: type[models.Model]) -> None:
    """Let the database learn what big tables hold now; outside of a transaction only, else nothing happens."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        for model in rows:
            cursor.execute(f"VACUUM (ANALYZE) {connection.ops.quote_name(model._meta.db_table)}")  # noqa: SLF001


def value_reader(field: "models.Field[Any, Any]") -> Callable[[models.Model], object]:
    """Return how a row's value is had: as it is where the driver knows the type, else as Django would save it."""
    if type(field) in AS_IT_IS:
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connections[connection.alias])


def _chained(first: models.Model, rest: Iterator[models.Model]) -> Iterator[models.Model]:
    yield first
    yield from rest
