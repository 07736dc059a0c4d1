"""Ambulatory ECG (动态心电): uploads in pieces, what the engine found, and the log of what people changed."""

from django.db import models

from tianmu.clinical.ecg.choices import UploadState
from tianmu.clinical.ecg.models.orders import Order
from tianmu.clinical.ecg.models.recordings import StoredRecording
from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.registry.organizations.models import Organization


class HolterUpload(VersionedRow):
    """A long recording on its way in pieces: `files` lists {name, size, sha256}; their bytes come as one stream."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    origin = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=UploadState.choices, default=UploadState.OPEN)
    files = models.JSONField()
    asked = models.JSONField(default=dict)
    size_bytes = models.PositiveBigIntegerField()
    received_bytes = models.PositiveBigIntegerField(default=0)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", null=True)
    problem = models.CharField(max_length=300, default="")

    class Meta:
        indexes = [models.Index(fields=["account", "state", "-id"], name="ecg_holter_uploads")]


class HolterResult(Row):
    """What one run of the engine found in a long recording; the beats and the signal for looking are in storage."""

    recording = models.ForeignKey(StoredRecording, on_delete=models.PROTECT, related_name="holter_results")
    engine_version = models.CharField(max_length=20)
    criteria_version = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    seconds = models.FloatField()
    beats = models.PositiveIntegerField()
    scan_sha256 = models.CharField(max_length=64)
    signal_sha256 = models.CharField(max_length=64)
    view = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recording", "engine_version", "criteria_version"], name="ecg_holter_result_once"
            )
        ]


class HolterReview(VersionedRow):
    """A result as people see it now: `edits` counts its log; `view` is the report after the last of them, packed."""

    result = models.OneToOneField(HolterResult, on_delete=models.PROTECT, related_name="review")
    edits = models.PositiveIntegerField(default=0)
    view = models.BinaryField()


class HolterEdit(Row):
    """One line of the log, never changed: who did what when; `beats` are the sample numbers it names, packed."""

    review = models.ForeignKey(HolterReview, on_delete=models.PROTECT, related_name="log")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=20)
    arguments = models.JSONField(default=dict)
    beats = models.BinaryField(default=bytes)
    beat_count = models.PositiveIntegerField(default=0)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "number"], name="ecg_holter_edit_once")]
