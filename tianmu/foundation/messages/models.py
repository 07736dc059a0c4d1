"""Messages to accounts, put together by the client in its reader's language; sendings to numbers outside the house."""

from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.foundation.messages.choices import Channel, DeliveryState


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


class Delivery(VersionedRow):
    """One sending over a gateway. Number and text are sealed; `once` keeps a repeated event from sending it again."""

    channel = models.CharField(max_length=8, choices=Channel.choices)
    to = SealedTextField()
    to_shown = models.CharField(max_length=80)
    to_name = models.CharField(max_length=80, default="")
    template = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, default="")
    text = SealedTextField()
    once = models.CharField(max_length=160, unique=True)
    subject_kind = models.CharField(max_length=40, default="")
    subject_id = models.UUIDField(null=True)
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=80, default="")
    reason = models.CharField(max_length=200, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(state=DeliveryState.QUEUED), name="message_delivery_due"
            ),
            models.Index(fields=["subject_id", "id"], name="message_delivery_about"),
        ]
