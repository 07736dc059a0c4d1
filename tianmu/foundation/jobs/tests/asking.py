"""Work that asks for work, loaded by a worker that runs it."""

from django.db import connection, transaction

from tianmu.foundation.access.actor import system
from tianmu.foundation.jobs.actions import enqueue
from tianmu.foundation.jobs.tests.works import note
from tianmu.foundation.jobs.work import Run


def ask(_run: Run) -> None:
    """Ask for work inside a transaction; fail where others see it before the end of it."""
    with transaction.atomic():
        asked = enqueue(note, actor=system("tests"))
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args->>'job_id' = %s", [str(asked.pk)])
            seen = cursor.fetchone()[0]
        other.close()
        if seen:
            raise ValueError
