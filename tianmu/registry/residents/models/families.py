"""Who belongs to whom: links between two people with what they allow, and households."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.registry.residents.choices import HouseholdRole, LinkKind, LinkRight, ProofKind
from tianmu.registry.residents.models.person import Resident


class FamilyLink(VersionedRow):
    """`relative` is the `kind` of `person`: her mother, guardian, proxy; with `rights`, what he may do for her."""

    person = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="links")
    relative = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="linked_to")
    kind = models.CharField(max_length=20, choices=LinkKind.choices)
    rights = ArrayField(models.CharField(max_length=20, choices=LinkRight.choices), default=list)
    since = models.DateField()
    until = models.DateField(null=True)
    proof_kind = models.CharField(max_length=20, choices=ProofKind.choices)
    proof_sha256 = models.CharField(max_length=64, default="", blank=True)
    proof_name = models.CharField(max_length=120, default="", blank=True)
    proof_number = models.CharField(max_length=60, default="", blank=True)
    recorded_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, default="")
    end_reason = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "relative", "kind"], condition=Q(ended_at=None), name="family_link_once"
            ),
            models.CheckConstraint(condition=~Q(person=F("relative")), name="family_link_of_two"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="family_link_days"),
        ]
        indexes = [models.Index(fields=["relative", "ended_at"], name="family_link_of_relative")]


class Household(VersionedRow):
    """A family that lives together (家庭户); its address is that of its head."""

    number = models.CharField(max_length=30, unique=True)
    path = models.CharField(max_length=400)


class HouseholdMember(Row):
    """A person belongs to a household for a time, to one at once."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="households")
    role = models.CharField(max_length=12, choices=HouseholdRole.choices)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="household_one_at_once"),
        ]
