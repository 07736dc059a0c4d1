"""Who takes part in the demo: the staff of the demo county by login, each with the rights she holds today."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import actor_for
from tianmu.operations.servicedesk.models import SubsystemUse
from tianmu.operations.servicedesk.selectors.places import catalogue
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.selectors import institution_of

REPORTER = "user1"
ENGINEERS = ("engineer1", "engineer2", "engineer3", "engineer4")


@cache
def texts() -> dict[str, Any]:
    """Return the invented words of the demo."""
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True, slots=True)
class Place:
    """An institution with somebody who raises tickets there."""

    organization: Organization
    user: Account


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who takes part."""

    engineers: tuple[Actor, ...]
    lead: Actor
    officer: Actor
    leader: Actor
    places: tuple[Place, ...]


def cast() -> Cast:
    """Return the people of the demo county; every institution uses every sub-system."""
    rows = Account.objects.select_related("home").filter(kind=AccountKind.STAFF, active=True)
    accounts = {row.login: row for row in rows}
    places = []
    units = Organization.objects.select_related("unit").filter(kind__in=["hospital", "township"]).order_by("unit__path")
    for unit in units:
        user = next((accounts[one] for one in _users(unit.code) if one in accounts), None)
        if user is not None:
            places.append(Place(unit, user))
    return Cast(
        engineers=tuple(actor(accounts[login]) for login in ENGINEERS),
        lead=actor(accounts["lead1"]),
        officer=actor(accounts["info1"]),
        leader=actor(accounts["leader1"]),
        places=tuple(places),
    )


def actor(account: Account) -> Actor:
    """Return an account as it acts today."""
    return actor_for(account, timezone.now(), client="desk")


def reporter() -> Place | None:
    """Return the user of an institution who can do nothing but report, where she works; None where there is none."""
    account = Account.objects.select_related("home").filter(login=REPORTER, active=True).first()
    place = institution_of(account.home.path) if account is not None else None
    return Place(place, account) if account is not None and place is not None else None


def let_use(places: tuple[Place, ...]) -> None:
    """Note that every institution uses every sub-system."""
    rows = [
        SubsystemUse(subsystem=one["key"], institution=place.organization)
        for one in catalogue()["subsystems"]
        for place in places
    ]
    SubsystemUse.objects.bulk_create(rows, ignore_conflicts=True)


def _users(code: str) -> tuple[str, ...]:
    return (f"doctor.{code}.1", f"nurse.{code}.1", f"med.{code}.1", f"er.{code}.1")
