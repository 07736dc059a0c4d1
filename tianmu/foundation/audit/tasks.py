"""Sealing three times a minute, so that no line waits longer; checking a month's chain when somebody asks."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.foundation.audit.seals import seal_everything
from tianmu.foundation.jobs.work import declare

VERIFY = declare("audit.verify", runs="tianmu.foundation.audit.verifying:verify_month", most_attempts=1)


@app.periodic(cron="* * * * * */20")
@app.task(name="tianmu.foundation.audit.seal", queueing_lock="audit-seal", queue="events")
def seal_lines(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Seal what waits."""
    close_old_connections()
    seal_everything(timezone.now())
