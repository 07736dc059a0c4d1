"""One box over people, staff, institutions and ECG orders: each group as far as the actor's rights reach."""

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from tianmu.clinical.ecg.permissions import Right as EcgRight
from tianmu.clinical.ecg.selectors.worklist import Wanted, orders
from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import RefusedError
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.db.masks import masked_id_number
from tianmu.registry.organizations import selectors as organizations
from tianmu.registry.residents import actions as resident_actions
from tianmu.registry.residents import selectors as residents
from tianmu.registry.residents.by_character import Newest
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import Right as ResidentRight
from tianmu.registry.staff import selectors as staff
from tianmu.registry.staff.permissions import Right as StaffRight

router = Router(tags=["site"])
MOST = 8
CANDIDATES = 24
STAFF_SHOWN = ("name", "title", "home__unit__name")
ORDERS_SHOWN = ("number", "patient_id", "patient__name", "origin__unit__name")


class LinkOut(Schema):
    """Where an item leads."""

    kind: str
    id: UUID


class ItemOut(Schema):
    """Something that was found."""

    id: UUID
    title: str
    subtitle: str
    link: LinkOut


class GroupOut(Schema):
    """What was found of one kind."""

    kind: Literal["resident", "staff", "organization", "ecg_order"]
    items: list[ItemOut]


class FoundOut(Schema):
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
    found = list(residents.search(actor, text, today, newest=Newest(CANDIDATES)).order_by("-id")[:CANDIDATES])
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
    for row in staff.search(actor, text).prefetch_related(None).only(*STAFF_SHOWN).order_by("pinyin", "id")[:MOST]:
        yield _item("staff", row.pk, row.name, " · ".join(part for part in (row.title, row.home.name) if part))


def _organizations(actor: Actor, text: str) -> Iterator[ItemOut]:
    for row in organizations.search(actor, text, MOST):
        yield _item("organization", row.pk, row.name, row.town.name if row.town else "")


def _ecg_orders(actor: Actor, text: str) -> Iterator[ItemOut]:
    if not text or not actor.may(EcgRight.VIEW):
        return
    found = (
        orders(actor, Wanted(search=text))
        .select_related(None)
        .select_related("patient", "origin__unit")
        .only(*ORDERS_SHOWN)
    )
    for row in found.order_by("-registered_at", "-id")[:MOST]:
        yield _item("ecg_order", row.pk, f"{row.number} {row.patient.name}", row.origin.name)


def _item(kind: str, key: UUID, title: str, subtitle: str) -> ItemOut:
    return ItemOut(id=key, title=title, subtitle=subtitle, link=LinkOut(kind=kind, id=key))
