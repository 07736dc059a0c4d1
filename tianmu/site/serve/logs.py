"""Log files with a size limit; lines that warn also reach the terminal, at most a handful at a time."""

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

LARGEST_BYTES = 5_000_000
KEPT = 3
SHOWN_PER_MINUTE = 12
WARNING = re.compile(rb"\b(WARNING|ERROR|CRITICAL|FATAL|PANIC)\b|^Traceback ")
PASSING = re.compile(rb"the database system is (starting up|shutting down)")
LINE_BYTES = 2000


class RotatingLog:
    """One log file; `write` never raises, because a full disk must not stop the platform."""

    def __init__(self, path: Path, name: str, show: Callable[[str], None]) -> None:
        self.path = path
        self.name = name
        self.show = show
        self.rest = b""
        self.minute = 0.0
        self.shown = 0
        self.last: list[str] = []
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def feed(self, data: bytes) -> None:
        """Take what a process wrote; complete lines go to the file, warnings also to the terminal."""
        *lines, self.rest = (self.rest + data).split(b"\n")
        if len(self.rest) > LINE_BYTES:
            lines.append(self.rest)
            self.rest = b""
        if not lines:
            return
        self.write(b"\n".join(lines) + b"\n")
        for line in lines:
            text = line[:LINE_BYTES].decode("utf-8", "replace")
            self.last = [*self.last[-14:], text]
            if WARNING.search(line) and not PASSING.search(line):
                self.warn(text)

    def write(self, data: bytes) -> None:
        """Append to the file, putting a full one aside first."""
        try:
            if self.path.exists() and self.path.stat().st_size + len(data) > LARGEST_BYTES:
                self.rotate()
            with self.path.open("ab") as file:
                file.write(data)
        except OSError as error:
            self.warn(f"the log {self.path} cannot be written: {error.strerror}")

    def rotate(self) -> None:
        """Move `x.log` to `x.log.1`, `x.log.1` to `x.log.2`, and forget the oldest."""
        for number in range(KEPT, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            newer = self.path.with_name(f"{self.path.name}.{number - 1}") if number > 1 else self.path
            if newer.exists():
                newer.replace(older)

    def warn(self, text: str) -> None:
        """Show one line at the terminal unless this minute has shown enough."""
        now = time.monotonic()
        if now - self.minute > 60:
            self.minute, self.shown = now, 0
        self.shown += 1
        if self.shown <= SHOWN_PER_MINUTE:
            self.show(f"[{self.name}] {text}")
        elif self.shown == SHOWN_PER_MINUTE + 1:
            self.show(f"[{self.name}] more lines like this are in {self.path}")


def to_terminal(text: str) -> None:
    """Write one line to the terminal; a closed terminal is no trouble."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError:
        return
