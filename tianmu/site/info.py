"""What this installation is, whether it lives, whether it can work; open to everybody who reaches it."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest
from ninja import Router, Schema

import tianmu
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.errors import Code
from tianmu.foundation.api.router import PROBLEMS
from tianmu.site.demo.logins import demo_logins

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
    """Tell that requests can be served: the database answers and its tables are those of this release.

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
    return StateOut(status="ready")


@cache
def missing_migrations() -> int:
    """Return how many migrations of this release are not applied; remembered once none is missing."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _unavailable(detail: str) -> TianmuError:
    return TianmuError(Code.UNAVAILABLE, detail, status=503)
