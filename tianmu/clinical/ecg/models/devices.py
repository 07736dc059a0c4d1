"""Machines that record, each of an institution."""

from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import VersionedRow
from tianmu.registry.organizations.models import Organization


class Device(VersionedRow):
    """An ECG machine or gateway of an institution; it sends with a token of its own account."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="ecg_devices")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=80)
    model = models.CharField(max_length=80, default="")
    serial = models.CharField(max_length=80, default="")
    active = models.BooleanField(default=True)
    last_seen_at = models.DateTimeField(null=True)
