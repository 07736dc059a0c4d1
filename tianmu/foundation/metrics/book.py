"""Counters and gauges of one process in a small mapped file, so that any process of this node can read them all.

A counter is written in place: kill -9 loses nothing. What dead processes counted is folded into one file; their
gauges are forgotten.
"""

import fcntl
import mmap
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

BOOK_BYTES = 4 << 20
COUNTER, GAUGE = "c", "g"
_USED = struct.Struct("<Q")
_ENTRY = struct.Struct("<Hd")
SUFFIX, FOLDED = ".book", "folded.json"
Figures = dict[str, float]


class Book:
    """The figures of this process; a full book takes no new names."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.pid = os.getpid()
        self.path = folder / f"{self.pid}-{_started(self.pid)}{SUFFIX}"
        self._lock = threading.Lock()
        self._places: dict[str, int] = {}
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(handle, BOOK_BYTES)
            self._map = mmap.mmap(handle, BOOK_BYTES)
        finally:
            os.close(handle)
        self._used = max(_USED.size, _USED.unpack_from(self._map)[0])
        self._places = {name: place for name, place, _ in _entries(self._map)}

    def add(self, name: str, by: float) -> None:
        """Count."""
        with self._lock:
            place = self._place(COUNTER + name)
            if place is not None:
                length, value = _ENTRY.unpack_from(self._map, place)
                _ENTRY.pack_into(self._map, place, length, value + by)

    def put(self, name: str, value: float) -> None:
        """Set a gauge."""
        with self._lock:
            place = self._place(GAUGE + name)
            if place is not None:
                _ENTRY.pack_into(self._map, place, len(name.encode()) + 1, value)

    def _place(self, name: str) -> int | None:
        place = self._places.get(name)
        if place is None:
            data = name.encode()
            place, end = self._used, self._used + _ENTRY.size + len(data)
            if end > BOOK_BYTES:
                return None
            self._map[place + _ENTRY.size : end] = data
            _ENTRY.pack_into(self._map, place, len(data), 0.0)
            self._used = end
            _USED.pack_into(self._map, 0, end)
            self._places[name] = place
        return place


def read_all(folder: Path) -> tuple[Figures, Figures]:
    """Return the sums of all processes' counters and gauges, dead ones' counters included."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    gauges: Figures = {}
    with _alone(folder):
        folded, done = _folded(folder)
        counters, dead = dict(folded), []
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            if path.name in done:
                path.unlink()
                continue
            alive = _alive(path)
            for name, _, value in list(_entries(path.read_bytes())):
                if name[0] == COUNTER:
                    _sum(counters, name[1:], value)
                    if not alive:
                        _sum(folded, name[1:], value)
                elif alive:
                    _sum(gauges, name[1:], value)
            dead += [] if alive else [path]
        if dead:
            _fold(folder, folded, dead)
    return counters, gauges


def _sum(figures: Figures, name: str, value: float) -> None:
    figures[name] = figures.get(name, 0.0) + value


def _fold(folder: Path, folded: Figures, dead: list[Path]) -> None:
    temporary = folder / f".{FOLDED}"
    temporary.write_bytes(orjson.dumps({"figures": folded, "done": [path.name for path in dead]}))
    temporary.replace(folder / FOLDED)
    for path in dead:
        path.unlink()


def _folded(folder: Path) -> tuple[Figures, set[str]]:
    try:
        kept = orjson.loads((folder / FOLDED).read_bytes())
        return {str(name): float(value) for name, value in kept["figures"].items()}, set(kept["done"])
    except (OSError, ValueError, KeyError):
        return {}, set()


def _entries(data: bytes | mmap.mmap) -> Iterator[tuple[str, int, float]]:
    used = min(_USED.unpack_from(data)[0], len(data)) if len(data) >= _USED.size else 0
    place = _USED.size
    while place + _ENTRY.size <= used:
        length, value = _ENTRY.unpack_from(data, place)
        end = place + _ENTRY.size + length
        yield data[place + _ENTRY.size : end].decode("utf-8", "replace"), place, value
        place = end


def _alive(path: Path) -> bool:
    pid, _, started = path.stem.partition("-")
    return _started(int(pid)) == started


def _started(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "gone"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
