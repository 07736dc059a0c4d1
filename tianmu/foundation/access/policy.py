"""One policy per resource, asked for one row and compiled to a query alike, so that both always agree."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import attrgetter, or_
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from tianmu.foundation.access.actor import EVERYWHERE, Actor, ActorKind
from tianmu.foundation.access.errors import MissingError, PurposeNeededError

M = TypeVar("M", bound=Model)
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class ScopePolicy(Generic[M]):
    """Rows are seen by who holds a right at or above one of the row's scope paths, and by the resident they are about.

    `paths` are fields (with `__` across relations) that hold a scope path. `owner` is the field with her key;
    `open_to_owner` says in which rows she may look, as a query and as a test of one row.
    """

    resource: str
    paths: tuple[str, ...]
    owner: str | None = None
    open_to_owner: tuple[Q, Callable[[M], bool]] = (Q(), lambda _row: True)

    def filter(self, actor: Actor, right: str) -> Q:
        """Return the condition under which a row may be used by `actor` with `right`."""
        if actor.kind is ActorKind.RESIDENT:
            if self.owner is None or actor.person_id is None:
                return NOTHING
            return Q(**{self.owner: actor.person_id}) & self.open_to_owner[0]
        held = actor.paths(right)
        if EVERYWHERE in held:
            return Q()
        reached = self.filter_at(held)
        if self.opens_in_emergency(actor, right):
            return reached | Q(**{f"{self.owner}__in": actor.opened_persons})
        return reached

    def filter_at(self, paths: Iterable[str]) -> Q:
        """Return the condition under which a row lies at or below one of the paths."""
        held = list(paths)
        return reduce(or_, (Q(**{f"{field}__startswith": path}) for field in self.paths for path in held), NOTHING)

    def plain_paths(self, actor: Actor, right: str) -> tuple[str, ...] | None:
        """Return the paths that alone decide what a member of staff may use; None where this policy says more."""
        paths = actor.paths(right)
        if actor.kind is not ActorKind.STAFF or EVERYWHERE in paths or self.opens_in_emergency(actor, right):
            return None
        return paths or None

    def opens_in_emergency(self, actor: Actor, right: str) -> bool:
        """Tell whether records that the actor opened in an emergency count here: only to look, never to change."""
        return bool(actor.opened_persons) and self.owner is not None and right.endswith(".view")

    def rows(self, actor: Actor, right: str, rows: QuerySet[M]) -> QuerySet[M]:
        """Return those of `rows` that `actor` may use with `right`.

        Raises:
            PurposeNeededError: her role shows figures only, and no purpose is stated.

        """
        self.demand_purpose(actor, right)
        return rows.filter(self.filter(actor, right))

    def figures(self, actor: Actor, right: str, rows: QuerySet[M]) -> QuerySet[M]:
        """Return the rows whose sums the actor may see; only numbers made of them may leave the house."""
        held = actor.figure_paths(right)
        if actor.kind is ActorKind.RESIDENT or EVERYWHERE in held:
            return rows.filter(self.filter(actor, right)) if actor.kind is ActorKind.RESIDENT else rows
        return rows.filter(self.filter_at(held))

    def demand_purpose(self, actor: Actor, right: str) -> None:
        """Refuse when the actor sees figures by `right` and has stated no purpose for seeing persons.

        Raises:
            PurposeNeededError: she must state one first; whether there is such a row is not told.

        """
        opened = self.owner is not None and self.opens_in_emergency(actor, right)
        if actor.needs_purpose(right) and not opened:
            raise PurposeNeededError(right)

    def allows(self, actor: Actor, right: str, row: M) -> bool:
        """Tell whether `actor` may use this row with `right`."""
        if actor.kind is ActorKind.RESIDENT:
            if self.owner is None or actor.person_id is None:
                return False
            return _value(row, self.owner) == actor.person_id and self.open_to_owner[1](row)
        if EVERYWHERE in actor.paths(right):
            return True
        if self.opens_in_emergency(actor, right) and _value(row, str(self.owner)) in actor.opened_persons:
            return True
        return any(actor.may(right, str(_value(row, field) or "")) for field in self.paths)

    def demand(self, actor: Actor, right: str, row: M) -> None:
        """Refuse unless `actor` may use this row with `right`.

        Raises:
            RefusedError: she holds the right elsewhere or not at all.
            PurposeNeededError: she sees figures only, and has stated no purpose.

        """
        if not self.allows(actor, right, row):
            raise actor.refusal(right, str(_value(row, self.paths[0]) or ""))

    def one(self, actor: Actor, right: str, rows: QuerySet[M], key: object) -> M:
        """Return the row with `key` if `actor` may use it with `right`.

        Raises:
            MissingError: there is none that she may see.
            PurposeNeededError: her role shows figures only, and no purpose is stated.

        """
        found = self.rows(actor, right, rows).filter(pk=key).first()
        if found is None:
            raise MissingError(self.resource)
        return found


def _value(row: Model, field: str) -> object:
    return attrgetter(field.replace("__", "."))(row)
