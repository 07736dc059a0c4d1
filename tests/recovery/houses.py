"""Installations of their own for the tests of recovery, spoken to through their commands."""

import json
import os
import subprocess
from pathlib import Path

from tests.installations import COMMAND, EMPTY, copy

PASSPHRASE = "a long enough passphrase"
OWN = ("TIANMU_HOME", "TIANMU_POSTGRES_SOCKET", "TIANMU_TEST_RUN", "TIANMU_DATABASE_URL", "TIANMU_STORAGE_FOLDER")
FILL = """
import json, sys
from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.db.sealed import seal, unseal
from tianmu.foundation.storage.here import store
from tianmu.foundation.access.actor import system
from tianmu.foundation.audit.actions import record
from tianmu.foundation.audit.models import AuditLine
"""
WRITE = (
    FILL
    + """
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    kept = store().put([f"recording {number}".encode() * 5000])
    new = {"address": kept.sha256, "seal": seal(f"s{number}").hex()}
    record(actor=system("test"), action="test", kind="t", key=None, new=new)
    if len(sys.argv) > 4:
        print(number, flush=True)
"""
)
READ = (
    FILL
    + """
lines = [line.new for line in AuditLine.objects.filter(action="test").order_by("id")]
print(json.dumps([len(store().get(line["address"])) > 0 and unseal(bytes.fromhex(line["seal"])) for line in lines]))
"""
)


class House:
    """One installation of its own, spoken to through its commands."""

    def __init__(self, home: Path, **more: str) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in OWN}
        self.home = home
        self.environment = kept | {"TIANMU_HOME": str(home), "TIANMU_BACKUP_PASSPHRASE": PASSPHRASE} | more

    def copy_empty(self) -> None:
        """Begin as an installation that was prepared without the demo county."""
        copy(EMPTY, self.home)

    def run(self, *words: str | Path, code: int | None = 0) -> str:
        done = subprocess.run(
            [*COMMAND, *map(str, words)], env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert code is None or done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr if done.returncode or not done.stdout else done.stdout

    def script(self, text: str, *words: str) -> str:
        return self.run(
            "django", "shell", "--verbosity", "0", "-c", f"import sys; sys.argv = {['', '', *words]!r}\n{text}"
        )

    def values(self) -> list[str | bool]:
        """Return what the writer wrote and what is readable of it, with its file and its key."""
        found: list[str | bool] = json.loads(self.script(READ).splitlines()[-1])
        return found

    def start(self, text: str, *words: str, errors: Path = Path(os.devnull)) -> "subprocess.Popen[str]":
        code = f"import sys; sys.argv = {['', '', *words]!r}\n{text}"
        command = [*COMMAND, "django", "shell", "--verbosity", "0", "-c", code]
        with errors.open("w") as file:
            return subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=file, text=True)
