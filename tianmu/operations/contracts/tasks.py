"""Background work of the contracts room: duties that appear and are called to mind."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.foundation.access.actor import system
from tianmu.operations.contracts.actions.duties import remind
from tianmu.operations.contracts.actions.renewal import end_what_ran_out


@app.periodic(cron="7 * * * *")
@app.task(name="tianmu.operations.contracts.remind", queueing_lock="contracts.remind")
def remind_of_duties(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """End the contracts that ran out; write the duties that have come up and call open ones to mind."""
    close_old_connections()
    actor, now = system("contract duties"), timezone.now()
    end_what_ran_out(actor=actor, now=now)
    remind(actor=actor, now=now)
