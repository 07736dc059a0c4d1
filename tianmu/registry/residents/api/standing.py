"""Closing an entry, opening it again, moving it, and what became of it so far."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.registry.organizations import selectors as organizations
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents import merging, selectors, standing
from tianmu.registry.residents.api.merges import merge_out
from tianmu.registry.residents.api.people import page_of
from tianmu.registry.residents.choices import ClosedAs
from tianmu.registry.residents.models import Closing, RegisterMove
from tianmu.registry.residents.schemas import ResidentPage, UnitOut
from tianmu.registry.residents.schemas.standing import (
    ClosingOut,
    PersonCloseAsked,
    PersonHistoryOut,
    PersonReopenAsked,
    RegisterMoveAsked,
    RegisterMoveOut,
)

router = Router(tags=["residents"])
MOST = 50


@router.get("/people/{resident_id}/history", response={200: PersonHistoryOut, **PROBLEMS})
def history(request: HttpRequest, resident_id: UUID) -> PersonHistoryOut:
    """List closings, moves and merges of an entry."""
    actor = actor_of(request)
    row = selectors.resident(actor, resident_id)
    closings = Closing.objects.select_related("unit__unit").filter(person=row).order_by("-id")[:MOST]
    moves = RegisterMove.objects.select_related("source__unit", "target__unit").filter(person=row).order_by("-id")
    return PersonHistoryOut(
        closings=[_closing(one) for one in closings],
        moves=[_move(one) for one in moves[:MOST]],
        merges=[merge_out(one) for one in merging.merges_of(actor, row.pk)],
    )


@router.post("/people/{resident_id}/close", response={200: ResidentPage, **PROBLEMS})
def close(request: HttpRequest, resident_id: UUID, body: PersonCloseAsked) -> ResidentPage:
    """Close an entry: death, moved away, lost, made in error."""
    draft = standing.ClosingDraft(
        kind=body.kind,
        on=body.on,
        source=body.source or "",
        destination=body.destination,
        reason=body.reason,
    )
    row = standing.close_resident(actor=actor_of(request), resident_id=resident_id, draft=draft, now=timezone.now())
    return page_of(row, timezone.localdate())


@router.post("/people/{resident_id}/reopen", response={200: ResidentPage, **PROBLEMS})
def reopen(request: HttpRequest, resident_id: UUID, body: PersonReopenAsked) -> ResidentPage:
    """Open a closed entry again."""
    actor = actor_of(request)
    unit = organizations.organization(actor, body.unit) if body.unit else None
    now = timezone.now()
    row = standing.reopen_resident(actor=actor, resident_id=resident_id, unit=unit, reason=body.reason, now=now)
    return page_of(row, timezone.localdate())


@router.post("/people/{resident_id}/move", response={200: ResidentPage, **PROBLEMS})
def move(request: HttpRequest, resident_id: UUID, body: RegisterMoveAsked) -> ResidentPage:
    """Give the register of a person to another institution of the county."""
    actor = actor_of(request)
    draft = standing.MoveDraft(
        target=organizations.organization(actor, body.unit),
        on=body.on,
        reason=body.reason,
        town_code=body.town_code,
        village=body.village,
        address=body.address,
    )
    row = standing.move_register(actor=actor, resident_id=resident_id, draft=draft, now=timezone.now())
    return page_of(row, timezone.localdate())


def _unit(row: Organization) -> UnitOut:
    return UnitOut(id=row.pk, name=row.name)


def _closing(row: Closing) -> ClosingOut:
    return ClosingOut(
        kind=ClosedAs(row.kind),
        on=row.on,
        source=row.source,
        destination=row.destination,
        reason=row.reason,
        unit=_unit(row.unit),
        at=row.at,
        by_name=row.by_name,
        reopened_at=row.reopened_at,
        reopened_by=row.reopened_by,
        reopen_reason=row.reopen_reason,
    )


def _move(row: RegisterMove) -> RegisterMoveOut:
    return RegisterMoveOut(
        source=_unit(row.source), target=_unit(row.target), on=row.on, reason=row.reason, at=row.at, by_name=row.by_name
    )
