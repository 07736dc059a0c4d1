"""Writing, reading and checking the archive: the database first, then the files it names, then the keys.

A restore that is broken off leaves the database empty and is simply run again.
"""

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from django.db import connection

from tianmu.foundation.backup.programs import conninfo, run
from tianmu.foundation.backup.sealed_stream import PIECE_BYTES, BackupError, SealedReader, SealingWriter
from tianmu.foundation.home import home, key_file
from tianmu.foundation.storage.here import store
from tianmu.foundation.terminal import TerminalError

DATABASE, STORAGE, KEYS, MANIFEST = "database.dump", "storage", "keys", "manifest.json"
SUFFIX = ".tianmu"
LEAST_PASSPHRASE = 12


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of an archive saw."""

    made_at: str
    release: str
    tables: int
    files: int
    keys: int


def write_backup(target: Path, passphrase: str, now: datetime) -> int:
    """Write an archive beside its place and move it there when it is whole; return its size in bytes.

    The dump is one snapshot; files are never changed once stored, so those it names are all there afterwards.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}")
    with _scratch() as scratch:
        dump = scratch / DATABASE
        run("pg_dump", f"--dbname={conninfo()}", "--format=custom", "--no-owner", f"--file={dump}")
        manifest = {"format": 2, "made_at": now.isoformat(), "release": version("tianmu")}
        try:
            with part.open("xb") as file:
                part.chmod(0o600)
                with SealingWriter(file, passphrase) as sealed, tarfile.open(fileobj=sealed, mode="w|") as archive:
                    _add_bytes(archive, MANIFEST, json.dumps(manifest).encode())
                    archive.add(dump, DATABASE)
                    for path, name in _kept_files():
                        archive.add(path, name, recursive=False)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target.stat().st_size


def read_backup(source: Path, passphrase: str) -> dict[str, Any]:
    """Bring an archive back into an installation whose database is empty; return its manifest.

    Files and keys come first, the database last and in one transaction: whatever ends it early, it can be run again.

    Raises:
        TerminalError: the database holds tables already.
        BackupError: the archive cannot be read.

    """
    if connection.introspection.table_names():
        message = "The database is not empty. Restore into a new one: another TIANMU_HOME or TIANMU_DATABASE_URL."
        raise TerminalError(message)
    connection.close()
    with _scratch() as scratch:
        with _opened(source, passphrase) as archive:
            archive.extractall(scratch, filter="data")
        manifest: dict[str, Any] = json.loads((scratch / MANIFEST).read_text())
        for folder, name in ((store().root, STORAGE), (key_file(""), KEYS)):
            if (scratch / name).exists():
                bring_back(scratch / name, folder)
        for secret in key_file("").iterdir():
            secret.chmod(0o600)
        words = ("--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={conninfo()}")
        run("pg_restore", *words, str(scratch / DATABASE))
    return manifest


def check_backup(source: Path, passphrase: str) -> Checked:
    """Read an archive to its end without restoring it: every piece, every stored file, the list of its tables.

    Raises:
        BackupError: it cannot be restored; the sentence says why.

    """
    manifest: dict[str, Any] = {}
    files, keys, tables = 0, 0, 0
    with _scratch() as scratch, _opened(source, passphrase) as archive:
        for entry in archive:
            part = archive.extractfile(entry)
            if part is None:
                continue
            if entry.name == MANIFEST:
                manifest = json.loads(part.read())
            elif entry.name == DATABASE:
                with (scratch / DATABASE).open("wb") as file:
                    shutil.copyfileobj(part, file)
                tables = run("pg_restore", "--list", str(scratch / DATABASE)).count(" TABLE DATA ")
            elif entry.name.startswith(f"{STORAGE}/"):
                _demand_whole(entry.name, part)
                files += 1
            else:
                keys += 1
    if not manifest or not tables or not keys:
        message = "The backup lacks its database or its keys."
        raise BackupError(message)
    return Checked(manifest["made_at"], str(manifest.get("release", "")), tables, files, keys)


def passphrase_of(file: Path | None) -> str:
    """Return the passphrase from a file, from the file named by the environment, or from the environment itself.

    Raises:
        TerminalError: there is none, or it is too short.

    """
    named = file or os.environ.get("TIANMU_BACKUP_PASSPHRASE_FILE")
    try:
        given = Path(named).read_text().strip() if named else os.environ.get("TIANMU_BACKUP_PASSPHRASE", "")
    except OSError as error:
        message = f"The passphrase file {named} cannot be read ({error.strerror})."
        raise TerminalError(message) from error
    if len(given) < LEAST_PASSPHRASE:
        message = "Give a passphrase of at least 12 characters in TIANMU_BACKUP_PASSPHRASE or --passphrase-file."
        raise TerminalError(message)
    return given


def bring_back(source: Path, target: Path) -> None:
    """Put the files of a folder into another, each whole or not at all; what is there already is replaced."""
    for path in sorted(one for one in source.rglob("*") if one.is_file()):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = place.with_name(f".restored-{place.name}")
        temporary.unlink(missing_ok=True)
        shutil.copy2(path, temporary)
        temporary.replace(place)


@contextmanager
def _opened(source: Path, passphrase: str) -> Iterator[tarfile.TarFile]:
    with source.open("rb") as file, SealedReader(file, passphrase) as sealed:
        try:
            with tarfile.open(fileobj=io.BufferedReader(sealed), mode="r|") as archive:
                yield archive
            while sealed.read(PIECE_BYTES):
                continue
        except (tarfile.TarError, json.JSONDecodeError) as error:
            message = "The backup holds no readable archive."
            raise BackupError(message) from error


@contextmanager
def _scratch() -> Iterator[Path]:
    for left in home().glob(".backup-*-*"):
        owner = left.name.split("-")[1]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f".backup-{os.getpid()}-", dir=home()) as folder:
        yield Path(folder)


def _demand_whole(name: str, part: IO[bytes]) -> None:
    address = "".join(Path(name).parts[-2:])
    if hashlib.sha256(part.read()).hexdigest() != address:
        message = f"The stored file {address[:12]} was rotten when it was saved."
        raise BackupError(message)


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def _kept_files() -> Iterator[tuple[Path, str]]:
    kept = store()
    for address in kept.addresses():
        yield kept.root / address[:2] / address[2:], f"{STORAGE}/{address[:2]}/{address[2:]}"
    for path in sorted(key_file("").iterdir()):
        if path.is_file() and not path.name.startswith("."):
            yield path, f"{KEYS}/{path.name}"
