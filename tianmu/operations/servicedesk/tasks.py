"""Background work of the service desk. No figure depends on it: jobs remind, call, fetch letters, close, report."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.foundation.access.actor import system
from tianmu.operations.servicedesk.actions.calls import call_on, remind_of_notes
from tianmu.operations.servicedesk.actions.monitors import settle_flapping
from tianmu.operations.servicedesk.actions.monthly import make_missing
from tianmu.operations.servicedesk.actions.moving import close_silent
from tianmu.operations.servicedesk.actions.reminding import remind
from tianmu.operations.servicedesk.mail.fetching import fetch_configured


@app.periodic(cron="* * * * *")
@app.task(name="tianmu.servicedesk.minute", queueing_lock="servicedesk.minute")
def every_minute(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Send the reminders that are due, call along the chain, close what is silent."""
    close_old_connections()
    now, desk = timezone.now(), system("service desk")
    remind(actor=desk, now=now)
    call_on(actor=desk, now=now)
    remind_of_notes(actor=desk, now=now)
    close_silent(actor=desk, now=now)
    settle_flapping(actor=desk, now=now)


@app.periodic(cron="*/2 * * * *")
@app.task(name="tianmu.servicedesk.letters", queueing_lock="servicedesk.letters")
def fetch_letters(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Fetch letters from the mailbox that is configured, if one is."""
    close_old_connections()
    fetch_configured(actor=system("service desk"), now=timezone.now())


@app.periodic(cron="13 * * * *")
@app.task(name="tianmu.servicedesk.monthly", queueing_lock="servicedesk.monthly")
def make_monthly_report(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Make the service report of the month before, if it is missing: on the first, or as soon as somebody works."""
    close_old_connections()
    make_missing(actor=system("service desk"), now=timezone.now())
