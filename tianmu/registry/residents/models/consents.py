"""What a person allows and no longer allows; decisions are only appended (trigger in the migration)."""

from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row
from tianmu.registry.residents.choices import ConsentWay
from tianmu.registry.residents.models.families import FamilyLink
from tianmu.registry.residents.models.person import Resident


class ConsentDecision(Row):
    """Consent given or withdrawn for one purpose, in the words of one version of it.

    `text_sha256` is the text she was shown; `evidence_sha256` the signed paper, where there is one. `link` tells by
    which guardianship somebody else decided for her.
    """

    person = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=40)
    purpose_version = models.CharField(max_length=40)
    text_sha256 = models.CharField(max_length=64)
    given = models.BooleanField()
    at = models.DateTimeField()
    way = models.CharField(max_length=8, choices=ConsentWay.choices)
    by_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=120)
    link = models.ForeignKey(FamilyLink, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=400, default="", blank=True)
    evidence_sha256 = models.CharField(max_length=64, default="", blank=True)
    evidence_name = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "purpose", "-id"], name="consent_newest")]
