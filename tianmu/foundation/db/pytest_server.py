"""pytest plug-in: every run has its own data folder and, from the first test that needs it, its own PostgreSQL.

Loaded before Django's settings (`-p` in pyproject.toml). The controller makes the folder and ends the server; workers
clone their database from a migrated template, which is kept between runs until a migration changes.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from tianmu.foundation.db.embedded.binaries import find_binaries
from tianmu.foundation.db.embedded.cluster import QUICK, Cluster
from tianmu.foundation.db.embedded.place import prepare_place
from tianmu.foundation.db.migrations_digest import migrations_digest
from tianmu.foundation.db.server import make_fit

SOURCE = Path(__file__).resolve().parents[3]
TEMPLATE = "tianmu_template"
KEPT = 6
RUN = "TIANMU_TEST_RUN"


def make_run_folder() -> None:
    """Give this run its own data folder, before anything reads the settings; workers inherit it."""
    if RUN in os.environ:
        return
    run = Path(tempfile.mkdtemp(prefix="tianmu-test-"))
    run.chmod(0o711)
    (run / "controller").write_text(str(os.getpid()))
    os.environ.update({RUN: str(run), "TIANMU_HOME": str(run), "TIANMU_POSTGRES_SOCKET": str(run / "pg")})
    os.environ.pop("TIANMU_DATABASE_URL", None)


make_run_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server and remove the folder of this run; also those of runs that were killed."""
    if hasattr(config, "workerinput"):
        return
    remove_run(Path(os.environ[RUN]))
    for run in Path(tempfile.gettempdir()).glob("tianmu-test-*"):
        if abandoned(run):
            remove_run(run)


def abandoned(run: Path) -> bool:
    """Tell whether the controller of a run of this account is dead."""
    try:
        if run.stat().st_uid != os.geteuid():
            return False
        os.kill(int((run / "controller").read_text()), 0)
    except (ProcessLookupError, PermissionError):
        return True
    except (OSError, ValueError):
        return False
    return False


def remove_run(run: Path) -> None:
    """End a run's server, if any, and remove its folder."""
    if (run / "pg").exists():
        cluster_of(run).stop()
    shutil.rmtree(run, ignore_errors=True)


def cluster_of(run: Path) -> Cluster:
    """Return the server of a run, with settings that trade safety for speed."""
    place = prepare_place(run)
    binaries = find_binaries(place.account)
    return Cluster(
        binaries=binaries, account=place.account, data=place.data(binaries.major), socket=place.socket, settings=QUICK
    )


@contextmanager
def worker_database(worker: str) -> Iterator[None]:
    """Point Django at a fresh database of this worker, cloned from the migrated template."""
    run = Path(os.environ[RUN])
    with exclusively(run / "lock"):
        cluster = cluster_of(run)
        if not cluster.ready():
            start_with_template(cluster, run)
        name = f"test_{worker}"
        with psycopg.connect(host=str(cluster.socket), user="tianmu", dbname="postgres", autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}')
    point_django_at(name)
    yield
    connections.close_all()


def start_with_template(cluster: Cluster, run: Path) -> None:
    """Start the run's server with a migrated template, from the kept copy or newly made."""
    kept = SOURCE / "build" / "test-template" / f"{os.geteuid()}-{cluster.binaries.major}-{migrations_digest()}"
    with exclusively(kept.with_suffix(".lock")):
        if kept.exists():
            copy(kept, cluster.data)
            start(cluster, run)
            os.utime(kept)
            return
        cluster.create(durable=False)
        start(cluster, run)
        try:
            migrate_template(cluster)
        except BaseException:
            cluster.stop()
            shutil.rmtree(cluster.data, ignore_errors=True)
            raise
        cluster.stop()
        copy(cluster.data, kept)
        forget_old(kept.parent)
        start(cluster, run)


def start(cluster: Cluster, run: Path) -> None:
    """Start the server so that it outlives this worker; the controller ends it, nobody waits for it here."""
    with (run / "postgres.log").open("ab") as log:
        cluster.start(output=log.fileno(), dies_with_parent=False).returncode = 0


def migrate_template(cluster: Cluster) -> None:
    """Make the template database with all migrations applied."""
    with psycopg.connect(host=str(cluster.socket), user="tianmu", dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {TEMPLATE}")
    point_django_at(TEMPLATE)
    make_fit(settings.DATABASES["default"])
    call_command("migrate", verbosity=0)
    connections.close_all()


def point_django_at(name: str) -> None:
    """Let every later connection go to this database, without a pool."""
    connections.close_all()
    for entry in (settings.DATABASES["default"], connections.settings["default"]):
        entry["NAME"] = name
        entry["OPTIONS"].pop("pool", None)


def copy(source: Path, target: Path) -> None:
    """Copy a data folder with owners and modes; the target appears only when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    subprocess.run(["cp", "-a", str(source), str(part)], check=True)
    part.rename(target)


def forget_old(folder: Path) -> None:
    """Keep the newest templates only."""
    kept = sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for path in kept[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def exclusively(path: Path) -> Iterator[None]:
    """Hold a lock file, so that of several workers or runs one prepares and the others wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
