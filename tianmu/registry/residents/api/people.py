"""The people of the county: finding, opening, registering, changing, revealing."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.pages import Page, key_behind, page_by_key
from tianmu.foundation.api.pages import page_of as page_of_items
from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version
from tianmu.foundation.db.masks import masked_address, masked_id_number, masked_phone
from tianmu.registry.organizations import selectors as organizations
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents import actions, selectors
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.errors import Code
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.ports import count
from tianmu.registry.residents.rules.ages import age_years
from tianmu.registry.residents.schemas import (
    PeopleQuery,
    ResidentAsked,
    ResidentChanges,
    ResidentOut,
    ResidentPage,
    ResidentTown,
    RevealAsked,
    RevealedOut,
    UnitOut,
)

router = Router(tags=["residents"])


@router.get("/people", response={200: Page[ResidentOut], **PROBLEMS})
def people(request: HttpRequest, query: Query[PeopleQuery]) -> Page[ResidentOut]:
    """Find people, the newest in the register first; a whole id number finds its holder in the whole county."""
    actor, today = actor_of(request), timezone.localdate()
    below, most = key_behind(query), query.limit + 1
    rows = selectors.newest(actor, query.search, today, closed=query.closed, below=below, most=most)
    found = page_by_key(rows, query, lambda row: present(row, today))
    if not found.items and not query.cursor:
        holder = selectors.by_card(actor, query.search, today, closed=query.closed)
        if holder is not None:
            actions.find_by_card(actor=actor, row=holder)
            return page_of_items([present(holder, today)])
    return found


@router.get("/people/{resident_id}", response={200: ResidentPage, **PROBLEMS})
def person(request: HttpRequest, resident_id: UUID) -> ResidentPage:
    """Open a person's page; the view is noted."""
    actor = actor_of(request)
    row = selectors.resident(actor, resident_id)
    actions.view_resident(actor=actor, row=row)
    return page_of(row, timezone.localdate())


@router.post("/people", response={201: ResidentPage, **PROBLEMS})
def register(request: HttpRequest, body: ResidentAsked) -> Status[ResidentPage]:
    """Register a person, or a temporary one who is from outside or not yet identified."""
    actor = actor_of(request)
    draft = PersonDraft(**body.dict(exclude={"unit"}))
    row = actions.register_resident(actor=actor, draft=draft, unit=_unit_of(actor, body.unit))
    return Status(201, page_of(row, timezone.localdate()))


@router.patch("/people/{resident_id}", response={200: ResidentPage, **PROBLEMS})
def change(request: HttpRequest, resident_id: UUID, body: ResidentChanges) -> ResidentPage:
    """Change what is known of a person."""
    row = actions.change_resident(
        actor=actor_of(request),
        resident_id=resident_id,
        expected_version=expected_version(request),
        changes=body.dict(exclude_unset=True),
    )
    return page_of(row, timezone.localdate())


@router.post("/people/{resident_id}/reveal", response={200: RevealedOut, **PROBLEMS})
def reveal(request: HttpRequest, resident_id: UUID, body: RevealAsked) -> RevealedOut:
    """Show sealed data in clear; who, what and why are noted."""
    found = actions.reveal(actor=actor_of(request), resident_id=resident_id, fields=body.fields, reason=body.reason)
    return RevealedOut(**found)


def present(row: Resident, today: date) -> ResidentOut:
    """Return a person as lists show her."""
    return ResidentOut(
        id=row.pk,
        name=row.name,
        sex=row.sex,
        birth_date=row.birth_date,
        age_years=_age(row, today),
        id_number_masked=masked_id_number(row.id_number),
        phone_masked=masked_phone(row.phone),
        town=ResidentTown(code=row.town.code, name=row.town.name) if row.town else None,
        village=row.village,
        kind=row.kind,
        deceased=row.deceased_on is not None,
        closed_as=row.closed_as,
    )


def page_of(row: Resident, today: date) -> ResidentPage:
    """Return everything the register says of a person, masked."""
    return ResidentPage(
        **present(row, today).model_dump(),
        address_masked=masked_address(row.address),
        register_unit=UnitOut(id=row.register_unit.pk, name=row.register_unit.name),
        deceased_on=row.deceased_on,
        closed_on=row.closed_on,
        merged_into=row.merged_into_id,
        ecg_count=count("ecg", row.pk),
        version=row.version,
    )


def _age(row: Resident, today: date) -> int | None:
    if row.birth_date is None:
        return None
    return age_years(row.birth_date, max(row.birth_date, row.deceased_on or today))


def _unit_of(actor: Actor, key: UUID | None) -> Organization:
    unit = organizations.organization(actor, key) if key else organizations.home_of(actor)
    if unit is None:
        detail = "Say which institution keeps the register of this person."
        raise TianmuError(Code.UNIT_UNKNOWN, detail, status=422, fields={"unit": detail})
    return unit
