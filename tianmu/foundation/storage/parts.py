"""Files that come in pieces: written beside the stored ones until they are whole, then adopted by the store."""

import time
from pathlib import Path
from uuid import UUID

from tianmu.foundation.storage.here import store
from tianmu.foundation.storage.store import StorageError


def part_path(key: UUID) -> Path:
    """Return where an unfinished file grows."""
    folder = store().root / ".parts"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / str(key)


def part_size(key: UUID) -> int:
    """Return how many bytes of it are here."""
    path = part_path(key)
    return path.stat().st_size if path.exists() else 0


def write_part(key: UUID, offset: int, data: bytes) -> int:
    """Write bytes at `offset`, which is at most the length so far; return the new length.

    Raises:
        StorageError: there would be a hole, or the disk refuses.

    """
    path = part_path(key)
    if offset > part_size(key):
        message = "A piece of the file is missing before this one."
        raise StorageError(message)
    try:
        with path.open("r+b" if path.exists() else "xb") as file:
            file.seek(offset)
            file.write(data)
            file.truncate()
            return file.tell()
    except OSError as error:
        message = f"The piece could not be stored ({error.strerror}). Free space or check the storage folder."
        raise StorageError(message) from error


def drop_part(key: UUID) -> None:
    """Remove an unfinished file."""
    part_path(key).unlink(missing_ok=True)


def sweep_parts(older_than_seconds: float) -> int:
    """Remove unfinished files that nobody has written to for so long; return how many."""
    border = time.time() - older_than_seconds
    old = [path for path in (store().root / ".parts").glob("*") if path.stat().st_mtime <= border]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
