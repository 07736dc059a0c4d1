"""Installations made once in a test run, whoever asks first; tests get copies of their folders."""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

COMMAND = (sys.executable, "-P", "-m", "tianmu.site.command_line")
RESIDENTS = 200
COUNTY, EMPTY = "county", "empty"
"""A small demo county whose jobs are done; one without a demo, as an operator makes it."""
MAKING = {
    COUNTY: (("prepare", "--residents", str(RESIDENTS)), ("worker", "--until-empty")),
    EMPTY: (("prepare", "--without-demo"),),
}
BEGUN_FROM = {COUNTY: EMPTY}
WORKER = "PYTEST_XDIST_WORKER"
MAKING_SECONDS = 900.0


@contextmanager
def copied_county(prefix: str) -> Iterator[Path]:
    """Give a folder with the demo county, its server stopped; remove it afterwards."""
    home = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        copy(COUNTY, home)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def copy(name: str, home: Path) -> None:
    """Copy an installation into `home`, which is new or empty."""
    home.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", f"{made(name)}/.", str(home)], check=True, timeout=MAKING_SECONDS)


def made(name: str) -> Path:
    """Return the folder that is copied; make it when nobody of this run has.

    The process that started the run removes it at its end; a benchmark, which starts no others, by itself.
    """
    if WORKER not in os.environ:
        atexit.register(forget)
    folder = run_folder()
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    home, done = folder / name, folder / f"{name}.made"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(mode=0o711)
            if name in BEGUN_FROM:
                copy(BEGUN_FROM[name], home)
            for words in MAKING[name]:
                command = [*COMMAND, *words]
                subprocess.run(
                    command, env=environment(home), stdout=subprocess.DEVNULL, check=True, timeout=MAKING_SECONDS
                )
            done.touch()
    return home


def make_beside() -> None:
    """Make every installation while tests that need none run."""
    Thread(target=made, args=(COUNTY,), daemon=True).start()


def environment(home: Path) -> dict[str, str]:
    """Return this process's environment for a platform at `home`, without the test run's own database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIANMU_")}
    return kept | {"TIANMU_HOME": str(home), "OMP_NUM_THREADS": "1"}


def run_folder() -> Path:
    """Return the folder that the processes of this test run share: named after the one that started the others."""
    first = os.getppid() if WORKER in os.environ else os.getpid()
    return Path(tempfile.gettempdir()) / f"tianmu-installations-{first}"


def forget() -> None:
    """Remove the installations of this run."""
    shutil.rmtree(run_folder(), ignore_errors=True)
