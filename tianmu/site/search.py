"""One box over people, staff, institutions and ECG orders: each group as far as the actor's rights reach."""

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field

from tianmu.clinical.ecg.permissions import Right as EcgRight
from tianmu.clinical.ecg.selectors.box import newest_found
from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import RefusedError
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.db.masks import masked_id_number
from tianmu.registry.organizations import selectors as organizations
from tianmu.registry.residents import actions as resident_actions
from tianmu.registry.residents import selectors as residents
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import Right as ResidentRight
from tianmu.registry.staff import selectors as staff
from tianmu.registry.staff.permissions import Right as StaffRight

router = Router(tags=["site"])
MOST = 8
CANDIDATES = 24


class LinkOut(BaseModel):
    """Where an item leads."""

    kind: str
    id: UUID


class ItemOut(BaseModel):
    """Something that was found."""

    id: UUID
    title: str
    subtitle: str
    link: LinkOut


class GroupOut(BaseModel):
    """What was found of one kind."""

    kind: Literal["resident", "staff", "organization", "ecg_order"]
    items: list[ItemOut]


class FoundOut(BaseModel):
    """What was found; groups without items are left out."""

    groups: list[GroupOut]
    purpose_needed: bool = Field(description="People are found only while the actor states a purpose.")


@router.get("", response={200: FoundOut, **PROBLEMS})
def search(request: HttpRequest, q: Annotated[str, Query(min_length=1, max_length=80)]) -> FoundOut:
    """Find people, staff, institutions and ECG orders."""
    actor = actor_of(request)
    if actor.kind is ActorKind.RESIDENT:
        raise RefusedError(ResidentRight.VIEW)
    text = q.strip()
    groups = [
        GroupOut(kind="resident", items=list(_residents(actor, text))),
        GroupOut(kind="staff", items=list(_staff(actor, text))),
        GroupOut(kind="organization", items=list(_organizations(actor, text))),
        GroupOut(kind="ecg_order", items=list(_ecg_orders(actor, text))),
    ]
    return FoundOut(
        groups=[group for group in groups if group.items],
        purpose_needed=actor.needs_purpose(ResidentRight.VIEW) or actor.needs_purpose(EcgRight.VIEW),
    )


def _residents(actor: Actor, text: str) -> Iterator[ItemOut]:
    if not text or not actor.may(ResidentRight.VIEW):
        return
    today = timezone.localdate()
    found = residents.newest(actor, text, today, most=CANDIDATES)
    if not found:
        holder = residents.by_card(actor, text, today)
        if holder is not None:
            resident_actions.find_by_card(actor=actor, row=holder)
            found = [holder]
    for row in sorted(found, key=lambda one: one.name != text)[:MOST]:
        yield _item("resident", row.pk, row.name, _about(row))


def _about(row: Resident) -> str:
    parts = (
        str(row.birth_date or ""),
        masked_id_number(row.id_number),
        row.town.name + row.village if row.town else row.village,
    )
    return " · ".join(part for part in parts if part)


def _staff(actor: Actor, text: str) -> Iterator[ItemOut]:
    if not text or not actor.may(StaffRight.VIEW):
        return
    for row in staff.found(actor, text, MOST):
        yield _item("staff", row.pk, row.name, " · ".join(part for part in (row.title, row.home.name) if part))


def _organizations(actor: Actor, text: str) -> Iterator[ItemOut]:
    for row in organizations.search(actor, text, MOST):
        yield _item("organization", row.pk, row.name, row.town.name if row.town else "")


def _ecg_orders(actor: Actor, text: str) -> Iterator[ItemOut]:
    if not text or not actor.may(EcgRight.VIEW):
        return
    for row in newest_found(actor, text, MOST):
        yield _item("ecg_order", row.pk, f"{row.number} {row.patient.name}", row.origin.name)


def _item(kind: str, key: UUID, title: str, subtitle: str) -> ItemOut:
    return ItemOut(id=key, title=title, subtitle=subtitle, link=LinkOut(kind=kind, id=key))
