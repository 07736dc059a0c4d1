"""The demo county of a test run: made once, whoever asks first; every platform of a test gets a copy of its folder."""

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

from tianmu.foundation.db.tests.houses import cluster_in

RESIDENTS = 200
COMMAND = (sys.executable, "-P", "-m", "tianmu.site.command_line")
MADE = ".made"
WORKER = "PYTEST_XDIST_WORKER"
MAKING_SECONDS = 900.0


@contextmanager
def copied_county(prefix: str) -> Iterator[Path]:
    """Give a folder with the county, its server stopped and what its making left to do done; remove it afterwards."""
    home = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        subprocess.run(["cp", "-a", f"{prepared()}/.", str(home)], check=True, timeout=MAKING_SECONDS)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def prepared() -> Path:
    """Return the folder that is copied; make it when nobody of this run has.

    The process that started the run removes it at its end; a benchmark, which starts no others, by itself.
    """
    if WORKER not in os.environ:
        atexit.register(forget)
    folder = run_folder()
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    county = folder / "county"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / MADE).exists():
            shutil.rmtree(county, ignore_errors=True)
            county.mkdir(mode=0o711)
            cluster_in(county)
            for words in (["prepare", "--residents", str(RESIDENTS)], ["worker", "--until-empty"]):
                subprocess.run([*COMMAND, *words], env=environment(county), check=True, timeout=MAKING_SECONDS)
            (folder / MADE).touch()
    return county


def environment(home: Path) -> dict[str, str]:
    """Return this process's environment for a platform at `home`, without the test run's own database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIANMU_")}
    return kept | {"TIANMU_HOME": str(home), "OMP_NUM_THREADS": "1"}


def run_folder() -> Path:
    """Return the folder that the processes of this test run share: named after the one that started the others."""
    first = os.getppid() if WORKER in os.environ else os.getpid()
    return Path(tempfile.gettempdir()) / f"tianmu-county-{first}"


def forget() -> None:
    """Remove the county of this run."""
    shutil.rmtree(run_folder(), ignore_errors=True)
