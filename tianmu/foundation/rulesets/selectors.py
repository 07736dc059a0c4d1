"""Which version of a rule set is in force where and when."""

from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.db.composed import Composed
from tianmu.foundation.rulesets.errors import Code
from tianmu.foundation.rulesets.models import RuleSet, RuleSetVersion
from tianmu.foundation.rulesets.permissions import Right


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
        self.rows = _IN_FORCE(keys=keys, on=on)

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


def _in_force(*, keys: tuple[str, ...], on: date) -> QuerySet[RuleSetVersion]:
    rows = RuleSetVersion.objects.select_related("unit", "rule_set").filter(rule_set__key__in=keys)
    return rows.filter(Q(effective_to=None) | Q(effective_to__gte=on), effective_from__lte=on)


_IN_FORCE: Composed[RuleSetVersion] = Composed(_in_force)


def version_of(key: str, version: str) -> RuleSetVersion:
    """Return one version with its content.

    Raises:
        MissingError: there is none.

    """
    found = RuleSetVersion.objects.select_related("unit").filter(rule_set__key=key, version=version).first()
    if found is None:
        raise MissingError("rule set version")
    return found


def version_at(key: str, version: str, unit_id: UUID | None) -> RuleSetVersion:
    """Return one version of the county (no unit) or of one institution.

    Raises:
        MissingError: there is none.

    """
    found = RuleSetVersion.objects.select_related("unit").filter(rule_set__key=key, version=version, unit=unit_id)
    one = found.first()
    if one is None:
        raise MissingError("rule set version")
    return one


def nearest(key: str, on: date, path: str = "/") -> RuleSetVersion | None:
    """Return what `in_force` returns, None where nothing is in force."""
    try:
        return in_force(key, on, path)
    except TianmuError:
        return None


def loading_units(actor: Actor) -> QuerySet[ScopeUnit]:
    """Return the institutions for which the actor may load rules, in the order of the tree.

    Raises:
        RefusedError: she may load rules nowhere.

    """
    actor.demand(Right.LOAD)
    below = Q()
    for path in actor.paths(Right.LOAD):
        below |= Q(path__startswith=path)
    return ScopeUnit.objects.filter(below).order_by("path")


def loading_unit(actor: Actor, unit_id: UUID | None) -> ScopeUnit | None:
    """Return the institution for which the actor is about to load rules; None is the whole county.

    Raises:
        RefusedError: she may not load rules there.
        MissingError: there is no such institution.

    """
    if unit_id is None:
        actor.demand(Right.LOAD, "/")
        return None
    unit = ScopeUnit.objects.filter(pk=unit_id).first()
    if unit is None:
        actor.demand(Right.LOAD)
        raise MissingError("unit")
    actor.demand(Right.LOAD, unit.path)
    return unit


def in_force_ids(on: date) -> set[UUID]:
    """Return the versions in force on a day, of each rule set at each unit that has versions of its own."""
    rows = RuleSetVersion.objects.filter(Q(effective_to=None) | Q(effective_to__gte=on), effective_from__lte=on)
    newest: dict[tuple[UUID, UUID | None], RuleSetVersion] = {}
    for row in rows.defer("content").order_by("effective_from", "version"):
        newest[row.rule_set_id, row.unit_id] = row
    return {row.pk for row in newest.values()}


def rule_sets() -> QuerySet[RuleSet]:
    """Return all rule sets with their versions; rules are public inside the house."""
    versions = RuleSetVersion.objects.select_related("unit").defer("content").order_by("-effective_from", "-version")
    return RuleSet.objects.prefetch_related(Prefetch("versions", versions)).order_by("key")
