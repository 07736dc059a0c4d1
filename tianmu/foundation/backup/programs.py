"""PostgreSQL's own programs, run for a backup or its restore."""

import shutil
import subprocess
from pathlib import Path

from django.db import connection

from tianmu.foundation.db.embedded.binaries import find_binaries
from tianmu.foundation.db.embedded.place import prepare_place
from tianmu.foundation.home import home
from tianmu.foundation.terminal import TerminalError

LONGEST_SECONDS = 6 * 3600


def program(name: str) -> str:
    """Return the path of a program: beside the server's, else anywhere on this machine.

    Raises:
        TerminalError: there is none.

    """
    beside = find_binaries(prepare_place(home()).account).program(name)
    found = beside if Path(beside).exists() else shutil.which(name)
    if found is None:
        message = f"{name} was not found. Install PostgreSQL's client programs."
        raise TerminalError(message)
    return found


def run(name: str, *arguments: str, seconds: float = LONGEST_SECONDS) -> str:
    """Run a program to its end and return what it wrote.

    Raises:
        TerminalError: it failed; the sentence holds its last words.

    """
    done = subprocess.run(
        [program(name), *arguments], capture_output=True, text=True, errors="replace", check=False, timeout=seconds
    )
    if done.returncode != 0:
        raise TerminalError(f"{name} failed: {last_words(done.stderr)}")
    return done.stdout


def last_words(text: str) -> str:
    """Return the last line of what a program complained of."""
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"


def conninfo() -> str:
    """Return how the platform's database is reached, in libpq's words."""
    settings = connection.settings_dict
    parts = {"dbname": settings["NAME"], "user": settings["USER"], "host": settings["HOST"], "port": settings["PORT"]}
    if settings["PASSWORD"]:
        parts["password"] = settings["PASSWORD"]
    return " ".join(f"{key}='{value}'" for key, value in parts.items() if value)
