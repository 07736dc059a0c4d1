"""Reads of the organizations room."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
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
    parts = [part for part in actor.home_path.split("/") if part]
    paths = ["/" + "/".join(parts[: length + 1]) + "/" for length in range(len(parts))]
    return Organization.objects.select_related("unit").filter(unit__path__in=paths).order_by("-unit__path").first()


def institution_of(path: str) -> Organization | None:
    """Return the institution (no department) at or above a scope path."""
    parts = [part for part in path.split("/") if part]
    paths = ["/" + "/".join(parts[: length + 1]) + "/" for length in range(len(parts))]
    rows = Organization.objects.select_related("unit").filter(unit__path__in=paths).exclude(kind="department")
    return rows.order_by("-unit__path").first()


def names_by_path(paths: Iterable[str]) -> dict[str, str]:
    """Return the names of institutions and departments by scope path, in one statement; unknown paths are left out."""
    rows = Organization.objects.filter(unit__path__in=set(paths)).values_list("unit__path", "unit__name")
    return dict(rows)


def search(actor: Actor, text: str, limit: int) -> list[Organization]:
    """Return institutions whose name contains `text`, else whose code begins with it; none without the right."""
    if not actor.may(Right.VIEW) or not text:
        return []
    rows = organizations(actor).filter(active=True)
    named = list(rows.filter(unit__name__icontains=text)[:limit])
    return named if named or not text.isascii() else list(rows.filter(unit__code__istartswith=text)[:limit])
