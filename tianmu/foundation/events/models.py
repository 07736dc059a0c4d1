"""The outbox, and the note that a listener has dealt with an event."""

from django.db import models

from tianmu.foundation.db.rows import Row


class OutboxEvent(Row):
    """A fact. Partitioned by month (see the first migration)."""

    name = models.CharField(max_length=80)
    at = models.DateTimeField()
    facts = models.JSONField()


class Delivery(Row):
    """A listener has dealt with an event; written in the listener's own transaction, so nothing is done twice."""

    event_id = models.UUIDField()
    listener = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "listener"], name="delivery_once")]
