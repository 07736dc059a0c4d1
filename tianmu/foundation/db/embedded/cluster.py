"""One PostgreSQL server: made, started as a child process, watched until ready, stopped, recovered after a kill."""

import errno
import locale
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import IO

from tianmu.foundation.db.embedded.account import Account
from tianmu.foundation.db.embedded.binaries import Binaries
from tianmu.foundation.db.embedded.failure import PostgresError, folder_sentence
from tianmu.foundation.db.embedded.leftovers import clear_leftovers, postmaster_pid
from tianmu.foundation.db.embedded.place import SOCKET

CHARACTER_TYPES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "zh_CN.UTF-8")
OWNER = "tianmu"
DATABASE = "tianmu"
START_SECONDS = 10.0
RECOVERY_SECONDS = 300.0
STOP_SECONDS = 6.0
LEAST_FREE_BYTES = 50_000_000
SMALL = MappingProxyType(
    {
        "shared_buffers": "64MB",
        "max_connections": "60",
        "work_mem": "8MB",
        "maintenance_work_mem": "64MB",
        "max_wal_size": "512MB",
        "jit": "off",
        "max_logical_replication_workers": "0",
        "autovacuum_max_workers": "2",
        "max_parallel_workers_per_gather": "1",
        "log_timezone": "Asia/Shanghai",
        "log_line_prefix": "%m ",
        "log_min_messages": "warning",
    }
)
QUICK = MappingProxyType(
    {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
        "max_connections": "100",
    }
)


@dataclass(frozen=True)
class Cluster:
    """A data folder with the programs, the account and the settings that serve it over one socket."""

    binaries: Binaries
    account: Account
    data: Path
    socket: Path
    settings: Mapping[str, str] = field(default_factory=lambda: SMALL)
    recovery_seconds: float = RECOVERY_SECONDS

    def exists(self) -> bool:
        """Tell whether the data folder was made."""
        return (self.data / "PG_VERSION").exists()

    def create(self, *, durable: bool = True) -> None:
        """Make the data folder with the database `tianmu`; an interrupted attempt leaves nothing behind that counts."""
        part = self.data.with_name(self.data.name + ".part")
        if part.exists():
            shutil.rmtree(part)
        command = [self.binaries.program("initdb"), "-D", str(part), "-U", OWNER, "-A", "trust", "-E", "UTF8"]
        command += locale_options(self.binaries.major) + ([] if durable else ["--no-sync"])
        self.demand(command)
        single = [
            self.binaries.program("postgres"),
            "--single",
            "-D",
            str(part),
            "-c",
            "fsync=" + ("on" if durable else "off"),
        ]
        self.demand([*single, "postgres"], text=f"CREATE DATABASE {DATABASE};\n")
        part.rename(self.data)

    def demand(self, command: list[str], *, text: str = "") -> None:
        """Run a program that must succeed; say in one sentence why it did not."""
        try:
            answer = self.account.run(command, text=text)
        except subprocess.TimeoutExpired as error:
            message = f"{Path(command[0]).name} did not end within {error.timeout:.0f} s. The disk may be too slow."
            raise PostgresError(message) from error
        if answer.returncode == 0 and "FATAL" not in answer.stderr:
            return
        raise PostgresError(reason(answer.stderr or answer.stdout, self.data.parent))

    def start(self, *, output: IO[bytes] | int, dies_with_parent: bool = True) -> "subprocess.Popen[bytes]":
        """Start the server and return its process once it answers; recover first from a server that was killed."""
        settings = [part for name, value in self.all_settings().items() for part in ("-c", f"{name}={value}")]
        command = [self.binaries.program("postgres"), "-D", str(self.data), "-k", str(self.socket), "-h", "", *settings]
        deadline = time.monotonic() + START_SECONDS
        while True:
            clear_leftovers(self.data, self.socket / f"{SOCKET}.lock")
            process = self.account.spawn(command, output=output, dies_with_parent=dies_with_parent)
            if self.wait_ready(process):
                return process
            if time.monotonic() > deadline:
                raise PostgresError(self.why_not())
            time.sleep(0.3)

    def why_not(self) -> str:
        """Say why the server does not start: a full disk, else where its own words are."""
        if shutil.disk_usage(self.data).free < LEAST_FREE_BYTES:
            return folder_sentence(OSError(errno.ENOSPC, "full"), self.data)
        return f"PostgreSQL does not start from {self.data}. The file logs/postgres.log says why."

    def all_settings(self) -> dict[str, str]:
        """Return the settings for this version: no separate reading processes where PostgreSQL 18 would start three."""
        return dict(self.settings) | ({"io_method": "sync"} if self.binaries.major >= 18 else {})

    def wait_ready(self, process: "subprocess.Popen[bytes]") -> bool:
        """Wait until the server accepts connections; False when it ended. Crash recovery may take minutes."""
        deadline = time.monotonic() + self.recovery_seconds
        while process.poll() is None:
            if self.ready(process.pid):
                return True
            if time.monotonic() > deadline:
                self.stop(process)
                message = f"PostgreSQL was not ready after {self.recovery_seconds:.0f} s of recovery in {self.data}."
                raise PostgresError(message)
            time.sleep(0.02)
        return False

    def ready(self, pid: int | None = None) -> bool:
        """Tell whether a server (this process, if given) serves the data folder: line 8 of its lock file says so."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        known = len(lines) > 7 and lines[7].strip() == "ready"
        return known and (pid is None or lines[0] == str(pid))

    def stop(self, process: "subprocess.Popen[bytes] | None" = None, *, seconds: float = STOP_SECONDS) -> None:
        """Stop the server: fast first (a clean checkpoint), immediately when that takes too long."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            pid = process.pid if process is not None else postmaster_pid(self.data)
            if pid is None or (process is not None and process.poll() is not None):
                return
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return
            if self.ended(process, seconds):
                return

    def ended(self, process: "subprocess.Popen[bytes] | None", seconds: float) -> bool:
        """Wait for the end of the server, at most so long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            over = process.poll() is not None if process is not None else postmaster_pid(self.data) is None
            if over:
                return True
            time.sleep(0.02)
        return False


def locale_options(major: int) -> list[str]:
    """Return the options for byte order that never changes and a character type that knows Chinese letters.

    The character type comes from the C library even where the provider is builtin: with "C" there, the trigrams of
    Chinese words are empty (seen on PostgreSQL 18).
    """
    options = ["--locale=C", f"--lc-ctype={character_type()}"]
    if major >= 17:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return options


def character_type() -> str:
    """Return the name of a UTF-8 character type of this machine's C library."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in CHARACTER_TYPES:
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    message = "This machine has no UTF-8 locale (C.UTF-8). Install one (Debian, Ubuntu: apt-get install locales)."
    raise PostgresError(message)


def reason(text: str, folder: Path) -> str:
    """Turn the words of a failed PostgreSQL program into one sentence."""
    if "No space left" in text or "Disk quota" in text:
        return folder_sentence(OSError(errno.ENOSPC, "full"), folder)
    if "Permission denied" in text:
        return folder_sentence(PermissionError(errno.EACCES, "denied"), folder)
    lines = [line.strip() for line in text.splitlines() if "error" in line.lower() or "FATAL" in line]
    return f"PostgreSQL could not make its data folder in {folder}: {lines[0] if lines else text.strip()[:200]}"
