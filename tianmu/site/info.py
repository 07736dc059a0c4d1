"""What this installation is, whether it lives, whether it can work; open to everybody who reaches it."""

import os
import threading
from contextlib import suppress
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

import tianmu
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.errors import Code
from tianmu.foundation.api.router import PROBLEMS
from tianmu.foundation.storage.here import store
from tianmu.site.demo.logins import demo_logins

PROBE = bytes(4096)
router = Router(tags=["site"])


class LoginOut(Schema):
    """One way into the demo."""

    role: str
    login: str
    password: str
    client: str
    path: str


class InfoOut(Schema):
    """What runs here; the demo's logins only where the demo county is."""

    name: str
    version: str
    demo: bool
    demo_logins: list[LoginOut]


class StateOut(Schema):
    """How it is."""

    status: str
    checks: dict[str, str] = Field(default_factory=dict)


@router.get("/info", response={200: InfoOut, **PROBLEMS})
def info(request: HttpRequest) -> InfoOut:  # noqa: ARG001 - a view
    """Tell name, version, and how to sign in to the demo."""
    logins = [LoginOut(**one) for one in demo_logins()]
    return InfoOut(name="天目", version=tianmu.__version__, demo=bool(logins), demo_logins=logins)


@router.get("/health", response={200: StateOut, **PROBLEMS})
def health(request: HttpRequest) -> StateOut:  # noqa: ARG001 - a view
    """Tell that the process answers; the database is not asked."""
    return StateOut(status="alive")


@router.get("/ready", response={200: StateOut, **PROBLEMS})
def ready(request: HttpRequest) -> StateOut:  # noqa: ARG001 - a view
    """Tell that requests can be served: the database answers with this release's tables, files can be stored.

    A worker that does not live is told, and is no reason to send nobody here.

    Raises:
        TianmuError: not yet, or no more.

    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = missing_migrations()
    except DatabaseError as error:
        raise _unavailable("The database does not answer.") from error
    if missing:
        missing_migrations.cache_clear()
        raise _unavailable("The database is older than this release. Run `tianmu prepare`.")
    if not can_store():
        raise _unavailable("Files cannot be stored. Free space or check the storage folder.")
    worker = "alive" if worker_lives() else "none alive"
    return StateOut(status="ready", checks={"database": "ok", "migrations": "ok", "storage": "ok", "worker": worker})


def can_store() -> bool:
    """Tell whether a file can be written into the storage."""
    root = store().root
    probe = root / f".incoming-probe-{os.getpid()}-{threading.get_ident()}"
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe.write_bytes(PROBE)
    except OSError:
        return False
    finally:
        with suppress(OSError):
            probe.unlink()
    return True


def worker_lives() -> bool:
    """Tell whether a job worker gave a sign of life within a minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds')"
        )
        return bool(cursor.fetchone()[0])


@cache
def missing_migrations() -> int:
    """Return how many migrations of this release are not applied; remembered once none is missing."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _unavailable(detail: str) -> TianmuError:
    return TianmuError(Code.UNAVAILABLE, detail, status=503)
