"""Restoring the embedded server to a point in time: the newest base before it, the log up to it, files and keys."""

import io
import shutil
import tarfile
from datetime import datetime
from pathlib import Path

import psycopg

from tianmu.foundation.backup.sealed_stream import BackupError, SealedReader
from tianmu.foundation.backup.wal import Base, bases, unsealing
from tianmu.foundation.db.embedded.account import Account
from tianmu.foundation.db.embedded.binaries import find_binaries
from tianmu.foundation.db.embedded.cluster import Cluster
from tianmu.foundation.db.embedded.failure import PostgresError
from tianmu.foundation.db.embedded.installation import log_file, owned
from tianmu.foundation.db.embedded.place import Place, make_private, prepare_place
from tianmu.foundation.home import key_file
from tianmu.foundation.storage.here import store
from tianmu.foundation.storage.store import FolderStore
from tianmu.foundation.terminal import TerminalError

REPLAY_SECONDS = 6 * 3600
CONFIG = "postgresql.auto.conf"


def restore_until(archive: Path, passphrase: str, until: datetime | None, home: Path) -> datetime | None:
    """Restore an archive into an empty data folder as it was at `until` (None: as late as it knows).

    Returns the instant of the last transaction that was replayed, None when there was none.

    Raises:
        TerminalError: the data folder is not empty, no base is old enough, or the log does not reach so far.
        BackupError: the archive cannot be read.

    """
    base = _base_before(archive, until)
    with owned(home, "tianmu restore"):
        place = prepare_place(home)
        if place.majors():
            message = f"There is a database in {place.base}. Restore into another TIANMU_HOME."
            raise TerminalError(message)
        binaries = find_binaries(place.account)
        part = place.base / f"{binaries.major}.part"
        log = place.base / "log-to-replay"
        try:
            _unpack(base, part, place.account, passphrase)
            _bring_log(archive, base, log, place, passphrase)
            _bring_files_and_keys(archive, passphrase)
            cluster = Cluster(
                binaries=binaries,
                account=place.account,
                data=part,
                socket=place.socket,
                settings={"jit": "off", "hot_standby": "off"},
                recovery_seconds=REPLAY_SECONDS,
            )
            last = _replay(cluster, log, until, home)
            part.rename(place.data(binaries.major))
        finally:
            shutil.rmtree(part, ignore_errors=True)
            shutil.rmtree(log, ignore_errors=True)
    return last


def _base_before(archive: Path, until: datetime | None) -> Base:
    found = [base for base in bases(archive) if until is None or base.ended_at <= until]
    if not found:
        known = bases(archive)
        first = f"The first base is of {known[0].ended_at:%Y-%m-%d %H:%M:%S} UTC." if known else "It holds no base."
        message = f"The archive {archive} cannot go back that far. {first}"
        raise TerminalError(message)
    return found[-1]


def _unpack(base: Base, part: Path, account: Account, passphrase: str) -> None:
    shutil.rmtree(part, ignore_errors=True)
    make_private(part, account)
    try:
        with unsealing(base.path, passphrase) as data, tarfile.open(fileobj=data, mode="r|") as pack:
            pack.extractall(part, filter="data")
            while data.read(1 << 20):
                continue
    except (tarfile.TarError, EOFError, OSError) as error:
        message = f"The base {base.path.name} cannot be read."
        raise BackupError(message) from error
    for path in (part, *part.rglob("*")):
        account.owns(path)
        path.chmod(0o700 if path.is_dir() else 0o600)


def _bring_log(archive: Path, base: Base, log: Path, place: Place, passphrase: str) -> None:
    shutil.rmtree(log, ignore_errors=True)
    make_private(log, place.account)
    for sealed in sorted((archive / "wal").glob("[0-9A-F]*")):
        if sealed.name.endswith(".history") or sealed.name[8:24] >= base.first_piece[8:24]:
            with unsealing(sealed, passphrase) as data, (log / sealed.name).open("wb") as file:
                shutil.copyfileobj(data, file, 1 << 20)
            place.account.owns(log / sealed.name)


def _bring_files_and_keys(archive: Path, passphrase: str) -> None:
    kept: FolderStore = store()
    for sealed in sorted((archive / "storage").glob("[0-9a-f][0-9a-f]/*")):
        with unsealing(sealed, passphrase) as data:
            kept.put(iter(lambda: data.read(1 << 20), b""))
    key_file("").mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        (archive / "keys.tianmu").open("rb") as file,
        SealedReader(file, passphrase) as opened,
        tarfile.open(fileobj=io.BufferedReader(opened), mode="r|") as pack,
    ):
        pack.extractall(key_file(""), filter="data")
    for secret in key_file("").iterdir():
        secret.chmod(0o600)


def _replay(cluster: Cluster, log: Path, until: datetime | None, home: Path) -> datetime | None:
    config = cluster.data / CONFIG
    before = config.read_text()
    quoted = str(log / "PIECE").replace("'", "''").replace("%", "%%").replace("PIECE", "%f")
    lines = [f'restore_command = \'cp "{quoted}" "%p"\'', "recovery_target_action = 'promote'"]
    lines += [f"recovery_target_time = '{until.isoformat()}'"] if until is not None else []
    config.write_text(before + "\n".join(lines) + "\n")
    (cluster.data / "recovery.signal").touch()
    cluster.account.owns(cluster.data / "recovery.signal")
    message = "The log in the archive does not reach so far, or is damaged; logs/postgres.log says where it ends."
    with log_file(home) as words:
        try:
            process = cluster.start(output=words.fileno())
        except PostgresError as error:
            raise TerminalError(message) from error
    try:
        with psycopg.connect(host=str(cluster.socket), user="tianmu", dbname="tianmu") as connection:
            row = connection.execute("SELECT pg_last_xact_replay_timestamp()").fetchone()
    finally:
        cluster.stop(process, seconds=60)
    config.write_text(before)
    return row[0] if row else None
