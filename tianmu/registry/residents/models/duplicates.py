"""Two entries that may be one person: the evidence, who looks at it, what was decided."""

from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import VersionedRow
from tianmu.registry.residents.choices import PairState
from tianmu.registry.residents.models.person import Resident


class DuplicatePair(VersionedRow):
    """A pair, the smaller key first. `reasons` names levels of likeness and weights, never what is sealed."""

    first = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=PairState.choices, default=PairState.OPEN)
    score = models.FloatField(default=0)
    band = models.CharField(max_length=12, default="")
    reasons = models.JSONField(default=list)
    rules_version = models.CharField(max_length=20, default="")
    found_by = models.CharField(max_length=120, default="")
    assignee = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    later_until = models.DateField(null=True)
    decided_by = models.CharField(max_length=120, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="duplicate_pair_ordered"),
        ]
        indexes = [models.Index(fields=["state", "-score", "-id"], name="duplicate_queue")]
