"""Sealing every sealed column anew, and hashing every look-up hash anew, in small steps beside the running platform.

A step changes a value only when it is still what was read, so that nothing written meanwhile is lost.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pkgutil import resolve_name

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from tianmu.foundation.db import keyring
from tianmu.foundation.db.sealed import SealedTextField, seal, unseal

STEP_ROWS = 500


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One sealed column of one table."""

    table: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


def sealed_columns() -> list[SealedColumn]:
    """Return every sealed column of the house."""
    return [
        SealedColumn(model._meta.db_table, str(field.column))  # noqa: SLF001 - Django's documented way
        for model in apps.get_models()
        for field in model._meta.concrete_fields  # noqa: SLF001 - Django's documented way
        if isinstance(field, SealedTextField)
    ]


def counts(column: SealedColumn) -> dict[str, int]:
    """Return how many values each key version has sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT get_byte("{column.column}", 0), count(*) FROM "{column.table}" '  # noqa: S608 - names of our models
            f'WHERE "{column.column}" IS NOT NULL GROUP BY 1 ORDER BY 1'
        )
        rows = cursor.fetchall()
    versions = [(keyring.of_header(header), number) for header, number in rows]
    return {f"{one.number} {one.algorithm.name.lower()}": number for one, number in versions}


def reseal(column: SealedColumn) -> Iterator[int]:
    """Seal anew what another version sealed, yielding after each step how many values it changed."""
    header = keyring.current().header
    last = "00000000-0000-0000-0000-000000000000"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT id, "{column.column}" FROM "{column.table}" WHERE id > %s AND "{column.column}" IS NOT NULL '  # noqa: S608
                f'AND get_byte("{column.column}", 0) <> %s ORDER BY id LIMIT {STEP_ROWS}',
                [last, header],
            )
            rows = [(str(key), bytes(stored)) for key, stored in cursor.fetchall()]
            if not rows:
                return
            changed = 0
            for key, stored in rows:
                cursor.execute(
                    f'UPDATE "{column.table}" SET "{column.column}" = %s WHERE id = %s AND "{column.column}" = %s',  # noqa: S608
                    [seal(unseal(stored)), key, stored],
                )
                changed += cursor.rowcount
        last = rows[-1][0]
        yield changed


@dataclass(frozen=True, slots=True)
class HashedColumn:
    """A column of look-up hashes, the sealed column it is made from, and the function that makes it."""

    table: str
    column: str
    source: str
    made_by: Callable[[str], bytes]

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


def hashed_columns() -> list[HashedColumn]:
    """Return every column of look-up hashes (setting `HASHED_COLUMNS`: "app.Model.column": (source, function))."""
    found = []
    for described, (source, function) in settings.HASHED_COLUMNS.items():
        label, _, column = described.rpartition(".")
        table = apps.get_model(label)._meta.db_table  # noqa: SLF001 - Django's documented way
        found.append(HashedColumn(table, column, source, resolve_name(function)))
    return found


def rehash(column: HashedColumn) -> Iterator[tuple[int, int]]:
    """Hash anew every value of a column, yielding after each step (changed, left alone because another row has it)."""
    last = "00000000-0000-0000-0000-000000000000"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT id, "{column.source}", "{column.column}" FROM "{column.table}" WHERE id > %s '  # noqa: S608
                f'AND "{column.column}" IS NOT NULL ORDER BY id LIMIT {STEP_ROWS}',
                [last],
            )
            rows = [(str(key), bytes(stored), bytes(old)) for key, stored, old in cursor.fetchall()]
        if not rows:
            return
        outcomes = [_rehash_one(column, *row) for row in rows]
        last = rows[-1][0]
        yield outcomes.count("changed"), outcomes.count("taken")


def _rehash_one(column: HashedColumn, key: str, stored: bytes, old: bytes) -> str:
    new = bytes(column.made_by(unseal(stored)))
    if new == old:
        return "same"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{column.table}" SET "{column.column}" = %s '  # noqa: S608 - names of our models
                f'WHERE id = %s AND "{column.column}" = %s AND "{column.source}" = %s',
                [new, key, old, stored],
            )
            return "changed" if cursor.rowcount else "written meanwhile"
    except IntegrityError:
        return "taken"
