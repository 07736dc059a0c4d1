"""What a killed server leaves behind: lock files naming a process that is dead, a zombie, or somebody else's by now."""

import os
import signal
import time
from pathlib import Path

PROC = Path("/proc")


def working_folder(pid: int) -> Path | None:
    """Return the working folder of a living process (Linux); None for a dead one, a zombie or a stranger."""
    try:
        return (PROC / str(pid) / "cwd").readlink()
    except OSError:
        return None


def servers_in(data: Path) -> list[int]:
    """Return the processes that work in a data folder: PostgreSQL's processes stay there for life."""
    place = data.resolve()
    pids = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
    return [pid for pid in pids if working_folder(pid) == place]


def postmaster_pid(data: Path) -> int | None:
    """Return the process number in the data folder's lock file."""
    try:
        return abs(int((data / "postmaster.pid").read_text().splitlines()[0]))
    except (OSError, ValueError, IndexError):
        return None


def clear_leftovers(data: Path, socket_lock: Path, *, seconds: float = 10) -> None:
    """Remove lock files of a dead server so that the next one starts at once; end a server that lost its parent.

    Only where /proc exists, and only when no process works in the data folder any more: then nobody can write
    its files. The caller holds the installation's lock.
    """
    if not PROC.joinpath("self", "cwd").exists():
        return
    pid = postmaster_pid(data)
    if pid is not None and working_folder(pid) == data.resolve():
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + seconds
    while servers_in(data) and time.monotonic() < deadline:
        time.sleep(0.05)
    if servers_in(data):
        return
    for lock in (data / "postmaster.pid", socket_lock):
        lock.unlink(missing_ok=True)
