"""A merge of two entries, with everything that is needed to undo it to the letter."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.registry.residents.models.person import HASH_BYTES, Resident


class Merge(Row):
    """`absorbed` became part of `survivor`; the absorbed row itself is kept as it was.

    `before` and `after` are the survivor's fields as JSON, sealed because they hold numbers. `former_id_hash` finds the
    survivor by an id number she gave up for that of the absorbed entry.
    """

    survivor = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="merges_survived")
    absorbed = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="merges_absorbed")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=400)
    taken = ArrayField(models.CharField(max_length=20), default=list)
    before = SealedTextField()
    after = SealedTextField()
    former_id_hash = models.BinaryField(max_length=HASH_BYTES, null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=120, default="")
    undo_reason = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=models.Q(undone_at=None), name="merge_absorbed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["survivor", "-id"], name="merge_of_survivor"),
            models.Index(fields=["former_id_hash"], name="merge_former_id", condition=models.Q(undone_at=None)),
            models.Index(fields=["at"], name="merge_in_force", condition=models.Q(undone_at=None)),
        ]


class MovedRows(Row):
    """Rows of one column that a merge led from the absorbed to the surviving person; `note` is what its mover keeps."""

    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="moved")
    column = models.CharField(max_length=120)
    keys = ArrayField(models.UUIDField())
    note = models.JSONField(default=dict)
