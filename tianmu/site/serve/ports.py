"""Is the wished port free, and if not, who holds it: a plain sentence instead of a failed start."""

import errno
import socket
from pathlib import Path

from tianmu.foundation.terminal import TerminalError

LISTENING = "0A"


def demand_free_port(host: str, port: int) -> None:
    """Refuse, in one sentence that names the holder, a port that cannot be served."""
    if not 0 < port < 65536:
        message = f"{port} is not a port. Choose one between 1024 and 65535: make run PORT=8080"
        raise TerminalError(message)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            raise TerminalError(sentence(error, host, port)) from error


def sentence(error: OSError, host: str, port: int) -> str:
    """Say why a port cannot be served and what to do."""
    if error.errno == errno.EADDRINUSE:
        holder = holder_of(port)
        who = f" by {holder}" if holder else ""
        return f"Port {port} is in use{who}. Stop that program or choose another port: make run PORT={port + 1}"
    if error.errno == errno.EACCES:
        return f"Port {port} needs root. Choose one above 1023: make run PORT=8000"
    return f"The address {host}:{port} cannot be served here ({error.strerror}). Use --host 127.0.0.1 or 0.0.0.0."


def holder_of(port: int) -> str:
    """Return name and number of the process that listens on a port (Linux), empty when it cannot be known."""
    wanted = {f"socket:[{inode}]" for inode in listening_inodes(port)}
    if not wanted:
        return ""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and holds(entry / "fd", wanted):
            return f"{name_of(entry)} (process {entry.name})"
    return ""


def listening_inodes(port: int) -> list[str]:
    """Return the sockets that listen on a port, from the kernel's tables."""
    inodes = []
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        try:
            rows = table.read_text().splitlines()[1:]
        except OSError:
            continue
        found = (row.split() for row in rows)
        inodes += [row[9] for row in found if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port]
    return inodes


def holds(folder: Path, wanted: set[str]) -> bool:
    """Tell whether one of a process's open files is one of the sockets."""
    try:
        names = list(folder.iterdir())
    except OSError:
        return False
    return any(target(name) in wanted for name in names)


def target(link: Path) -> str:
    """Return what an open file points to."""
    try:
        return str(link.readlink())
    except OSError:
        return ""


def name_of(process: Path) -> str:
    """Return the short name of a process."""
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "a program"
