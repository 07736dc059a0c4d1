"""Continuous archiving of the embedded server, and its restore to a point in time.

The server puts each finished piece of its log (WAL) into a spool beside its data; the worker seals it into the archive
`TIANMU_ARCHIVE_FOLDER`, with stored files and keys; a base is taken each night. An own server is its administrator's.

    <archive>/base/<end>--<first piece>.base   wal/<piece>   storage/ab/cdef…   keys.tianmu
"""

import gzip
import io
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from tianmu.foundation.backup.programs import last_words, program
from tianmu.foundation.backup.sealed_stream import SealedReader, SealingWriter
from tianmu.foundation.db.embedded.archiving import archive_folder, spool_of
from tianmu.foundation.db.embedded.place import prepare_place
from tianmu.foundation.home import home, key_file
from tianmu.foundation.storage.here import store
from tianmu.foundation.terminal import TerminalError

START = re.compile(rb"START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)")
STAMP = "%Y%m%dT%H%M%SZ"
KEPT_BASES = 7


@dataclass(frozen=True, slots=True)
class Base:
    """A base in the archive: when it ended, and the first piece of log it needs."""

    path: Path
    ended_at: datetime
    first_piece: str


def archive() -> Path:
    """Return the archive's folder.

    Raises:
        TerminalError: none is set, or the database is not the embedded one.

    """
    folder = archive_folder()
    if os.environ.get("TIANMU_DATABASE_URL"):
        message = (
            "Restoring to a point in time is for the embedded database. Let the administrator of your own server "
            "archive its log (pgBackRest, Barman); the folders storage and keys belong to it."
        )
        raise TerminalError(message)
    if folder is None:
        message = "Set TIANMU_ARCHIVE_FOLDER to a folder on another disk and start the platform again."
        raise TerminalError(message)
    return folder


def ship(passphrase: str) -> int:
    """Move finished pieces of log into the archive, with new stored files and the keys; return how many went."""
    folder, shipped = archive(), 0
    for name in ("base", "wal", "storage"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    for address in store().addresses():
        target = folder / "storage" / address[:2] / address[2:]
        if not target.exists():
            target.parent.mkdir(exist_ok=True, mode=0o700)
            seal_file(store().root / address[:2] / address[2:], target, passphrase)
            shipped += 1
    ship_keys(folder, passphrase)
    for piece in waiting():
        seal_file(piece, folder / "wal" / piece.name, passphrase)
        piece.unlink()
        shipped += 1
    return shipped


def waiting() -> list[Path]:
    """Return the finished pieces of log that are not in the archive yet."""
    spool = spool_of(prepare_place(home()))
    return sorted(path for path in spool.glob("*") if not path.name.startswith("."))


def ship_keys(folder: Path, passphrase: str) -> None:
    """Seal the keys into the archive when one of them is newer than what is there."""
    target = folder / "keys.tianmu"
    files = [path for path in sorted(key_file("").iterdir()) if path.is_file() and not path.name.startswith(".")]
    if target.exists() and all(path.stat().st_mtime < target.stat().st_mtime for path in files):
        return
    with sealing(target, passphrase) as sealed, tarfile.open(fileobj=sealed, mode="w|") as pack:
        for path in files:
            pack.add(path, path.name)


def write_base(passphrase: str, now: datetime) -> Base:
    """Take a base of the running server into the archive, give up bases beyond the newest seven and their log."""
    folder = archive()
    ship(passphrase)
    part = folder / "base" / f".{os.getpid()}.part"
    words = ("--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast", "--no-password")
    place = prepare_place(home())
    command = [program("pg_basebackup"), "-h", str(place.socket), "-U", "tianmu", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        stdout, stderr = cast("IO[bytes]", process.stdout), cast("IO[bytes]", process.stderr)
        with sealing(part, passphrase) as sealed, gzip.GzipFile(fileobj=sealed, mode="wb", compresslevel=1) as packed:
            head = stdout.read(1 << 20)
            packed.write(head)
            shutil.copyfileobj(stdout, packed, 1 << 20)
        said = stderr.read().decode("utf-8", "replace")
        process.wait()
    start = START.search(head)
    if process.returncode != 0 or start is None:
        part.unlink(missing_ok=True)
        raise TerminalError(f"pg_basebackup failed: {last_words(said)}")
    first = start[1].decode()
    base = Base(folder / "base" / f"{now.astimezone(UTC):{STAMP}}--{first}.base", now, first)
    part.replace(base.path)
    give_up_old(folder)
    return base


def give_up_old(folder: Path) -> None:
    """Remove the bases beyond the newest seven, and the log that none of the others needs."""
    kept = bases(folder)[-KEPT_BASES:]
    for base in bases(folder)[:-KEPT_BASES]:
        base.path.unlink()
    for piece in (folder / "wal").glob("*"):
        if not piece.name.endswith(".history") and kept and piece.name[8:24] < kept[0].first_piece[8:24]:
            piece.unlink()


def bases(folder: Path) -> list[Base]:
    """Return the bases in an archive, the oldest first."""
    found = []
    for path in sorted((folder / "base").glob("*--*.base")):
        stamp, _, piece = path.stem.partition("--")
        found.append(Base(path, datetime.strptime(stamp, STAMP).replace(tzinfo=UTC), piece))
    return found


def seal_file(source: Path, target: Path, passphrase: str) -> None:
    """Seal one file, packed, into its place in the archive."""
    with (
        source.open("rb") as file,
        sealing(target, passphrase) as sealed,
        gzip.GzipFile(fileobj=sealed, mode="wb", compresslevel=1) as packed,
    ):
        shutil.copyfileobj(file, packed, 1 << 20)


@contextmanager
def unsealing(source: Path, passphrase: str) -> Iterator[IO[bytes]]:
    """Open a sealed and packed file for reading.

    Raises:
        BackupError: while reading: the passphrase is another, or the file is damaged.

    """
    with source.open("rb") as file, SealedReader(file, passphrase) as sealed:
        yield cast("IO[bytes]", gzip.GzipFile(fileobj=io.BufferedReader(sealed), mode="rb"))


@contextmanager
def sealing(target: Path, passphrase: str) -> Iterator[SealingWriter]:
    """Write a sealed file beside its place, sync it, and move it there when it is whole."""
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with part.open("wb") as file:
            part.chmod(0o600)
            with SealingWriter(file, passphrase) as sealed:
                yield sealed
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
