"""Bringing an extract up to its source: rows changed since the watermark are read by COPY, their slabs rewritten.

The watermark is the oldest transaction still open when the source was read last: every row version bears the
transaction that wrote it (`xmin`), so no write to a table is missed, however it was made, and none costs anything.
Rows whose `xmin` wrapped round are read once too often, never once too little. Rows that no longer count leave with
the keys that changed; rows that are gone are found when the numbers differ. A slab holds the keys of seven weeks (the
first four digits of a UUIDv7).
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import transaction
from django.db.models import QuerySet

from tianmu.foundation.datasets import DataSet, Kind
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.storage.here import store
from tianmu.insight.reports.extract import manifest
from tianmu.insight.reports.extract.manifest import Manifest
from tianmu.insight.reports.extract.source import changed_keys, copy_out, identity, snapshot, stored_columns

TYPES = {
    Kind.TEXT: "VARCHAR", Kind.CODE: "VARCHAR", Kind.UNIT: "VARCHAR", Kind.NUMBER: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN", Kind.INSTANT: "TIMESTAMP", Kind.DAY: "DATE",
}  # fmt: skip
KEY = "row__key"
OLDEST_TRANSACTIONS = 1_000_000_000
MOST_CHANGED = 100_000
MEMORY = "512MB"


def folder_of(dataset: DataSet) -> Path:
    """Return the folder of a data set's extract, under the storage folder."""
    return store().root / "extracts" / dataset.key


def refresh(dataset: DataSet, now: datetime, *, whole: bool = False) -> Manifest:
    """Bring the extract of a data set up to its source, or make it anew; return what it is then.

    One refresh of a data set runs at a time on a machine; another waits for it.
    """
    folder = folder_of(dataset)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder), transaction.atomic():
        watermark, current = snapshot()
        source = identity()
        before = None if whole else manifest.read(folder)
        shape = _shape(dataset, now)
        if before and (before.source, before.shape) != (source, shape):
            before = None
        if before and not 0 <= current - before.watermark < OLDEST_TRANSACTIONS:
            before = None
        rows = dataset.rows(now)
        changed = changed_keys(dataset, rows.model, current - before.watermark) if before else set()
        if len(changed) > MOST_CHANGED:
            before = None
        writer = _Writer(dataset, folder, before)
        try:
            writer.write(rows, changed if before else None)
        finally:
            writer.close()
        after = Manifest(source, shape, watermark, writer.rows, now.isoformat(), writer.parts)
        manifest.write(folder, after)
    manifest.sweep(folder)
    return after


def _shape(dataset: DataSet, now: datetime) -> str:
    return ",".join([dataset.edition(now), *(f"{one.key}:{one.kind}" for one in dataset.stored())])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder / manifest.LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class _Writer:
    """Writes the slabs of one refresh; `rows` and `parts` are what the extract holds then."""

    def __init__(self, dataset: DataSet, folder: Path, before: Manifest | None) -> None:
        self.dataset, self.folder = dataset, folder
        self.parts: dict[str, str] = dict(before.parts) if before else {}
        self.rows = 0
        self.types = {KEY: "VARCHAR", **{one.key: TYPES[one.kind] for one in dataset.stored()}}
        self.engine = duckdb.connect(config={"memory_limit": MEMORY, "threads": 2, "temp_directory": str(folder)})

    def close(self) -> None:
        self.engine.close()

    def write(self, rows: "QuerySet[Any]", changed: set[str] | None) -> None:
        """Write the rows that changed, or all of them."""
        chosen = rows if changed is None else rows.filter(pk__in=changed)
        self._take("fresh", self.types, stored_columns(self.dataset, chosen))
        self.engine.execute(f"CREATE TABLE gone ({KEY} VARCHAR)")
        if changed:
            self.engine.execute(f"INSERT INTO gone SELECT unnest(?) AS {KEY}", [sorted(changed)])
        slabs = f"SELECT left({KEY}, 4) FROM fresh UNION SELECT left({KEY}, 4) FROM gone ORDER BY 1"  # noqa: S608 - names and files of our own
        for (slab,) in self.engine.execute(slabs).fetchall():
            self._rewrite(slab)
        self.rows = self._count()
        if self.rows != rows.order_by().count():
            self._drop_deleted(rows)
            self.rows = self._count()

    def _take(self, table: str, types: dict[str, str], rows: "QuerySet[Any, Any]") -> None:
        path = self.folder / f".rows-{uuid7()}.csv"
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
        options = "header = false, auto_detect = false, delim = ',', nullstr = '', allow_quoted_nulls = false"
        options += ", quote = '\"', escape = '\"'"
        try:
            copy_out(rows, path)
            reading = f"read_csv(?, {options}, columns = {{{columns}}})"
            self.engine.execute(f"CREATE TABLE {table} AS SELECT * FROM {reading}", [str(path)])  # noqa: S608 - names and files of our own
        finally:
            path.unlink(missing_ok=True)

    def _rewrite(self, slab: str) -> None:
        fresh = f"SELECT * FROM fresh WHERE left({KEY}, 4) = '{slab}'"  # noqa: S608 - names and files of our own
        old = self.parts.get(slab)
        if old is None:
            self._write(slab, fresh)
            return
        kept = f"SELECT * FROM {self._file(old)} WHERE {KEY} NOT IN (SELECT {KEY} FROM gone)"  # noqa: S608 - names and files of our own
        self._write(slab, f"{kept} UNION ALL {fresh}")

    def _write(self, slab: str, query: str) -> None:
        name = f"{slab}-{uuid7()}.parquet"
        path = self.folder / name
        order = f"ORDER BY {self.dataset.time}"
        self.engine.execute(f"COPY ({query} {order}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        self.parts[slab] = name

    def _file(self, name: str) -> str:
        return f"read_parquet('{self.folder / name}')"

    def _count(self) -> int:
        if not self.parts:
            return 0
        files = [str(self.folder / name) for name in self.parts.values()]
        found = self.engine.execute("SELECT count(*) FROM read_parquet(?)", [files]).fetchone()
        return int(found[0]) if found else 0

    def _drop_deleted(self, rows: "QuerySet[Any]") -> None:
        """Take out rows that the source has no longer."""
        self._take("here", {KEY: "VARCHAR"}, rows.order_by().values_list("pk"))
        for slab, name in sorted(self.parts.items()):
            missing = f"{KEY} NOT IN (SELECT {KEY} FROM here)"  # noqa: S608 - names and files of our own
            found = self.engine.execute(f"SELECT count(*) FROM {self._file(name)} WHERE {missing}").fetchone()  # noqa: S608 - names and files of our own
            if found and found[0]:
                self._write(slab, f"SELECT * FROM {self._file(name)} WHERE NOT ({missing})")  # noqa: S608 - names and files of our own
