"""Small installations for the launcher's tests: an open folder, its server, one question to it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tianmu.foundation.db.embedded.binaries import find_binaries
from tianmu.foundation.db.embedded.cluster import Cluster
from tianmu.foundation.db.embedded.place import prepare_place


@contextmanager
def open_folder(prefix: str = "tianmu-house-") -> Iterator[Path]:
    """Give a new folder that every account may enter, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def cluster_in(home: Path) -> Cluster:
    """Return the cluster of an installation; only its making is careless about power cuts."""
    place = prepare_place(home)
    binaries = find_binaries(place.account)
    cluster = Cluster(binaries=binaries, account=place.account, data=place.data(binaries.major), socket=place.socket)
    if not cluster.exists():
        cluster.create(durable=False)
    return cluster


def ask(cluster: Cluster, statement: str, *, database: str = "tianmu") -> list[tuple[Any, ...]]:
    """Run one statement and return its rows."""
    with psycopg.connect(host=str(cluster.socket), user="tianmu", dbname=database, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def log_of(home: Path) -> int:
    """Open the server's log."""
    return os.open(home / "postgres.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
