"""Background work of the messages part."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.foundation.jobs.delivery import OUTSIDE_QUEUE
from tianmu.foundation.messages.sending import try_overdue


@app.periodic(cron="* * * * * */10")
@app.task(name="tianmu.foundation.messages.overdue", queue=OUTSIDE_QUEUE, queueing_lock="messages.overdue")
def send_overdue(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Try again what a gateway did not take."""
    close_old_connections()
    try_overdue(now=timezone.now())
