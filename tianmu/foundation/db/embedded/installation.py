"""The embedded server of one installation: one owner at a time, lent to the other commands of the same installation."""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tianmu.foundation.db.embedded.archiving import archiving
from tianmu.foundation.db.embedded.binaries import find_binaries
from tianmu.foundation.db.embedded.cluster import SMALL, Cluster
from tianmu.foundation.db.embedded.failure import PostgresError, folder_sentence
from tianmu.foundation.db.embedded.place import Place, prepare_place

LOG_BYTES = 5_000_000
LEND_SECONDS = 60.0


def prepare(home: Path) -> Cluster:
    """Return the installation's cluster, its data folder made when this is the first start."""
    place = prepare_place(home)
    binaries = find_binaries(place.account)
    refuse_other_major(place, binaries.major)
    cluster = Cluster(
        binaries=binaries,
        account=place.account,
        data=place.data(binaries.major),
        socket=place.socket,
        settings=SMALL | archiving(place),
    )
    if not cluster.exists():
        cluster.create()
    return cluster


def refuse_other_major(place: Place, major: int) -> None:
    """Refuse to start empty beside the data of another major version."""
    present = place.majors()
    if present and major not in present:
        message = (
            f"The data in {place.base} was made by PostgreSQL {present[0]}, the programs found are version {major}. "
            f"Set TIANMU_POSTGRES_BIN to a folder with PostgreSQL {present[0]}, make a backup and restore it here."
        )
        raise PostgresError(message)


@contextmanager
def ownership(home: Path, purpose: str) -> Iterator[bool]:
    """Hold the right to run the installation's server; yields False when another command holds it."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o711)
        file = (home / "postgres.lock").open("a+")
    except OSError as error:
        raise PostgresError(folder_sentence(error, home)) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        file.truncate(0)
        file.write(f"{os.getpid()} {purpose}\n")
        file.flush()
        yield True


def owner(home: Path) -> str:
    """Return who runs the server, as written in the lock file: process number and purpose."""
    try:
        return (home / "postgres.lock").read_text().strip()
    except OSError:
        return ""


@contextmanager
def borrowed(home: Path, purpose: str) -> Iterator[None]:
    """Have the installation's server at hand: the running one, else an own one that ends with this command."""
    deadline = time.monotonic() + LEND_SECONDS
    while True:
        with ownership(home, purpose) as mine:
            if mine:
                with own_server(home):
                    yield
                return
        if socket_is_there(home):
            with users_lock(home, fcntl.LOCK_SH):
                yield
            return
        if time.monotonic() > deadline:
            message = f"The database is being started by another command ({owner(home)}) and is not ready. Try again."
            raise PostgresError(message)
        time.sleep(0.1)


def socket_is_there(home: Path) -> bool:
    """Tell whether a server of this installation accepts connections."""
    place = prepare_place(home)
    binaries = find_binaries(place.account)
    cluster = Cluster(binaries=binaries, account=place.account, data=place.data(binaries.major), socket=place.socket)
    return cluster.ready()


@contextmanager
def own_server(home: Path) -> Iterator[None]:
    """Run the server as a child of this command; at the end wait for the commands that borrowed it."""
    cluster = prepare(home)
    with log_file(home) as log:
        process = cluster.start(output=log.fileno())
    try:
        yield
    finally:
        with users_lock(home, fcntl.LOCK_EX):
            cluster.stop(process)


@contextmanager
def users_lock(home: Path, kind: int) -> Iterator[None]:
    """Hold the list of users: shared while using the server, alone before ending it."""
    with (home / "postgres.users").open("a") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write("Waiting for another tianmu command to finish with the database.\n")
            fcntl.flock(file, kind)
        yield


def log_file(home: Path) -> IO[bytes]:
    """Open the server's log for appending; a log over 5 MB is put aside first."""
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "postgres.log"
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(folder / "postgres.log.1")
    return path.open("ab")


@contextmanager
def owned(home: Path, purpose: str) -> Iterator[None]:
    """Hold the right to run the server; wait for a command that holds it now."""
    deadline = time.monotonic() + LEND_SECONDS
    said = False
    while True:
        with ownership(home, purpose) as mine:
            if mine:
                yield
                return
        if time.monotonic() > deadline:
            message = f"Another command still uses the database of {home}: {owner(home)}. Let it end, then start again."
            raise PostgresError(message)
        if not said:
            sys.stderr.write(f"Waiting for another command to finish with the database: {owner(home)}\n")
            said = True
        time.sleep(0.1)
