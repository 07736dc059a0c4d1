"""A backup of a running platform comes back whole: rows, files, keys; damaged or foreign ones are refused."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installations import COMMAND
from tests.recovery.houses import WRITE, House
from tianmu.foundation.db.tests.houses import open_folder


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with open_folder("tianmu-backup-") as found:
        yield found


@pytest.fixture(scope="module")
def house(folder: Path) -> House:
    made = House(folder / "a")
    made.copy_empty()
    made.script(WRITE, "0", "20")
    return made


@pytest.fixture(scope="module")
def archive(house: House, folder: Path) -> Path:
    """Make a backup while a writer is at work."""
    target = folder / "while-written.tianmu"
    with house.start(WRITE, "20", "100000", "aloud") as writer:
        assert writer.stdout is not None
        for _ in range(5):
            writer.stdout.readline()
        reader = threading.Thread(target=writer.stdout.read)
        reader.start()
        house.run("backup", target)
        writer.kill()
        reader.join()
    return target


def test_what_comes_back_is_one_snapshot_with_its_files_and_keys(house: House, archive: Path, folder: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    assert b"recording 1" not in archive.read_bytes()
    other = House(folder / "b")
    assert "restored the backup of" in other.run("restore", archive)
    values = other.values()
    assert len(values) >= 25
    assert values == [f"s{number}" for number in range(len(values))]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (other.home / "keys").iterdir())
    assert "whole" in other.run("audit", "verify")
    assert "database is not empty" in other.run("restore", archive, code=1)


def test_a_check_reads_everything_and_restores_nothing(house: House, archive: Path) -> None:
    said = house.run("backup", "--check", archive)
    assert "whole. Made 20" in said
    assert "stored files" in said
    assert str(archive) in house.run("backup", "--list", archive.parent)


def test_a_wrong_passphrase_a_cut_and_a_changed_archive_are_refused(house: House, archive: Path, folder: Path) -> None:
    wrong, cut, changed = folder / "wrong", folder / "cut.tianmu", folder / "changed.tianmu"
    wrong.write_text("another passphrase")
    data = archive.read_bytes()
    cut.write_bytes(data[: len(data) - 30_000])
    changed.write_bytes(data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])
    for words, sentence in (
        (["--passphrase-file", wrong, archive], "not the one of this backup"),
        ([cut], "ends too early"),
        ([changed], "altered or damaged"),
        ([folder / "missing.tianmu"], "There is no"),
    ):
        assert sentence in house.run("backup", "--check", *words, code=1)
    other = House(folder / "c")
    assert "ends too early" in other.run("restore", cut, code=1)
    assert "restored the backup of" in other.run("restore", archive)


def test_a_restore_that_was_killed_is_simply_run_again(archive: Path, folder: Path) -> None:
    other = House(folder / "d")
    with subprocess.Popen([*COMMAND, "restore", str(archive)], env=other.environment, start_new_session=True) as first:
        deadline = time.monotonic() + 60
        while not (other.home / "storage").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)
        os.killpg(first.pid, signal.SIGKILL)
    assert "restored the backup of" in other.run("restore", archive)
    assert len(other.values()) >= 25
    assert [path for path in other.home.glob(".backup-*") if path.is_dir()] == []


def test_a_backup_that_was_broken_off_leaves_nothing_that_counts(house: House, folder: Path) -> None:
    target = folder / "broken.tianmu"
    with subprocess.Popen([*COMMAND, "backup", str(target)], env=house.environment, start_new_session=True) as first:
        deadline = time.monotonic() + 60
        while not list(folder.glob(".broken.tianmu.*")) and first.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        os.killpg(first.pid, signal.SIGKILL)
    assert not target.exists()
    house.run("backup", target)
    assert "whole" in house.run("backup", "--check", target)
