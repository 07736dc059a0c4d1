"""What readers put on a recording: calipers, boundaries of their own; and the statements each of them uses."""

from django.db import models

from tianmu.clinical.ecg.models.recordings import StoredAnalysis, StoredRecording
from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow


class Marking(VersionedRow):
    """The calipers that one reader has put on a recording; every reader sees them with their author's name."""

    recording = models.ForeignKey(StoredRecording, on_delete=models.PROTECT, related_name="markings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    saved_at = models.DateTimeField()
    calipers = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "account"], name="ecg_marking_once")]


class Remeasurement(Row):
    """Boundaries that a reader set on the median beat, and what the engine measures with them.

    The machine's analysis stays as it is. The newest row that is not withdrawn counts; undo withdraws it.
    """

    analysis = models.ForeignKey(StoredAnalysis, on_delete=models.PROTECT, related_name="remeasurements")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    boundaries = models.JSONField()
    result = models.JSONField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, default="")


class StatementUse(Row):
    """How often and when last a reader used a statement of the library, and whether she keeps it at hand."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    uses = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)
    favourite = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "code"], name="ecg_statement_use_once")]
