"""The folder in which one installation keeps its database, its files and its keys."""

import os
import secrets
from pathlib import Path


def home() -> Path:
    """Return the data folder: `TIANMU_HOME`, or `.tianmu` in the working directory."""
    return Path(os.environ.get("TIANMU_HOME", ".tianmu")).resolve()


def key_file(name: str) -> Path:
    """Return the path of a secret of this installation."""
    return home() / "keys" / name


def secret_key() -> str:
    """Return the signing secret from `TIANMU_SECRET_KEY` or the key file, made with mode 0600 at the first start."""
    given = os.environ.get("TIANMU_SECRET_KEY")
    if given:
        return given
    return read_or_make_secret(key_file("secret"))


def read_or_make_secret(path: Path) -> str:
    """Read a secret file; make it atomically with mode 0600 when it is missing."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text().strip()


def write_secret_once(path: Path, data: bytes) -> None:
    """Write a secret file of mode 0600 that appears whole or not at all; one that is there already stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        temporary.unlink()
