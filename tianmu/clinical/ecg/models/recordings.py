"""Original recordings and what the engine said of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tianmu.clinical.ecg.models.orders import Order
from tianmu.foundation.db.rows import Row


class StoredRecording(Row):
    """Original bytes as they came (原始记录), named by their SHA-256; the bytes themselves are in storage."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="recordings")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    filename = models.CharField(max_length=200, default="")
    format = models.CharField(max_length=20)
    kind = models.CharField(max_length=12)
    fs_hz = models.FloatField()
    duration_s = models.FloatField()
    leads = ArrayField(models.CharField(max_length=16))
    started_at = models.DateTimeField(null=True)
    device_fields = models.JSONField(default=dict)
    warnings = ArrayField(models.CharField(max_length=300), default=list)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=120)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sha256"], condition=models.Q(active=True), name="ecg_recording_once")
        ]


class StoredAnalysis(Row):
    """What one run of the engine said; several per recording, none overwritten."""

    recording = models.ForeignKey(StoredRecording, on_delete=models.PROTECT, related_name="analyses")
    engine_version = models.CharField(max_length=20)
    criteria_version = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    result = models.JSONField()
