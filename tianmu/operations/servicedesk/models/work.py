"""Demands with their plans, controlled requests with their images, and changes of A's environment."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.operations.servicedesk.choices import Complaint
from tianmu.operations.servicedesk.models.tickets import Ticket


class Demand(VersionedRow):
    """A demand form (需求单, annex 2, 5.4); what B first answered and what both agreed."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="demand")
    state = models.CharField(max_length=16, default="draft")
    complexity = models.CharField(max_length=8, default="ordinary")
    what = models.CharField(max_length=4000)
    why = models.CharField(max_length=2000, default="")
    wanted_by = models.DateField(null=True)
    submitted_at = models.DateTimeField(null=True)
    feedback_at = models.DateTimeField(null=True)
    possible = models.BooleanField(null=True)
    expected_on = models.DateField(null=True)
    extra_cost = models.BooleanField(null=True)
    feedback = models.CharField(max_length=2000, default="")
    method = models.CharField(max_length=4000, default="")
    quotation = models.CharField(max_length=400, default="")
    agreed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)


class PlanNode(VersionedRow):
    """A node of a plan; it binds once both sides confirmed it (R-17). `key` 2.1 replaces 2."""

    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="nodes")
    key = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    due = models.DateTimeField()
    proposed_by = models.CharField(max_length=120)
    confirmed_a_at = models.DateTimeField(null=True)
    confirmed_a_by = models.CharField(max_length=120, default="")
    confirmed_b_at = models.DateTimeField(null=True)
    confirmed_b_by = models.CharField(max_length=120, default="")
    lapsed_at = models.DateTimeField(null=True)
    lapsed_reason = models.CharField(max_length=400, default="")
    done_at = models.DateTimeField(null=True)
    impact = models.BooleanField(default=False)
    complaint = models.CharField(max_length=8, choices=Complaint.choices, default=Complaint.NONE)
    evidence = models.CharField(max_length=1000, default="")
    evidence_by = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["demand", "key"], name="desk_node_once")]


class ControlledRequest(VersionedRow):
    """A change of medical documents, fees of 1,000 yuan or more, or data in a database (O-076)."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="controlled")
    state = models.CharField(max_length=12, default="asked")
    reasons = ArrayField(models.CharField(max_length=20))
    what = SealedTextField(null=True)
    why = models.CharField(max_length=2000, default="")
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    doable = models.BooleanField(null=True)
    planned_for = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, default="")
    target = models.CharField(max_length=60, default="")
    statement = SealedTextField(null=True)
    image_query = SealedTextField(null=True)
    rollback = SealedTextField(null=True)
    rows = models.PositiveIntegerField(null=True)
    before_image = SealedTextField(null=True)
    before_sha256 = models.CharField(max_length=64, default="")
    after_image = SealedTextField(null=True)
    after_sha256 = models.CharField(max_length=64, default="")
    executed_at = models.DateTimeField(null=True)


class ControlledStep(Row):
    """Who did which step of a controlled request; no account holds two roles. Never changed."""

    request = models.ForeignKey(ControlledRequest, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    step = models.CharField(max_length=12)
    role = models.CharField(max_length=12, default="")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    note = models.CharField(max_length=1000, default="")


class ChangeRecord(VersionedRow):
    """A change of system environment or site (O-012, O-017): A tells B seven days before, else bears what follows."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="change")
    side = models.CharField(max_length=8)
    notified_at = models.DateTimeField()
    window_from = models.DateTimeField()
    window_to = models.DateTimeField()
    plan = models.CharField(max_length=4000)
    back_out = models.CharField(max_length=2000, default="")
    before = models.CharField(max_length=2000, default="")
    after = models.CharField(max_length=2000, default="")
    witnesses = ArrayField(models.CharField(max_length=80), default=list)
    done_at = models.DateTimeField(null=True)
