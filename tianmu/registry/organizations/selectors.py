"""Reads of the organizations room."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.db.composed import Composed
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.permissions import Right


def organizations(actor: Actor) -> QuerySet[Organization]:
    """Return every institution and department with its scope unit, in the order of the tree.

    Raises:
        RefusedError: the actor may not see the directory.

    """
    actor.demand(Right.VIEW)
    return Organization.objects.select_related("unit").order_by("unit__path")


def organization(actor: Actor, key: UUID) -> Organization:
    """Return one institution.

    Raises:
        MissingError: there is none with this key.

    """
    found = organizations(actor).filter(pk=key).first()
    if found is None:
        raise MissingError("organization")
    return found


def home_of(actor: Actor) -> Organization | None:
    """Return the institution the actor belongs to: the nearest one at or above her home in the tree."""
    return next(iter(_AT_PATHS(True, paths=_above(actor.home_path))), None)


def institution_of(path: str) -> Organization | None:
    """Return the institution (no department) at or above a scope path."""
    return next(iter(_AT_PATHS(False, paths=_above(path))), None)


def institution_by_code(code: str) -> Organization | None:
    """Return the institution or department with this code."""
    return next(iter(_BY_CODE(code=code)), None)


def _above(path: str) -> tuple[str, ...]:
    """Return a path and those above it, the shortest first."""
    parts = [part for part in path.split("/") if part]
    return tuple("/" + "/".join(parts[: length + 1]) + "/" for length in range(len(parts)))


def _at_paths(departments: bool, *, paths: tuple[str, ...]) -> QuerySet[Organization]:
    rows = Organization.objects.select_related("unit").filter(unit__path__in=paths)
    return (rows if departments else rows.exclude(kind="department")).order_by("-unit__path")[:1]


def _by_code(*, code: str) -> QuerySet[Organization]:
    return Organization.objects.select_related("unit").filter(unit__code=code)


def _named(limit: int, *, text: str) -> QuerySet[Organization]:
    return _active().filter(unit__name__icontains=text)[:limit]


def _coded(limit: int, *, text: str) -> QuerySet[Organization]:
    return _active().filter(unit__code__istartswith=text)[:limit]


def _active() -> QuerySet[Organization]:
    return Organization.objects.select_related("unit").filter(active=True).order_by("unit__path")


_NAMED: Composed[Organization] = Composed(_named)
_CODED: Composed[Organization] = Composed(_coded)
_AT_PATHS: Composed[Organization] = Composed(_at_paths)
_BY_CODE: Composed[Organization] = Composed(_by_code)


def names_by_path(paths: Iterable[str]) -> dict[str, str]:
    """Return the names of institutions and departments by scope path, in one statement; unknown paths are left out."""
    rows = Organization.objects.filter(unit__path__in=set(paths)).values_list("unit__path", "unit__name")
    return dict(rows)


def search(actor: Actor, text: str, limit: int) -> list[Organization]:
    """Return institutions whose name contains `text`, else whose code begins with it; none without the right."""
    if not actor.may(Right.VIEW) or not text:
        return []
    named = _NAMED(limit, text=text)
    return named if named or not text.isascii() else _CODED(limit, text=text)
