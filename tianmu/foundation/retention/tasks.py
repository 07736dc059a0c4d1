"""Removing what is due, each night."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.foundation.access.actor import system
from tianmu.foundation.jobs.actions import enqueue
from tianmu.foundation.jobs.work import Run, work
from tianmu.foundation.retention.removal import remove

ACTOR = "retention"


@work("retention.apply")
def remove_due(run: Run) -> None:
    """Remove what is due."""
    removed = remove(actor=system(ACTOR), now=timezone.now())
    run.progress(1, 1, ", ".join(f"{one.period.what} {one.rows}" for one in removed))


@app.periodic(cron="40 3 * * *")
@app.task(name="tianmu.foundation.retention.plan", queueing_lock="retention-plan")
def plan(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Ask for tonight's removal."""
    close_old_connections()
    enqueue(remove_due, actor=system(ACTOR))
