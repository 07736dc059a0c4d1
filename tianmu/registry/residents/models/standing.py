"""Closing and re-opening of a register entry, and the move of a register from one institution to another."""

from django.db import models

from tianmu.foundation.db.rows import Row
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.choices import ClosedAs, DeathSource
from tianmu.registry.residents.models.person import Resident


class Closing(Row):
    """An entry was closed, and perhaps opened again; kept for ever."""

    person = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="closings")
    kind = models.CharField(max_length=12, choices=ClosedAs.choices)
    on = models.DateField()
    source = models.CharField(max_length=16, choices=DeathSource.choices, default="", blank=True)
    destination = models.CharField(max_length=120, default="", blank=True)
    reason = models.CharField(max_length=400, default="", blank=True)
    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.CharField(max_length=120, default="")
    reopen_reason = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(reopened_at=None), name="closing_in_force")
        ]


class RegisterMove(Row):
    """The register of a person went from one institution to another within the county."""

    person = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="moves")
    source = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    reason = models.CharField(max_length=400)
    before = models.JSONField(default=dict)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)
