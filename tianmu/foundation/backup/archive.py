"""Writing and reading the archive: the database first, then the files it names, then the keys."""

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from tianmu.foundation.backup.sealed_stream import BackupError, SealedReader, SealingWriter
from tianmu.foundation.db.embedded.binaries import find_binaries
from tianmu.foundation.db.embedded.place import prepare_place
from tianmu.foundation.home import home, key_file
from tianmu.foundation.storage.here import store
from tianmu.foundation.terminal import TerminalError

DATABASE, STORAGE, KEYS, MANIFEST = "database.dump", "storage", "keys", "manifest.json"
LONGEST_SECONDS = 6 * 3600


def write_backup(target: Path, passphrase: str, now: datetime) -> int:
    """Write an archive beside its place and move it there when it is whole; return its size in bytes.

    The dump is one snapshot; files are never changed once stored, so those it names are all there afterwards.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}")
    with _scratch() as scratch:
        dump = scratch / DATABASE
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}")
        try:
            with (
                part.open("xb") as file,
                SealingWriter(file, passphrase) as sealed,
                tarfile.open(fileobj=sealed, mode="w|") as archive,
            ):
                _add_bytes(archive, MANIFEST, json.dumps({"format": 1, "made_at": now.isoformat()}).encode())
                archive.add(dump, DATABASE)
                for folder, name in ((store().root, STORAGE), (key_file(""), KEYS)):
                    if folder.exists():
                        archive.add(folder, name, filter=_without_leftovers)
            part.chmod(0o600)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target.stat().st_size


def read_backup(source: Path, passphrase: str) -> dict[str, Any]:
    """Bring an archive back into an installation whose database is empty; return its manifest.

    Raises:
        TerminalError: the database holds tables already.
        BackupError: the archive cannot be read.

    """
    if connection.introspection.table_names():
        message = "The database is not empty. Restore into a new one: another TIANMU_HOME or TIANMU_DATABASE_URL."
        raise TerminalError(message)
    with _scratch() as scratch:
        with source.open("rb") as file, SealedReader(file, passphrase) as sealed:
            try:
                with tarfile.open(fileobj=io.BufferedReader(sealed), mode="r|") as archive:
                    archive.extractall(scratch, filter="data")
            except tarfile.TarError as error:
                message = "The backup holds no readable archive."
                raise BackupError(message) from error
        manifest: dict[str, Any] = json.loads((scratch / MANIFEST).read_text())
        _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={_conninfo()}", str(scratch / DATABASE))
        for folder, name in ((store().root, STORAGE), (key_file(""), KEYS)):
            if (scratch / name).exists():
                shutil.copytree(scratch / name, folder, dirs_exist_ok=True)
        for secret in key_file("").iterdir():
            secret.chmod(0o600)
    return manifest


def passphrase_of(file: Path | None) -> str:
    """Return the passphrase from a file or from `TIANMU_BACKUP_PASSPHRASE`.

    Raises:
        TerminalError: there is none, or it is too short.

    """
    given = file.read_text().strip() if file else os.environ.get("TIANMU_BACKUP_PASSPHRASE", "")
    if len(given) < 12:
        message = "Give a passphrase of at least 12 characters in TIANMU_BACKUP_PASSPHRASE or --passphrase-file."
        raise TerminalError(message)
    return given


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=home()) as folder:
        yield Path(folder)


def _run(program: str, *arguments: str) -> None:
    binaries = find_binaries(prepare_place(home()).account)
    found = binaries.program(program) if Path(binaries.program(program)).exists() else shutil.which(program)
    if found is None:
        message = f"{program} was not found. Install PostgreSQL's client programs."
        raise TerminalError(message)
    where = [] if any(one.startswith("--dbname") for one in arguments) else [f"--dbname={_conninfo()}"]
    done = subprocess.run(
        [found, *where, *arguments], capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS
    )
    if done.returncode != 0:
        message = (
            f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no reason given'}"
        )
        raise TerminalError(message)


def _conninfo() -> str:
    settings = connection.settings_dict
    host, port = settings["HOST"], settings["PORT"]
    parts = {"dbname": settings["NAME"], "user": settings["USER"], "host": host, "port": port}
    if settings["PASSWORD"]:
        parts["password"] = settings["PASSWORD"]
    return " ".join(f"{key}='{value}'" for key, value in parts.items() if value)


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def _without_leftovers(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if Path(entry.name).name.startswith(".incoming-") else entry
