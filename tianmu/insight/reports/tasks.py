"""Background work of reports: extracts every five minutes, scheduled reports when they are due."""

from datetime import timedelta

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.foundation.jobs.delivery import LONG_QUEUE
from tianmu.foundation.jobs.work import declare
from tianmu.insight.reports.actions.extracting import refresh_all
from tianmu.insight.reports.actions.scheduling import send_due
from tianmu.insight.reports.models import Run

RUNS_KEPT = timedelta(days=90)
REFRESH = declare("reports.refresh", runs="tianmu.insight.reports.actions.extracting:work_on", queue=LONG_QUEUE)


@app.periodic(cron="*/5 * * * *")
@app.task(name="tianmu.reports.extracts", queueing_lock="reports.extracts", queue=LONG_QUEUE)
def refresh_extracts(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Bring the extracts up to their sources."""
    close_old_connections()
    refresh_all(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="tianmu.reports.schedules", queueing_lock="reports.schedules", queue=LONG_QUEUE)
def send_scheduled(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Make the reports whose time has come."""
    close_old_connections()
    send_due(now=timezone.now())


@app.periodic(cron="41 2 * * *")
@app.task(name="tianmu.reports.runs", queueing_lock="reports.runs")
def forget_runs(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Remove runs, and the claim on their files, after 90 days."""
    close_old_connections()
    Run.objects.filter(asked_at__lt=timezone.now() - RUNS_KEPT).delete()
