"""The ticket with which a browser opens its stream: used once, gone after half a minute."""

from django.db import models

from tianmu.foundation.db.rows import Row


class Ticket(Row):
    """Who may open a stream, and what she may hear: rights with the paths they reach, her own key, her account."""

    secret_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    session_id = models.UUIDField(null=True)
    hearing = models.JSONField()
