"""The manifest of an extract: which files are the data set now, and up to where the source was read.

Files never change: a refresh writes new ones beside them and replaces the manifest last. Whoever dies before that
leaves the extract as it was; what was written by then is swept later, when no reader can still hold it.
"""

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT_SECONDS = 3600
FILE = "manifest.json"
LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`parts` names the file of each slab of keys; `watermark` is the oldest transaction that was not read wholly."""

    source: str
    shape: str
    watermark: int
    rows: int
    read_at: str
    parts: dict[str, str]


def read(folder: Path) -> Manifest | None:
    """Return the manifest of a folder, None where nothing was extracted yet or an older release did it."""
    try:
        return Manifest(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (FileNotFoundError, TypeError):
        return None


def write(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in force: whole or not at all."""
    temporary = folder / f".{FILE}.{os.getpid()}"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / FILE)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path, older_than_seconds: float = KEPT_SECONDS) -> int:
    """Remove files that the manifest does not name and no reader can still hold; return how many."""
    here = read(folder)
    kept = {FILE, LOCK, *(here.parts.values() if here else ())}
    border = time.time() - older_than_seconds
    swept = 0
    for path in folder.iterdir():
        if path.name not in kept and path.is_file() and path.stat().st_mtime <= border:
            path.unlink(missing_ok=True)
            swept += 1
    return swept
