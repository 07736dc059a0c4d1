"""The database made fit and brought up to date, once however many nodes start; the demo county in an empty house."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.server import make_fit
from tianmu.foundation.home import home
from tianmu.foundation.terminal import TerminalError
from tianmu.site.command_line import dispatch
from tianmu.site.demo import marker
from tianmu.site.reference import load_reference_data
from tianmu.site.serve import stamp

MIGRATION_LOCK = 7_241_001
ASK_AGAIN_SECONDS = 0.5


def run(arguments: argparse.Namespace) -> int:
    """Do the steps in order, one line each."""
    with step("database") as found:
        found(f"PostgreSQL {make_fit(settings.DATABASES['default'])}")
    with step("migrations") as found:
        found(migrate())
    with step("reference data") as found:
        found(", ".join(f"{count} {what}" for what, count in load_reference_data().items()))
    demo = not arguments.without_demo
    if demo:
        fill(arguments.residents, arguments.seed)
    stamp.note(home(), demo=demo)
    return 0


def fill(residents: int, seed: int) -> None:
    """Fill an empty house with the demo county, or go on where an earlier filling was broken off."""
    mark = marker.read()
    if mark is None and Account.objects.exists():
        return
    with step("demo county") as found:
        size = (mark.residents, mark.seed) if mark is not None else (residents, seed)
        dispatch(["demo", "--residents", str(size[0]), "--seed", str(size[1]), "--fill-later"])
        found(f"{size[0]} residents")


def migrate() -> str:
    """Apply what is missing while holding a lock, so that of several starting nodes one does it; say what was done.

    The others ask for the lock again and again: a statement that waits would keep an index from being made meanwhile.
    """
    with connection.cursor() as cursor:
        while not _locked(cursor):
            time.sleep(ASK_AGAIN_SECONDS)
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


def _locked(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATION_LOCK])
    return bool(cursor.fetchone()[0])


@contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """Print one line at the end of a step: what was found and how long it took."""
    began = time.monotonic()
    found: list[str] = []
    yield found.append
    sys.stdout.write(f"  {name}: {', '.join(found) or 'done'} ({time.monotonic() - began:.1f} s)\n")
    sys.stdout.flush()
