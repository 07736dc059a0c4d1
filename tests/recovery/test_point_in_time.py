"""The embedded server goes back to a point in time: everything committed before is there, nothing from after."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.recovery.houses import WRITE, House
from tianmu.foundation.db.tests.houses import open_folder

MARK = "from tianmu.foundation.audit.models import AuditLine\nfrom django.db import connection\n"
SWITCH = MARK + "connection.cursor().execute('SELECT pg_switch_wal()')"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with open_folder("tianmu-time-") as found:
        yield found


def test_a_point_in_time_comes_back(folder: Path) -> None:
    archive = folder / "archive"
    house = House(folder / "a", TIANMU_ARCHIVE_FOLDER=str(archive))
    house.copy_empty()
    house.script(WRITE, "0", "10")
    house.run("backup", "--base")
    house.script(WRITE, "10", "20")
    time.sleep(1.1)
    point = datetime.now(UTC)
    time.sleep(1.1)
    house.script(WRITE, "20", "30")
    house.script(SWITCH)
    assert "more pieces of log" in house.run("backup", "--base")
    assert len(list((archive / "base").iterdir())) == 2
    assert not [path for path in archive.rglob("*") if path.is_file() and b"recording 1" in path.read_bytes()]
    house.script(WRITE, "30", "35")
    house.script(SWITCH)
    house.run("backup", "--base")

    other = House(folder / "b")
    assert "the last change is of" in other.run("restore", archive, "--until", point.isoformat())
    assert other.values() == [f"s{number}" for number in range(20)]
    other.script(WRITE, "100", "101")
    assert other.values()[-1] == "s100"
    assert "There is a database" in other.run("restore", archive, "--until", "latest", code=1)

    newest = House(folder / "c")
    newest.run("restore", archive, "--until", "latest")
    assert newest.values() == [f"s{number}" for number in range(35)]

    early = House(folder / "d")
    assert "cannot go back that far" in early.run("restore", archive, "--until", "2026-01-01T00:00:00", code=1)
    wrong = House(folder / "d", TIANMU_BACKUP_PASSPHRASE="another passphrase")
    assert "not the one of this backup" in wrong.run("restore", archive, "--until", "latest", code=1)
    assert "is not an instant" in early.run("restore", archive, "--until", "yesterday", code=1)
    early.run("restore", archive, "--until", "latest")


def test_an_installation_without_archive_says_how_to_have_one(folder: Path) -> None:
    house = House(folder / "a")
    assert "Set TIANMU_ARCHIVE_FOLDER" in house.run("backup", "--base", code=1)
