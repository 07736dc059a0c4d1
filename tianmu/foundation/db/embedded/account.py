"""The account that runs PostgreSQL: the caller, or an unprivileged one under root (PostgreSQL refuses root)."""

import os
import pwd
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tianmu.foundation.db.embedded.failure import PostgresError
from tianmu.foundation.processes import die_with_parent

SUITABLE = ("tianmu", "postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """Who runs PostgreSQL; `switch` is true when the caller is root and must become this account first."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run(
        self, command: Sequence[str], *, text: str = "", seconds: float = 120
    ) -> "subprocess.CompletedProcess[str]":
        """Run one PostgreSQL program to its end, feed it `text`, and return its result, decoded leniently."""
        return subprocess.run(
            command,
            cwd="/",
            env=environment(),
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def spawn(
        self, command: Sequence[str], *, output: IO[bytes] | int, dies_with_parent: bool
    ) -> "subprocess.Popen[bytes]":
        """Start a program in its own session; with `dies_with_parent` the kernel sends it SIGINT when we die."""
        return subprocess.Popen(
            command,
            cwd="/",
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT) if dies_with_parent else None,  # noqa: PLW1509 - called by the single-threaded parent only
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def owns(self, path: Path) -> None:
        """Give a file or folder to this account when the caller is root."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def reaches(self, folder: Path) -> bool:
        """Tell whether this account can enter and write the folder, all parents included."""
        if not self.switch:
            return os.access(folder, os.W_OK | os.X_OK)
        return self.run(["/bin/sh", "-c", 'test -x "$0" && test -w "$0"', str(folder)], seconds=10).returncode == 0


def environment() -> dict[str, str]:
    """Return the environment of PostgreSQL's programs: no PG* setting of the caller, messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LANG": "C", "LC_ALL": "C", "TZ": "Asia/Shanghai"}


def account_for(data: Path) -> Account:
    """Return the account for a data folder: the caller; under root its owner, else a suitable unprivileged account."""
    caller = os.geteuid()
    if caller != 0:
        return Account(name=str(caller), uid=caller, gid=os.getegid(), switch=False)
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return Account(name=name_of(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid, switch=True)
    wished = os.environ.get("TIANMU_POSTGRES_ACCOUNT")
    for name in (wished,) if wished else SUITABLE:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, switch=True)
    message = (
        "PostgreSQL does not run as root and this machine has none of the accounts "
        f"{', '.join((wished,) if wished else SUITABLE)}. Make one with: useradd --system tianmu"
    )
    raise PostgresError(message)


def name_of(uid: int) -> str:
    """Return the name of an account, its number when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
