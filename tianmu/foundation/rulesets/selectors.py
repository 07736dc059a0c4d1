"""Which version of a rule set is in force where and when."""

from datetime import date

from django.db.models import Q, QuerySet

from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.foundation.rulesets.errors import Code
from tianmu.foundation.rulesets.models import RuleSet, RuleSetVersion


def in_force(key: str, on: date, path: str = "/") -> RuleSetVersion:
    """Return the version in force on a day at a place: the nearest institution's own, else the county's; newest first.

    Raises:
        TianmuError: none is in force.

    """
    return InForce((key,), on).at(key, path)


class InForce:
    """The versions of several rule sets in force on a day, read by one statement and asked place by place."""

    def __init__(self, keys: tuple[str, ...], on: date) -> None:
        self.on = on
        rows = RuleSetVersion.objects.select_related("unit", "rule_set").filter(
            Q(effective_to=None) | Q(effective_to__gte=on), rule_set__key__in=keys, effective_from__lte=on
        )
        self.rows = list(rows)

    def at(self, key: str, path: str = "/") -> RuleSetVersion:
        """Return the version of `key` in force at `path`, as `in_force` does.

        Raises:
            TianmuError: none is in force.

        """
        rows = [row for row in self.rows if row.rule_set.key == key]
        here = [row for row in rows if row.unit is None or path.startswith(row.unit.path)]
        if not here:
            detail = f"No version of the rule set {key} is in force on {self.on}. Load one that covers this day."
            raise TianmuError(Code.NOT_IN_FORCE, detail, status=409)
        return max(here, key=lambda row: (len(row.unit.path) if row.unit else 0, row.effective_from, row.version))


def version_of(key: str, version: str) -> RuleSetVersion:
    """Return one version with its content.

    Raises:
        MissingError: there is none.

    """
    found = RuleSetVersion.objects.select_related("unit").filter(rule_set__key=key, version=version).first()
    if found is None:
        raise MissingError("rule set version")
    return found


def rule_sets() -> QuerySet[RuleSet]:
    """Return all rule sets with their versions; rules are public inside the house."""
    return RuleSet.objects.prefetch_related("versions__unit").order_by("key")
