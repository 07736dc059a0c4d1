"""Stores of bytes. A file is written beside its place, synced, then renamed: it is there whole or not at all."""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tianmu.foundation.db.keys import uuid7

CHUNK_BYTES = 1 << 20


class StorageError(OSError):
    """Raised when bytes cannot be written or read back as they were; the message says what to do."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The address and size of stored bytes."""

    sha256: str
    size_bytes: int


class Store(Protocol):
    """What every kind of storage offers."""

    def put(self, chunks: Iterable[bytes]) -> StoredFile:
        """Keep the bytes and return their address; the same bytes are kept once."""

    def get(self, sha256: str) -> bytes:
        """Return the bytes, checked against their address."""

    def has(self, sha256: str) -> bool:
        """Tell whether the bytes are there."""


class FolderStore:
    """Storage in a local folder: `ab/cdef…` under the root, read-only files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, chunks: Iterable[bytes]) -> StoredFile:
        """Write to a temporary file while hashing, sync it, move it to its address."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self.root / f".incoming-{uuid7()}"
        digest = hashlib.sha256()
        size = 0
        try:
            with temporary.open("xb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            sha256 = digest.hexdigest()
            place = self._place(sha256)
            place.parent.mkdir(exist_ok=True, mode=0o700)
            temporary.chmod(0o440)
            temporary.replace(place)
            _sync_folder(place.parent)
        except OSError as error:
            message = f"The file could not be stored ({error.strerror}). Free space or check the storage folder."
            raise StorageError(message) from error
        finally:
            temporary.unlink(missing_ok=True)
        return StoredFile(sha256, size)

    def put_many(self, files: Iterable[bytes]) -> list[StoredFile]:
        """Keep many files and sync the disk once after the last; a crash before that may leave some half written.

        For filling an empty installation, whose rows are committed only afterwards.
        """
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in range(256):
            (self.root / f"{number:02x}").mkdir(exist_ok=True, mode=0o700)
        kept = []
        try:
            for data in files:
                sha256 = hashlib.sha256(data).hexdigest()
                place = self._place(sha256)
                temporary = self.root / f".incoming-{uuid7()}"
                temporary.write_bytes(data)
                temporary.chmod(0o440)
                temporary.replace(place)
                kept.append(StoredFile(sha256, len(data)))
        except OSError as error:
            message = f"The files could not be stored ({error.strerror}). Free space or check the storage folder."
            raise StorageError(message) from error
        os.sync()
        return kept

    def adopt(self, path: Path) -> StoredFile:
        """Move a finished file of the same disk to its address; it is read once for its hash, never copied.

        Raises:
            StorageError: the disk refuses.

        """
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
                os.fsync(file.fileno())
            place = self._place(sha256)
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.chmod(0o440)
            path.replace(place)
            _sync_folder(place.parent)
        except OSError as error:
            message = f"The file could not be stored ({error.strerror}). Free space or check the storage folder."
            raise StorageError(message) from error
        return StoredFile(sha256, size)

    def path(self, sha256: str) -> Path:
        """Return where the bytes lie, for programs that read a large file by the piece.

        Raises:
            StorageError: the file is missing.

        """
        place = self._place(sha256)
        if not place.is_file():
            message = f"The stored file {sha256[:12]} is missing. Restore it from the backup."
            raise StorageError(message)
        return place

    def get(self, sha256: str) -> bytes:
        """Return the bytes.

        Raises:
            StorageError: the file is missing, or its bytes no longer match the address.

        """
        try:
            data = self._place(sha256).read_bytes()
        except FileNotFoundError as error:
            message = f"The stored file {sha256[:12]} is missing. Restore it from the backup."
            raise StorageError(message) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            message = f"The stored file {sha256[:12]} was altered. Restore it from the backup."
            raise StorageError(message)
        return data

    def has(self, sha256: str) -> bool:
        """Tell whether the file is there (its bytes are checked when it is read)."""
        return self._place(sha256).is_file()

    def addresses(self) -> Iterator[str]:
        """Yield every address in the folder."""
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            for file in sorted(folder.iterdir()):
                yield folder.name + file.name

    def sweep(self, older_than_seconds: float) -> int:
        """Remove what writers that were killed left behind, and return how many files that were."""
        border = time.time() - older_than_seconds
        swept = 0
        for leftover in self.root.glob(".incoming-*"):
            if leftover.stat().st_mtime <= border:
                leftover.unlink(missing_ok=True)
                swept += 1
        return swept

    def _place(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            message = "A storage address is 64 lower-case hexadecimal digits."
            raise StorageError(message)
        return self.root / sha256[:2] / sha256[2:]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
