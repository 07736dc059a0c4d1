"""Stored files are there whole or not at all, and altered ones are noticed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tianmu.foundation.storage.store import FolderStore, StorageError, StoredFile

CONTENT = b"twelve leads " * 1000
ADDRESS = sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "storage")


def files(store: FolderStore) -> list[str]:
    return sorted(path.name for path in store.root.rglob("*") if path.is_file())


def test_bytes_come_back_as_they_went_in(store: FolderStore) -> None:
    assert store.put([CONTENT[:100], CONTENT[100:]]) == StoredFile(ADDRESS, len(CONTENT))
    assert store.get(ADDRESS) == CONTENT
    assert store.has(ADDRESS)
    assert list(store.addresses()) == [ADDRESS]


def test_the_same_bytes_are_kept_once_and_are_read_only(store: FolderStore) -> None:
    store.put([CONTENT])
    store.put([CONTENT])
    assert files(store) == [ADDRESS[2:]]
    assert (store.root / ADDRESS[:2] / ADDRESS[2:]).stat().st_mode & 0o777 == 0o440


def test_an_altered_file_is_not_returned(store: FolderStore) -> None:
    store.put([CONTENT])
    place = store.root / ADDRESS[:2] / ADDRESS[2:]
    place.chmod(0o600)
    place.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(StorageError, match="was altered"):
        store.get(ADDRESS)


def test_a_missing_file_says_so(store: FolderStore) -> None:
    assert not store.has(ADDRESS)
    with pytest.raises(StorageError, match="is missing"):
        store.get(ADDRESS)


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 62 + "/x"])
def test_an_address_is_a_hash_and_never_a_path(store: FolderStore, address: str) -> None:
    with pytest.raises(StorageError, match="64 lower-case"):
        store.get(address)


def test_a_sender_that_breaks_off_leaves_nothing(store: FolderStore) -> None:
    def broken() -> Iterator[bytes]:
        yield CONTENT
        raise ConnectionResetError(104, "Connection reset by peer")

    with pytest.raises(StorageError, match="could not be stored"):
        store.put(broken())
    assert files(store) == []


def test_another_error_leaves_nothing_either(store: FolderStore) -> None:
    def broken() -> Iterator[bytes]:
        yield CONTENT
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the sender's own error passes through
        store.put(broken())
    assert files(store) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from tianmu.foundation.storage.store import FolderStore
Path.replace = lambda self, target: os.kill(os.getpid(), signal.SIGKILL)
FolderStore(Path(sys.argv[1])).put([b"twelve leads " * 1000])
"""


def test_a_kill_between_write_and_rename_leaves_no_file_at_the_address(store: FolderStore) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(store.root)], timeout=30)
    assert killed.returncode == -signal.SIGKILL
    assert not store.has(ADDRESS)
    assert list(store.addresses()) == []
    assert [name.startswith(".incoming-") for name in files(store)] == [True]


def test_leftovers_of_a_kill_are_swept_when_old(store: FolderStore) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(store.root)], timeout=30)
    assert store.sweep(older_than_seconds=3600) == 0
    assert store.sweep(older_than_seconds=0) == 1
    assert files(store) == []


FULL = """
import resource, signal, sys
from pathlib import Path
from tianmu.foundation.storage.store import FolderStore, StorageError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    FolderStore(Path(sys.argv[1])).put([b"x" * 3000, b"y" * 3000])
except StorageError as error:
    print(error)
"""


def test_a_quota_ends_in_a_sentence_and_leaves_nothing(store: FolderStore) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(store.root)], timeout=30, capture_output=True, text=True, check=True
    )
    assert done.stdout == ("The file could not be stored (File too large). Free space or check the storage folder.\n")
    assert files(store) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_ends_in_a_sentence(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(handle: int) -> None:
        with Path("/dev/full").open("wb", buffering=0) as full:
            full.write(b"x")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(StorageError, match="No space left on device"):
        store.put([CONTENT])
    assert files(store) == []
