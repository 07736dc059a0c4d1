"""Partners and what is sent to them."""

from django.db import models

from tianmu.exchange.partners.choices import Protocol, Results, SendingState
from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.registry.organizations.models import Organization


class Partner(VersionedRow):
    """A system outside: a cart, an archive, a hospital system. It acts with the rights of its account.

    `identifier` is its application entity title (DICOM) or sending application (HL7), by which its calls are known;
    `host` and `port` are where it listens, empty when it only sends.
    """

    name = models.CharField(max_length=80)
    protocol = models.CharField(max_length=8, choices=Protocol.choices)
    identifier = models.CharField(max_length=64)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="partners")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    host = models.CharField(max_length=255, default="", blank=True)
    port = models.PositiveIntegerField(null=True)
    results = models.CharField(max_length=8, choices=Results.choices, default=Results.NOTHING)
    charset = models.CharField(max_length=20, default="", blank=True)
    ideographs_first = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    last_heard_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["protocol", "identifier"], name="partner_once")]


class Sending(Row):
    """One signed version of one report on its way to one partner."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="sendings")
    order_id = models.UUIDField()
    patient_id = models.UUIDField()
    number = models.CharField(max_length=24)
    report_version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=SendingState.choices, default=SendingState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "order_id", "report_version"], name="sending_once"),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="sending_due"),
            models.Index(fields=["partner", "-id"], name="sending_of_partner"),
        ]
