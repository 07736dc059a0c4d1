"""The storage of this installation: a folder under its home, or another one by `TIANMU_STORAGE_FOLDER`."""

import os
from pathlib import Path

from tianmu.foundation.home import home
from tianmu.foundation.storage.store import FolderStore


def store() -> FolderStore:
    """Return the store that this installation uses."""
    return FolderStore(Path(os.environ.get("TIANMU_STORAGE_FOLDER", home() / "storage")))
