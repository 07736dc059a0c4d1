"""Full disks and killed servers: what was confirmed is there, what was not is not there by halves."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.recovery.houses import WRITE, House
from tianmu.foundation.db.embedded.leftovers import servers_in
from tianmu.foundation.db.tests.houses import open_folder
from tianmu.foundation.storage.store import FolderStore, StorageError


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """Mount a disk of this size; skip where that is not allowed."""
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(words, capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def confirmed(writer: "subprocess.Popen[str]", at_least: int) -> int:
    """Read how many writes were confirmed, until there are enough or the writer ends."""
    assert writer.stdout is not None
    last = -1
    for text in writer.stdout:
        last = int(text)
        if last + 1 >= at_least:
            break
    return last + 1


def test_a_full_storage_disk_refuses_in_a_sentence_and_keeps_no_halves(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        store = FolderStore(disk / "storage")
        kept = [store.put([bytes([number]) * 200_000]) for number in range(4)]
        with pytest.raises(StorageError, match="No space left on device"):
            store.put([b"x" * 500_000])
        assert [path for path in (disk / "storage").rglob("*") if path.name.startswith(".")] == []
        assert sorted(store.addresses()) == sorted(one.sha256 for one in kept)
        assert all(len(store.get(one.sha256)) == 200_000 for one in kept)
        (disk / "storage" / kept[0].sha256[:2] / kept[0].sha256[2:]).unlink()
        assert store.has(store.put([b"y" * 100_000]).sha256)


def test_a_full_database_disk_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    with open_folder("tianmu-full-") as folder, small_disk(folder / "disk", "260m") as disk:
        house = House(disk / "home", TIANMU_STORAGE_FOLDER=str(folder / "storage"))
        house.copy_empty()
        ballast = disk / "ballast"
        with ballast.open("wb") as file:
            file.write(bytes(max(0, shutil.disk_usage(disk).free - 8_000_000)))
        large = "from secrets import token_hex\n" + WRITE.replace(
            '"seal": seal', '"much": token_hex(200_000), "seal": seal'
        )
        errors = folder / "errors"
        with house.start(large, "0", "100000", "aloud", errors=errors) as writer:
            written = confirmed(writer, 100_000)
            assert writer.wait(60) == 1
        assert 0 < written < 1000
        said = errors.read_text() + house.run("storage", "check", code=None)
        assert "disk is full" in said.lower(), said
        ballast.unlink()
        values = house.values()
        assert values[:written] == [f"s{number}" for number in range(written)]
        assert len(values) - written in {0, 1}
        house.script(WRITE, "1000000", "1000001")
        assert house.values()[-1] == "s1000000"


def test_a_database_killed_while_written_to_comes_back_with_every_confirmed_write(tmp_path: Path) -> None:
    with open_folder("tianmu-killed-") as folder:
        house = House(folder / "home")
        house.copy_empty()
        written = 0
        for _ in range(2):
            with house.start(WRITE, str(written), "100000", "aloud") as writer:
                written = confirmed(writer, written + 25)
                for pid in servers_in(next((house.home / "pg").resolve().glob("1*"))):
                    os.kill(pid, signal.SIGKILL)
                assert writer.wait(60) != 0
                last = writer.stdout.read().split() if writer.stdout is not None else []
                written = int(last[-1]) + 1 if last else written
            time.sleep(0.5)
            values = house.values()
            assert values[:written] == [f"s{number}" for number in range(written)]
            assert len(values) - written in {0, 1}
            written = len(values)
        house.run("storage", "sweep")
        assert "missing" not in house.run("storage", "check")
