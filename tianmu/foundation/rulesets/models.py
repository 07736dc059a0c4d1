"""A rule set and its versions."""

from django.db import models

from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.db.rows import Row


class RuleSet(Row):
    """A named set of rules, such as the time limits of ECG reports."""

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)


class RuleSetVersion(Row):
    """One version, in force from a date, for the whole county or for one institution and below."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=40)
    unit = models.ForeignKey(ScopeUnit, on_delete=models.PROTECT, null=True, related_name="+")
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    source = models.CharField(max_length=400)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "version", "unit"], nulls_distinct=False, name="ruleset_version_once"
            )
        ]
