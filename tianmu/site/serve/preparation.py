"""The database made fit and brought up to date, once however many nodes start; the demo county in an empty house."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.server import make_fit
from tianmu.foundation.terminal import TerminalError
from tianmu.site.command_line import dispatch, own_exists

MIGRATION_LOCK = 7_241_001


def run(arguments: argparse.Namespace) -> int:
    """Do the steps in order, one line each."""
    with step("database") as found:
        found(f"PostgreSQL {make_fit(settings.DATABASES['default'])}")
    with step("migrations") as found:
        found(migrate())
    if not arguments.without_demo and own_exists("demo") and not Account.objects.exists():
        with step("demo county"):
            words = ["--residents", str(arguments.residents), "--seed", str(arguments.seed), "--fill-later"]
            dispatch(["demo", *words])
    return 0


def migrate() -> str:
    """Apply what is missing while holding a lock, so that of several starting nodes one does it; say what was done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if missing:
                call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as error:
            message = f"A migration failed and was rolled back: {str(error).splitlines()[0]}"
            raise TerminalError(message) from error
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    return f"{len(missing)} applied" if missing else "up to date"


@contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """Print one line at the end of a step: what was found and how long it took."""
    began = time.monotonic()
    found: list[str] = []
    yield found.append
    sys.stdout.write(f"  {name}: {', '.join(found) or 'done'} ({time.monotonic() - began:.1f} s)\n")
    sys.stdout.flush()
