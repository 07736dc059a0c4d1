"""Where the real recordings lie: TIANMU_ECG_DATA, else the folder shared/data/ecg beside the repository."""

import os
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).parents[6]
ROOT = Path(os.environ.get("TIANMU_ECG_DATA") or _REPOSITORY.parent / "shared" / "data" / "ecg")
needs_real_files = pytest.mark.skipif(not ROOT.is_dir(), reason="the real recordings are not on this machine")


def sample(name: str) -> bytes:
    """Return the bytes of one sample of an exchange format."""
    return (ROOT / "formats" / name).read_bytes()


def wfdb_record(folder: str, name: str) -> tuple[bytes, str, dict[str, bytes]]:
    """Return header, header name and the other files of a WFDB record."""
    files = {path.name: path.read_bytes() for path in (ROOT / folder).glob(f"{name}.*")}
    return files.pop(f"{name}.hea"), f"{name}.hea", files


def wfdb_names(folder: str) -> list[str]:
    """Return the names of the WFDB records of a folder."""
    return sorted(path.stem for path in (ROOT / folder).glob("*.hea"))
