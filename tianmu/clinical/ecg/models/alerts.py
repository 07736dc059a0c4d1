"""Critical value events."""

from django.db import models

from tianmu.clinical.ecg.choices import AlertState
from tianmu.clinical.ecg.models.orders import Order
from tianmu.foundation.db.rows import VersionedRow


class Alert(VersionedRow):
    """A critical value event (危急值), from the machine's alert to the clinician's disposal."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="alerts")
    code = models.CharField(max_length=60)
    grade = models.CharField(max_length=12)
    rule_set = models.CharField(max_length=80)
    evidence = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=AlertState.choices, default=AlertState.RAISED)
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, default="")
    acknowledged_by = models.CharField(max_length=120, default="")
    acknowledged_at = models.DateTimeField(null=True)
    read_back = models.CharField(max_length=400, default="")
    disposal = models.CharField(max_length=400, default="")
    disposed_by = models.CharField(max_length=120, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "code"], name="ecg_alert_once")]
        indexes = [models.Index(fields=["state", "due_at"], name="ecg_alert_open")]
