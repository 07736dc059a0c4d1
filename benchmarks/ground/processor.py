"""Processor time of the platform's processes by kind: on a busy machine it tells more than answers per second."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
KINDS = {"granian": "web", "postgres": "database", "worker": "jobs"}


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time so far."""

    web: float = 0.0
    database: float = 0.0
    jobs: float = 0.0
    client: float = 0.0

    def since(self, earlier: "Spent") -> "Spent":
        """Return what was spent since then."""
        return Spent(
            self.web - earlier.web,
            self.database - earlier.database,
            self.jobs - earlier.jobs,
            self.client - earlier.client,
        )


def spent(supervisor: int) -> Spent:
    """Return what the platform under a supervisor and this process have spent, ended processes included."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        found = _stat(int(folder.name))
        if found is not None:
            parents.setdefault(found[0], []).append(int(folder.name))
    sums = dict.fromkeys(("web", "database", "jobs"), 0.0)
    for child in parents.get(supervisor, []):
        kind = _kind(child)
        fresh = [child] if kind else []
        while fresh:
            pid = fresh.pop()
            found = _stat(pid)
            sums[kind] += found[1] if found else 0.0
            fresh += parents.get(pid, [])
    times = os.times()
    return Spent(**sums, client=times.user + times.system)


def _kind(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return ""
    names = {Path(word).name for word in words}
    return next((kind for name, kind in KINDS.items() if name in names), "")


def _stat(pid: int) -> tuple[int, float] | None:
    """Return a process's parent and its seconds with those of its ended children."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) / TICKS
