"""The data of every earlier release comes into this one whole: rows, signatures, chains, files."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.recovery.houses import House
from tests.upgrade.make import PASSPHRASE
from tianmu.foundation.db.tests.houses import open_folder

HERE = Path(__file__).resolve().parent
RELEASES = sorted(path.stem for path in HERE.glob("*.tianmu"))
MAY_GROW = ("access_role", "audit_", "rulesets_", "codes_", "backup_")
COUNT = """
import json
from tests.upgrade.make import counts
print(json.dumps(counts()))
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with open_folder("tianmu-upgrade-") as found:
        yield found


def test_there_is_data_of_a_release_and_it_is_small() -> None:
    assert RELEASES
    assert all((HERE / f"{release}.tianmu").stat().st_size < 2_000_000 for release in RELEASES)


@pytest.mark.parametrize("release", RELEASES)
def test_the_data_of_a_release_comes_into_this_one(release: str, folder: Path) -> None:
    house = House(folder / release, TIANMU_BACKUP_PASSPHRASE=PASSPHRASE)
    assert f"by release {release};" in house.run("backup", "--check", HERE / f"{release}.tianmu")
    house.run("restore", HERE / f"{release}.tianmu")
    house.run("prepare", "--without-demo")
    examined = json.loads(house.run("check", "--json", code=None).splitlines()[-1])
    well = {finding["name"]: finding["well"] for finding in examined}
    assert (well["database"], well["migrations"], well["keys"], well["storage"]) == (True, True, True, True)
    signed = json.loads(house.run("documents", "verify", "--json").splitlines()[-1])
    assert signed["flaws"] == []
    assert signed["signed"] >= 2
    assert "whole" in house.run("storage", "check")
    assert "FAULTS" not in house.run("audit", "verify")
    before = json.loads((HERE / f"{release}.json").read_text())
    after = json.loads(house.script(COUNT).splitlines()[-1])
    lost = {
        table: (rows, after.get(table, 0))
        for table, rows in before.items()
        if after.get(table, 0) != rows and not (table.startswith(MAY_GROW) and after.get(table, 0) >= rows)
    }
    assert lost == {}
