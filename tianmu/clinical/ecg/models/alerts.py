"""Critical value events."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tianmu.clinical.ecg.choices import AlertState, CallPurpose, CallState
from tianmu.clinical.ecg.models.orders import Order
from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.foundation.rulesets.models import RuleSetVersion


class Alert(VersionedRow):
    """A critical value event (危急值), from the machine's alert to the clinician's disposal and its review.

    What happened is in `steps`; state, instants and clocks here are what `rules/critical_loop.py` read from them last.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="alerts")
    code = models.CharField(max_length=60)
    grade = models.CharField(max_length=12)
    rule_set = models.CharField(max_length=80)
    evidence = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=AlertState.choices, default=AlertState.RAISED)
    raised_at = models.DateTimeField()
    loop_rules = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    next_call_at = models.DateTimeField(null=True)
    escalated_to = models.CharField(max_length=40, default="")
    late = ArrayField(models.CharField(max_length=16), default=list)
    inputs_sha256 = models.CharField(max_length=64, default="")
    taken_by = models.CharField(max_length=120, default="")
    notified_at = models.DateTimeField(null=True)
    notified_by = ArrayField(models.CharField(max_length=16), default=list)
    decided_by = models.CharField(max_length=120, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, default="")
    acknowledged_by = models.CharField(max_length=120, default="")
    acknowledged_at = models.DateTimeField(null=True)
    read_back = models.CharField(max_length=400, default="")
    disposal = models.CharField(max_length=400, default="")
    disposed_by = models.CharField(max_length=120, default="")
    disposed_at = models.DateTimeField(null=True)
    charted_by = models.CharField(max_length=120, default="")
    charted_at = models.DateTimeField(null=True)
    chart_note = models.CharField(max_length=400, default="")
    close_asked_by = models.CharField(max_length=120, default="")
    close_asked_account = models.UUIDField(null=True)
    close_reason = models.CharField(max_length=400, default="")
    closed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=120, default="")
    reviewed_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=16, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "code"], name="ecg_alert_once")]
        indexes = [
            models.Index(fields=["state", "due_at"], name="ecg_alert_open"),
            models.Index(
                fields=["next_call_at"], condition=models.Q(next_call_at__isnull=False), name="ecg_alert_next_call"
            ),
            models.Index(fields=["-raised_at", "-id"], name="ecg_alert_register"),
        ]


class AlertStep(Row):
    """One line of the log of a critical value; never changed. `once` keeps a call of the ladder from being repeated."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    step = models.CharField(max_length=16)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=120)
    stage = models.CharField(max_length=16, default="")
    rung = models.PositiveSmallIntegerField(default=0)
    level = models.CharField(max_length=40, default="")
    means = models.CharField(max_length=16, default="")
    to_whom = models.CharField(max_length=200, default="")
    text = models.CharField(max_length=400, default="")
    once = models.CharField(max_length=80, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "once"], condition=~models.Q(once=""), name="ecg_alert_step_once")
        ]
        indexes = [models.Index(fields=["alert", "id"], name="ecg_alert_log")]


class AlertCall(VersionedRow):
    """Somebody must be phoned about a critical value: an entry of the call list that a person completes."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="calls")
    purpose = models.CharField(max_length=12, choices=CallPurpose.choices)
    level = models.CharField(max_length=40, default="")
    to_name = models.CharField(max_length=80)
    to_phone = SealedTextField(null=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=CallState.choices, default=CallState.OPEN)
    tries = models.PositiveSmallIntegerField(default=0)
    done_by = models.CharField(max_length=120, default="")
    done_at = models.DateTimeField(null=True)
    spoke_to = models.CharField(max_length=80, default="")
    read_back = models.CharField(max_length=400, default="")
    note = models.CharField(max_length=400, default="")
    once = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "once"], name="ecg_alert_call_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(state=CallState.OPEN), name="ecg_alert_calls_open")
        ]
