"""One running platform per data folder: the second start says who is there already."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tianmu.foundation.db.embedded.failure import folder_sentence
from tianmu.foundation.terminal import TerminalError


@contextmanager
def only_one(home: Path, address: str) -> Iterator[None]:
    """Hold the data folder while the platform runs; refuse when another start holds it."""
    path = home / "serve.lock"
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o711)
        file = path.open("a+")
    except OSError as error:
        raise TerminalError(folder_sentence(error, home)) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TerminalError(already(home)) from error
        file.truncate(0)
        file.write(f"{os.getpid()} {address}\n")
        file.flush()
        yield


def refuse_if_running(home: Path) -> None:
    """Refuse when the platform runs already, before anything costly is begun."""
    if home.exists():
        with only_one(home, ""):
            pass


def already(home: Path) -> str:
    """Say that the platform runs already, where, and how to run a second one."""
    words = (home / "serve.lock").read_text().split()
    who = f" (process {words[0]}, {words[1]})" if len(words) == 2 else ""
    return (
        f"Tianmu is already running from the data folder {home}{who}. "
        "Stop it with Ctrl-C there, or run a second one with its own TIANMU_HOME and PORT."
    )
