"""A message to one account: topic and facts; the client puts the sentence together in its reader's language."""

from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row


class Message(Row):
    """One message; `once` keeps a repeated event from telling the same thing twice."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="messages")
    at = models.DateTimeField()
    topic = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    link_kind = models.CharField(max_length=40, default="")
    link_id = models.UUIDField(null=True)
    once = models.CharField(max_length=160)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "once"], name="message_once")]
        indexes = [
            models.Index(fields=["account", "-id"], name="message_newest"),
            models.Index(fields=["account"], condition=models.Q(read_at=None), name="message_unread"),
        ]
