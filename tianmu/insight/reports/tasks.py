"""Background work of reports: extracts every five minutes, scheduled reports when they are due."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.foundation.jobs.delivery import LONG_QUEUE
from tianmu.foundation.jobs.work import declare
from tianmu.insight.reports.actions import running
from tianmu.insight.reports.actions.extracting import refresh_all
from tianmu.insight.reports.actions.scheduling import send_due

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


@app.periodic(cron="*/10 * * * *")
@app.task(name="tianmu.reports.runs", queueing_lock="reports.runs")
def tidy_runs(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """End the runs that were lost, and forget the old ones."""
    close_old_connections()
    running.end_lost_runs(now=timezone.now())
    running.forget_runs(now=timezone.now())
