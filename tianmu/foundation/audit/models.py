"""The audit line. The table is partitioned by month and refuses UPDATE and DELETE (see the first migration)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tianmu.foundation.db.rows import Row


class AuditLine(Row):
    """One write, or one view, print or export of a person's record."""

    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=12)
    account_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=120)
    home_path = models.CharField(max_length=400)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    reason = models.CharField(max_length=400, default="")
    address = models.GenericIPAddressField(null=True)
    client = models.CharField(max_length=12, default="")
    trace_id = models.CharField(max_length=40, default="")
    purpose = models.CharField(max_length=460, default="")

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "-id"], name="audit_by_person"),
            models.Index(fields=["subject_id", "-id"], name="audit_by_subject"),
            models.Index(fields=["account_id", "-id"], name="audit_by_account"),
            models.Index(fields=["purpose", "-id"], name="audit_by_purpose", condition=~models.Q(purpose="")),
        ]


class PendingLine(models.Model):
    """A line that no seal covers yet; written by a trigger with the line, removed by the seal."""

    line_id = models.UUIDField(primary_key=True)


class AuditSeal(Row):
    """A seal over a batch of lines: their keys and hashes in order, chained to the seal before it and signed."""

    month = models.DateField()
    number = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()
    line_ids = ArrayField(models.UUIDField())
    hashes = models.BinaryField()
    previous = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)
    adapter = models.CharField(max_length=40)
    key_id = models.CharField(max_length=64)
    signature = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "number"], name="audit_seal_once")]


class SealCheck(Row):
    """What a check of one month's chain found, and who asked for it."""

    month = models.DateField()
    checked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    lines = models.PositiveBigIntegerField()
    seals = models.PositiveIntegerField()
    unsealed = models.PositiveIntegerField()
    faults = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["month", "-id"], name="seal_check_latest")]
