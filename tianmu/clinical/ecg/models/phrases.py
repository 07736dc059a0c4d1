"""What readers keep for their own writing."""

from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import VersionedRow


class Phrase(VersionedRow):
    """A reader's own template of findings and conclusion."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    findings = models.CharField(max_length=2000, default="")
    conclusion = models.JSONField(default=list)
    advice = models.CharField(max_length=1000, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="ecg_phrase_once")]
