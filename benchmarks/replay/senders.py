"""The stations' processes, and the accidents that befall them and the platform while they send."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread

from benchmarks.replay.day import Sending
from benchmarks.replay.stations import Confirmed, read_journal

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Kill:
    """At this share of the day: a group of stations (None), or the platform's process whose command holds the sign."""

    share: float
    sign: str | None


class Senders:
    """Groups of stations, a process each; one that is killed begins again from its journal."""

    def __init__(
        self, folder: Path, port: int, sent: Sequence[Sending], headers: Sequence[dict[str, str]], groups: int
    ) -> None:
        self.folder, self.port, self.sent, self.headers, self.groups = folder, port, sent, headers, groups
        self.processes: list[subprocess.Popen[bytes]] = []
        self.killed = 0

    def replay(self, seconds: float, kills: Sequence[Kill], kill: Callable[[str], object]) -> None:
        """Let the day go by with its accidents; returns when every station is done.

        Raises:
            RuntimeError: a station was refused.

        """
        began = time.time() + 1.0
        plans = [self._plan(number, began) for number in range(self.groups)]
        self.processes = [self._start(plan) for plan in plans]
        accidents = Thread(target=lambda: self._befall(kills, began, seconds, plans, kill))
        accidents.start()
        accidents.join()
        for process in self.processes:
            if process.wait() != 0:
                message = "A group of stations ended before its day."
                raise RuntimeError(message)

    def confirmed(self) -> list[Confirmed]:
        """Return what all stations wrote down."""
        return [one for number in range(self.groups) for one in read_journal(self._journal(number))]

    def _befall(
        self, kills: Sequence[Kill], began: float, seconds: float, plans: list[Path], kill: Callable[[str], object]
    ) -> None:
        for one in sorted(kills, key=lambda at: at.share):
            time.sleep(max(0.0, began + one.share * seconds - time.time()))
            if one.sign is not None:
                kill(one.sign)
                continue
            number = self.killed % self.groups
            self.killed += 1
            self.processes[number].send_signal(signal.SIGKILL)
            self.processes[number].wait()
            self.processes[number] = self._start(plans[number])

    def _plan(self, number: int, began: float) -> Path:
        mine = [one for one in self.sent if one.station % self.groups == number]
        plan = {
            "port": self.port,
            "began": began,
            "headers": self.headers,
            "journal": str(self._journal(number)),
            "sendings": [{**asdict(one), "file": str(one.file)} for one in mine],
        }
        path = self.folder / f"plan-{number}.json"
        path.write_text(json.dumps(plan), encoding="utf-8")
        return path

    def _journal(self, number: int) -> Path:
        return self.folder / f"journal-{number}.jsonl"

    def _start(self, plan: Path) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "benchmarks.replay.stations", str(plan)]
        return subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL)
