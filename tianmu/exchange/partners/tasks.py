"""Background work of the partners room: the first try at once, further tries when they are due."""

from uuid import UUID

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.exchange.partners.actions.sending import try_to_send
from tianmu.exchange.partners.choices import SendingState
from tianmu.exchange.partners.models import Sending
from tianmu.foundation.jobs.delivery import OUTSIDE_QUEUE, defer_task

SEND_TASK = "tianmu.exchange.partners.send"
AT_ONCE = 200


def defer_sending(sending_id: UUID) -> None:
    """Ask for the first try; it starts after the commit."""
    defer_task(SEND_TASK, queue=OUTSIDE_QUEUE, sending_id=str(sending_id))


@app.task(name=SEND_TASK, queue=OUTSIDE_QUEUE)
def send(sending_id: str) -> None:
    """Try one delivery."""
    close_old_connections()
    try_to_send(sending_id=UUID(sending_id), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="tianmu.exchange.partners.sweep", queue=OUTSIDE_QUEUE, queueing_lock="partners.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Try what is due, the oldest first."""
    close_old_connections()
    due = Sending.objects.filter(state=SendingState.WAITING, next_at__lte=timezone.now()).order_by("next_at")
    for key in due.values_list("pk", flat=True)[:AT_ONCE]:
        try_to_send(sending_id=key, now=timezone.now())
