"""The answers to writes that carried an Idempotency-Key, kept so that a repeat gets the same answer."""

from django.db import models


class IdempotentAnswer(models.Model):
    """One key of one caller: what was asked, what was answered."""

    caller = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=80, default="")
    body = models.BinaryField(default=b"")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="idempotent_once")]
        indexes = [models.Index(fields=["at"], name="idempotent_age")]
