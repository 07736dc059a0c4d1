"""Orders and their path. Reports are documents (foundation) about an order."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tianmu.clinical.ecg.choices import Critical, OrderState, Urgency
from tianmu.clinical.ecg.models.devices import Device
from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.models import Resident


class Order(VersionedRow):
    """An examination asked for at one place and read at another (申请单).

    The columns from `heart_rate` on are what the worklist shows of the newest analysis and report. Those from
    `opened_at` on are what figures count: the first time that a reader opened it, that a report was published and
    printed, that the person or her family read it; `conclusion_codes` are of the newest published report.
    """

    number = models.CharField(max_length=24, unique=True)
    state = models.CharField(max_length=16, choices=OrderState.choices, default=OrderState.REGISTERED)
    kind = models.CharField(max_length=12, default="resting")
    urgency = models.CharField(max_length=12, choices=Urgency.choices)
    rank = models.PositiveSmallIntegerField()
    patient = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="ecg_orders")
    origin = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="ecg_orders_sent")
    origin_path = models.CharField(max_length=400)
    centre = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="ecg_orders_read")
    centre_path = models.CharField(max_length=400)
    department = models.CharField(max_length=60, default="")
    requested_by = models.CharField(max_length=60, default="")
    clinical_note = models.CharField(max_length=400, default="")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="orders", null=True)
    registered_by = models.CharField(max_length=120)
    registered_at = models.DateTimeField()
    acquired_at = models.DateTimeField(null=True)
    uploaded_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    lock_holder = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    lock_name = models.CharField(max_length=120, default="")
    locked_at = models.DateTimeField(null=True)
    lock_ends_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    assigned_name = models.CharField(max_length=120, default="")
    heart_rate = models.PositiveSmallIntegerField(null=True)
    statement_codes = ArrayField(models.CharField(max_length=40), default=list)
    severity = models.CharField(max_length=12, default="")
    quality_grade = models.CharField(max_length=1, default="")
    critical = models.CharField(max_length=12, choices=Critical.choices, default=Critical.NONE)
    reader = models.CharField(max_length=120, default="")
    reviewer = models.CharField(max_length=120, default="")
    conclusion_text = models.CharField(max_length=400, default="")
    conclusion_class = models.CharField(max_length=16, default="")
    signed_at = models.DateTimeField(null=True)
    published_version = models.PositiveSmallIntegerField(default=0)
    review_owed = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    printed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    conclusion_codes = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["acquired_at"], name="ecg_acquired"),
            models.Index(fields=["uploaded_at"], name="ecg_uploaded"),
            models.Index(fields=["state", "rank", "due_at", "id"], name="ecg_worklist"),
            models.Index(fields=["rank", "due_at", "id"], name="ecg_worklist_all"),
            models.Index(fields=["patient", "-id"], name="ecg_of_patient"),
            models.Index(fields=["origin_path"], name="ecg_origin", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["centre_path"], name="ecg_centre", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["-registered_at", "-id"], name="ecg_newest"),
            GinIndex(fields=["statement_codes"], name="ecg_statements"),
        ]


class OrderStep(Row):
    """One move of an order: who, when, from where to where, why."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    move = models.CharField(max_length=16)
    from_state = models.CharField(max_length=16)
    to_state = models.CharField(max_length=16)
    reason = models.CharField(max_length=400, default="")

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="ecg_step_returns", condition=models.Q(move="return")),
            models.Index(
                fields=["order"],
                name="ecg_step_of_returned",
                condition=models.Q(move="return") | models.Q(move="import", from_state__in=["returned", "rejected"]),
            ),
        ]
