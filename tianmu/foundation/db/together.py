"""Writing new rows of several tables in one statement: one round trip, and all of them or none.

For the few writes that must be cheap. Rows get their keys in Python, so nothing has to be read back; constraints
between the tables are checked at the end of the transaction, as Django makes them. The rows of a table go as one JSON
value, which costs a fraction of a placeholder for every column, and the statement is kept ready.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

import orjson
from django.db import connection
from django.db.models import DateTimeField, Field, ForeignKey, JSONField, Model

from tianmu.foundation.db.prepared import fetched

Notice = tuple[str, str]
Reader = Callable[[Model], object]
READY = frozenset(
    {
        "ArrayField",
        "BooleanField",
        "CharField",
        "DateField",
        "DateTimeField",
        "ForeignKey",
        "GenericIPAddressField",
        "JSONField",
        "OneToOneField",
        "PositiveBigIntegerField",
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
        "TextField",
        "UUIDField",
    }
)


def insert_together(rows: Sequence[Model], *, notices: Sequence[Notice] = ()) -> None:
    """Insert rows in the order in which they are given, and tell (channel, payload) when the transaction commits."""
    statements: list[str] = []
    values: list[str] = []
    for model, group in groupby(rows, type):
        statement, readers = _form(model)
        statements.append(f"w{len(statements)} AS ({statement})")
        columns = [{name: read(row) for name, read in readers} for row in group]
        values.append(orjson.dumps(columns, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode())
    told = ", ".join(["pg_notify(%s, %s)"] * len(notices)) or "1"
    values += [part for notice in notices for part in notice]
    fetched(f"WITH {', '.join(statements)} SELECT {told}", values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - what Django's own save does


@lru_cache
def _form(model: type[Model]) -> tuple[str, tuple[tuple[str, Reader], ...]]:
    """Return the INSERT of a table's rows out of one JSON value, and how each column is read from a row."""
    form = model._meta  # noqa: SLF001 - Django's public way to a model's fields
    fields = [field for field in form.local_concrete_fields if not field.generated]
    table = connection.ops.quote_name(form.db_table)
    names = [str(field.column) for field in fields]
    columns = ", ".join(map(connection.ops.quote_name, names))
    statement = (
        f"INSERT INTO {table} ({columns}) SELECT {columns} "  # noqa: S608 - names of our tables
        f"FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    )
    return statement, tuple(zip(names, map(_reader, fields), strict=True))


def _reader(field: "Field[Any, Any]") -> Reader:
    """Return how a value is read: as it stands where JSON says the same, else as Django would send it."""
    own = isinstance(field, JSONField) and field.encoder is not None
    dated = isinstance(field, DateTimeField) and (field.auto_now or field.auto_now_add)
    kind = "ForeignKey" if isinstance(field, ForeignKey) else type(field).__name__
    if kind in READY and not own and not dated:
        name = field.attname
        return lambda row: row.__dict__[name]
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)


def _plain(value: object) -> str:
    """Return what JSON has no form for: bytes as the database writes them, everything else as text."""
    held = getattr(value, "obj", value)
    return f"\\x{bytes(held).hex()}" if isinstance(held, bytes | bytearray | memoryview) else str(held)
