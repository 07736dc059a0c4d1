"""The journal of a session on the disk: frames appended once a second, sealed into storage every five minutes.

Each record has a check sum, so that what a killed process left half written is known and left out. A killed process
loses what it received since the last write, one second at most; a machine without power, ten.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from tianmu.clinical.ecg.rules.live.frames import as_record, head_of, records
from tianmu.foundation.home import home

SEGMENT_S = 300
SYNC_EVERY = 10


def folder_of(session: UUID) -> Path:
    """Return where the journal of a session lies."""
    return home() / "live" / str(session)


class Journal:
    """The file that is open now: `<number>.log`; earlier ones are sealed."""

    def __init__(self, session: UUID, number: int) -> None:
        self.session, self.number = session, number
        self.waiting: list[bytes] = []
        self.first_index: int | None = None
        self.end_index = 0
        self.writes = 0
        folder = folder_of(session)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = folder / f"{number:06d}.log"
        self.file = self.path.open("ab")

    def add(self, index: int, frame: bytes) -> None:
        """Keep a frame for the next write."""
        if self.first_index is None:
            self.first_index = index
        self.end_index = index + 1
        self.waiting.append(frame)

    def write(self) -> None:
        """Append what waits; every tenth time the disk confirms it."""
        waiting, self.waiting = self.waiting, []
        if waiting:
            self.file.write(b"".join(map(as_record, waiting)))
            self.file.flush()
        self.writes += 1
        if self.writes % SYNC_EVERY == 0:
            os.fdatasync(self.file.fileno())

    def close(self) -> None:
        """Write and close."""
        self.write()
        os.fdatasync(self.file.fileno())
        self.file.close()


def open_files(session: UUID) -> list[tuple[int, Path]]:
    """Return number and path of the journals that were not sealed, oldest first."""
    folder = folder_of(session)
    return sorted((int(path.stem), path) for path in folder.glob("*.log")) if folder.is_dir() else []


def read_frames(data: bytes, first: int = 0, end: int = 2**32) -> Iterator[bytes]:
    """Yield the frames of a journal with an index in [first, end)."""
    return (frame for frame in records(data) if first <= head_of(frame).seq < end)


def forget(session: UUID) -> None:
    """Remove the folder of a session whose segments are all in storage."""
    shutil.rmtree(folder_of(session), ignore_errors=True)
