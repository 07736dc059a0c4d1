"""First light: empty caches to a usable worklist with 200 ECGs, the second start, and the memory of the idle house.

A clone of this checkout's last commit in an empty folder, empty caches of uv, npm and pip. Marks: 120 s, 700 MB.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST_MARK_SECONDS = 120.0
MEMORY_MARK_MB = 700.0
LONGEST_SECONDS = 900.0
SETTLE_SECONDS = 20.0
ENOUGH = 200
READY = re.compile(r"Tianmu is ready")
COUNT = "SELECT count(*) FROM {table}"


def main() -> int:
    """Measure and print; the exit code says whether the marks were met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="keep the folder")
    parser.add_argument("--table", default="ecg_order", help="table whose rows are the worklist")
    parser.add_argument("--settle", type=float, default=SETTLE_SECONDS, help="seconds before memory is read")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tianmu-first-light-"))
    folder.chmod(0o755)
    try:
        rows = measure(folder, arguments.table, arguments.settle)
    finally:
        if arguments.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print_table(rows)
    return 0 if all(met for _, _, _, met in rows) else 1


def measure(folder: Path, table: str, settle: float) -> list[tuple[str, str, str, bool]]:
    """Run the first and the second start and return the rows of the report."""
    checkout = folder / "tianmu"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(checkout)], check=True)
    caches = {name: str(folder / name.lower()) for name in ("UV_CACHE_DIR", "NPM_CONFIG_CACHE", "PIP_CACHE_DIR")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIANMU_")} | caches
    port = free_port()
    first = Start(checkout, environment, port)
    rows = [
        (
            "empty caches to the address",
            f"{first.seconds:.1f} s",
            f"{FIRST_MARK_SECONDS:.0f} s",
            first.seconds <= FIRST_MARK_SECONDS,
        )
    ]
    count, seconds = first.wait_for_rows(table)
    text = f"{seconds:.1f} s ({count} ECGs)" if count >= ENOUGH else f"only {count} ECGs after {seconds:.0f} s"
    rows.append(
        (
            "empty caches to 200 ECGs",
            text,
            f"{FIRST_MARK_SECONDS:.0f} s",
            count >= ENOUGH and seconds <= FIRST_MARK_SECONDS,
        )
    )
    rows.append(("stop with Ctrl-C", f"{first.stop():.1f} s", "10 s", True))
    second = Start(checkout, environment, port)
    rows.append(("second start", f"{second.seconds:.1f} s", "10 s", second.seconds <= 10))
    time.sleep(settle)
    total = second.memory_mb()
    rows += [(f"  {name}", f"{size:.0f} MB", "", True) for name, size in second.memory_by_name().items()]
    rows.append(
        (
            f"memory, {settle:.0f} s after the second start",
            f"{total:.0f} MB",
            f"{MEMORY_MARK_MB:.0f} MB",
            total <= MEMORY_MARK_MB,
        )
    )
    second.stop()
    return rows


class Start:
    """One `make run`, from its call to the line that says it is ready."""

    def __init__(self, checkout: Path, environment: dict[str, str], port: int) -> None:
        self.checkout = checkout
        self.port = port
        self.began = time.monotonic()
        self.log = checkout.parent / f"run-{self.began:.0f}.log"
        with self.log.open("wb") as file:
            self.process = subprocess.Popen(
                ["make", "run", f"PORT={port}"],
                cwd=checkout,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.seconds = self.wait_ready()

    def wait_ready(self) -> float:
        """Wait for the address to be announced and to answer; return the seconds since the call."""
        while time.monotonic() - self.began < LONGEST_SECONDS:
            text = self.log.read_text(errors="replace")
            if READY.search(text) and answers(self.port):
                return time.monotonic() - self.began
            if self.process.poll() is not None:
                sys.exit(f"make run ended with {self.process.returncode}:\n{text[-3000:]}")
            time.sleep(0.1)
        self.stop()
        sys.exit(f"not ready after {LONGEST_SECONDS:.0f} s:\n{self.log.read_text(errors='replace')[-3000:]}")

    def wait_for_rows(self, table: str) -> tuple[int, float]:
        """Wait until the worklist has enough rows, at most a minute; return the rows and the seconds since the call."""
        count = 0
        deadline = time.monotonic() + 60
        while count < ENOUGH and time.monotonic() < deadline:
            count = self.count(table)
            seconds = time.monotonic() - self.began
            if count < ENOUGH:
                time.sleep(0.5)
        return count, seconds

    def count(self, table: str) -> int:
        """Ask the database how many rows a table has."""
        python = self.checkout / ".venv" / "bin" / "python"
        command = [str(python), "-m", "tianmu.site.command_line", "django", "shell", "--verbosity", "0"]
        question = f"cursor.execute({COUNT.format(table=table)!r}); print(cursor.fetchone()[0])"
        code = f"from django.db import connection; cursor = connection.cursor(); {question}"
        answer = subprocess.run([*command, "-c", code], cwd=self.checkout, capture_output=True, text=True, check=False)
        last = answer.stdout.split()[-1:] or ["0"]
        return int(last[0]) if last[0].isdigit() else 0

    def supervisor(self) -> int:
        """Return the number of the supervisor's process."""
        return int((self.checkout / ".tianmu" / "serve.lock").read_text().split()[0])

    def stop(self) -> float:
        """Press Ctrl-C and return how long the end took."""
        began = time.monotonic()
        if self.process.poll() is None:
            os.kill(self.supervisor(), signal.SIGINT)
            self.process.wait(30)
        return time.monotonic() - began

    def memory_by_name(self) -> dict[str, float]:
        """Return megabytes (proportional set size) per kind of process."""
        sums: dict[str, float] = {}
        for pid in family(self.supervisor()):
            name = kind_of(pid)
            sums[name] = sums.get(name, 0.0) + pss_mb(pid)
        return dict(sorted(sums.items()))

    def memory_mb(self) -> float:
        """Return the megabytes of the whole house."""
        return sum(self.memory_by_name().values())


def family(pid: int) -> list[int]:
    """Return a process and everything below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def pss_mb(pid: int) -> float:
    """Return the proportional set size of a process in MB: shared pages are divided among those who share them."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    match = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(match[1]) / 1024 if match else 0.0


def kind_of(pid: int) -> str:
    """Return which part of the house a process is."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
    for sign, name in (("postgres", "database"), ("granian", "web"), ("worker", "job worker"), ("serve", "supervisor")):
        if sign in words:
            return name
    return "other"


def answers(port: int) -> bool:
    """Tell whether the site answers at all."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def print_table(rows: list[tuple[str, str, str, bool]]) -> None:
    """Print what was measured beside the marks."""
    print(f"{'measured':<42} {'figure':<28} {'mark':<10} met")
    for name, figure, mark, met in rows:
        print(f"{name:<42} {figure:<28} {mark:<10} {('yes' if met else 'NO') if mark else ''}")


if __name__ == "__main__":
    sys.exit(main())
