"""Which institution a ticket belongs to, and what may be chosen in forms."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.operations.servicedesk.actions.callers import phone_hash
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import CallerNumber, ChatGroup, ReceivedLetter, SubsystemUse, Ticket
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.selectors import institution_of

CATALOGUE = Path(__file__).resolve().parent.parent / "data" / "catalogue.json"


@cache
def catalogue() -> dict[str, Any]:
    """Return the sub-systems and kinds of problem that may be chosen."""
    loaded: dict[str, Any] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return loaded


def demand_known(subsystems: list[str]) -> None:
    """Refuse a sub-system that is not in the contract.

    Raises:
        TianmuError: with the keys that are not known.

    """
    unknown = set(subsystems) - {one["key"] for one in catalogue()["subsystems"]}
    if unknown:
        detail = f"There is no sub-system {', '.join(sorted(unknown))}. Choose one from the list."
        raise TianmuError(Code.UNKNOWN_KEY, detail, status=422, fields={"subsystems": "unknown"})


def place_for(actor: Actor, key: UUID | None) -> Organization:
    """Return the institution named, or the actor's own.

    Raises:
        MissingError: there is none.

    """
    if key is None:
        own = institution_of(actor.home_path)
        if own is None:
            raise MissingError("institution")
        return own
    row = Organization.objects.select_related("unit").filter(pk=key).first()
    if row is None or not (actor.may(Right.WORK, row.path) or actor.may(Right.RAISE, row.path)):
        raise MissingError("institution")
    return row


def places_by_code(codes: set[str]) -> dict[str, Organization]:
    """Return institutions by code, those that exist, and the county itself under the empty code."""
    rows = Organization.objects.select_related("unit").filter(Q(unit__code__in=codes) | Q(unit__parent=None))
    found = {row.code: row for row in rows}
    county = next((row for row in rows if row.unit.parent_id is None), None)
    return {**found, "": county} if county is not None else found


def caller_of(actor: Actor, phone: str) -> CallerNumber | None:
    """Return whose number calls."""
    actor.demand(Right.WORK)
    rows = CallerNumber.objects.select_related("institution__unit").filter(phone_hash=phone_hash(phone))
    return rows.first()


def chat_groups(actor: Actor) -> list[ChatGroup]:
    """Return the work groups."""
    actor.demand(Right.WORK)
    return list(ChatGroup.objects.select_related("institution__unit").order_by("channel", "name"))


def letters(actor: Actor) -> QuerySet[ReceivedLetter]:
    """Return the letters that came: those whose ticket the actor may see, and those that became none."""
    actor.demand(Right.WORK)
    seen = TICKETS.rows(actor, Right.WORK, Ticket.objects.all())
    return ReceivedLetter.objects.select_related("ticket").filter(Q(ticket=None) | Q(ticket__in=seen))


def uses(actor: Actor) -> dict[str, list[UUID]]:
    """Return which institutions use which sub-system."""
    actor.demand(Right.WORK)
    found: dict[str, list[UUID]] = {one["key"]: [] for one in catalogue()["subsystems"]}
    for key, institution in SubsystemUse.objects.order_by("institution__unit__path").values_list(
        "subsystem", "institution_id"
    ):
        found.setdefault(key, []).append(institution)
    return found
