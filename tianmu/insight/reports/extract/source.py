"""Reading the source of a data set: which rows changed since a watermark, and rows as CSV at the speed of COPY."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, DateTimeField, F, Func, Model, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, NullIf

from tianmu.foundation.datasets import DataSet, Field, Kind

SNAPSHOT = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_current_xact_id()::text::bigint"
IDENTITY = """
    SELECT (SELECT system_identifier::text FROM pg_control_system()) || '/'
        || (SELECT timeline_id::text FROM pg_control_checkpoint()) || '/' || current_database()
"""
WALL_TIME = "((%(expressions)s) AT TIME ZONE 'Asia/Shanghai')"


def snapshot() -> tuple[int, int]:
    """Return the oldest transaction that is still open, and our own."""
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT)
        watermark, current = cursor.fetchone() or (0, 0)
    return watermark, current


def identity() -> str:
    """Return which database this is: another one, or the same restored, has other transactions."""
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY)
        return str((cursor.fetchone() or ("",))[0])


def written_since(model: type[Model], transactions: int) -> list[Any]:
    """Return the keys of the rows of a table that the last so many transactions wrote."""
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - Django's documented way
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE age(xmin) <= %s", [transactions])  # noqa: S608 - our own table
        return [row[0] for row in cursor.fetchall()]


def changed_keys(dataset: DataSet, model: type[Model], transactions: int) -> set[str]:
    """Return the keys of rows that were written, or that stand on rows written, in the last so many transactions."""
    found = {str(key) for key in written_since(model, transactions)}
    rows = model._default_manager.order_by()  # noqa: SLF001 - Django's documented way
    for watch in dataset.watches:
        touched = written_since(apps.get_model(watch.model), transactions)
        if touched:
            here = rows.filter(**{f"{watch.lookup}__in": touched}).values_list("pk", flat=True)
            found |= {str(key) for key in here}
    return found


def stored_columns(dataset: DataSet, rows: "QuerySet[Any]") -> "QuerySet[Any, Any]":
    """Return key and stored fields of rows: instants as wall time of the business zone, empty texts as nothing."""
    made = {f"f_{one.key}": _column(one) for one in dataset.stored()}
    found: QuerySet[Any, Any] = rows.order_by().annotate(**made).values_list("pk", *made)
    return found


def copy_out(rows: "QuerySet[Any, Any]", path: Path) -> None:
    """Write rows as CSV, of no rows an empty file: nothing is an empty cell without quotes."""
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:
        path.write_bytes(b"")
        return
    with connection.cursor() as cursor, path.open("wb") as file:
        plain: Any = cursor.cursor
        with connection.wrap_database_errors, plain.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)", values) as copy:
            blocks: Iterable[bytes] = copy
            for block in blocks:
                file.write(block)


def _column(one: Field) -> Combinable:
    source: Any = F(one.source) if isinstance(one.source, str) else one.source
    if one.kind is Kind.INSTANT:
        return Func(source, template=WALL_TIME, output_field=DateTimeField())
    if one.kind in {Kind.TEXT, Kind.CODE, Kind.UNIT}:
        return NullIf(Cast(source, CharField()), Value(""), output_field=CharField())
    plain: Combinable = source
    return plain
