"""Writes of the residents room."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.api.errors import Code as ApiCode
from tianmu.foundation.audit.actions import record
from tianmu.foundation.db.copying import copy_rows
from tianmu.foundation.events.actions import publish
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.choices import ResidentKind
from tianmu.registry.residents.columns import PersonDraft, columns, known
from tianmu.registry.residents.errors import Code
from tianmu.registry.residents.events import ResidentChanged, ResidentRegistered
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import PEOPLE, Right
from tianmu.registry.residents.selectors import FOUND_BY_CARD, match_by_id_number

BATCH = 2000
SEALED = frozenset({"id_number", "phone", "address"})
CHANGEABLE = frozenset({"name", "sex", "birth_date", "id_number", "phone", "address", "town_code", "village"})


@transaction.atomic
def register_resident(*, actor: Actor, draft: PersonDraft, unit: Organization) -> Resident:
    """Enter a person into the register that `unit` keeps.

    Raises:
        RefusedError: the actor may not register people there.
        TianmuError: the id number, birth date or phone is not valid.
        ConflictError: somebody with this id number is registered; `existing` is her key.

    """
    actor.demand(Right.REGISTER, unit.path)
    today = timezone.localdate()
    values = columns(draft, unit.path, today)
    if draft.kind == ResidentKind.RESIDENT and not values["id_number"]:
        detail = "A resident needs an id number. Register somebody not yet identified as temporary."
        raise TianmuError(Code.ID_NUMBER_MISSING, detail, status=422, fields={"id_number": detail})
    _refuse_taken(draft.id_number, today)
    try:
        with transaction.atomic():
            row = Resident.objects.create(register_unit=unit, **values)
    except IntegrityError:
        _refuse_taken(draft.id_number, today)
        raise
    new = {"name": row.name, "kind": row.kind, "unit": unit.code}
    record(actor=actor, action="residents.person.register", kind="resident", key=row.pk, person_id=row.pk, new=new)
    publish(ResidentRegistered(resident_id=row.pk, kind=row.kind, path=row.scope_path, at=timezone.now()))
    return row


@transaction.atomic
def change_resident(
    *, actor: Actor, resident_id: UUID, expected_version: int | None, changes: Mapping[str, Any]
) -> Resident:
    """Change what is known of a person; `changes` holds only the fields that change.

    Raises:
        MissingError: there is no such person that the actor may change.
        TianmuError: somebody else changed her meanwhile, or a value is not valid.
        ConflictError: the id number belongs to somebody else.

    """
    rows = Resident.objects.select_for_update(of=("self",)).select_related("register_unit__unit")
    row = PEOPLE.one(actor, Right.CHANGE, rows.filter(merged_into=None), resident_id)
    if expected_version is not None and expected_version != row.version:
        detail = "Somebody changed this person in the meantime. Load her again and compare."
        raise TianmuError(ApiCode.VERSION_CONFLICT, detail, status=412, current=row.version)
    before = known(row)
    wanted = {**before, **{field: value for field, value in changes.items() if field in CHANGEABLE}}
    changed = sorted(field for field in CHANGEABLE if wanted[field] != before[field])
    if not changed:
        return row
    today = timezone.localdate()
    if "id_number" in changed:
        _refuse_taken(wanted["id_number"], today, except_for=row.pk)
    for field, value in columns(PersonDraft(**wanted), row.scope_path, today).items():
        setattr(row, field, value)
    row.version += 1
    row.save()
    old, new = ({field: _audited(field, values[field]) for field in changed} for values in (before, wanted))
    record(
        actor=actor, action="residents.person.change", kind="resident", key=row.pk, person_id=row.pk, old=old, new=new
    )
    publish(ResidentChanged(resident_id=row.pk, fields=tuple(changed), at=timezone.now()))
    return row


def view_resident(*, actor: Actor, row: Resident) -> None:
    """Note that a person's page was shown; her own look at it is noted too."""
    record(actor=actor, action="residents.person.view", kind="resident", key=row.pk, person_id=row.pk)


def find_by_card(*, actor: Actor, row: Resident) -> None:
    """Note that a person registered elsewhere was shown to somebody who gave her whole id number."""
    record(actor=actor, action=FOUND_BY_CARD, kind="resident", key=row.pk, person_id=row.pk)


@transaction.atomic
def reveal(*, actor: Actor, resident_id: UUID, fields: Iterable[str], reason: str) -> dict[str, str | None]:
    """Return sealed data in clear and note who wanted them and why.

    Raises:
        MissingError: there is no such person whose data the actor may reveal.

    """
    wanted = sorted(set(fields) & SEALED)
    row = PEOPLE.one(actor, Right.REVEAL, Resident.objects.filter(merged_into=None), resident_id)
    record(
        actor=actor,
        action="residents.person.reveal",
        kind="resident",
        key=row.pk,
        person_id=row.pk,
        new={"fields": wanted},
        reason=reason,
    )
    return {field: getattr(row, field) for field in wanted}


@dataclass(frozen=True, slots=True)
class Placed:
    """A person of a whole register, with the institution that keeps her."""

    draft: PersonDraft
    unit: Organization
    key: UUID


def load_residents(
    *, actor: Actor, people: Iterable[Placed], progress: Callable[[int], None] = lambda _count: None
) -> int:
    """Take over a whole register in batches of a transaction each; return how many people were loaded.

    One audit line and no event for each batch: who takes over a register starts from its rows.

    Raises:
        RefusedError: the actor may not register people at one of the institutions.
        TianmuError: a person's data are not valid.

    """
    today, loaded, remaining = timezone.localdate(), 0, iter(people)
    allowed: set[str] = set()
    while batch := list(islice(remaining, BATCH)):
        for path in {one.unit.path for one in batch} - allowed:
            actor.demand(Right.REGISTER, path)
            allowed.add(path)
        with transaction.atomic():
            copy_rows(_loaded(one, today) for one in batch)
            record(actor=actor, action="residents.person.load", kind="resident", key=None, new={"count": len(batch)})
        loaded += len(batch)
        progress(loaded)
    return loaded


def _loaded(one: Placed, today: date) -> Resident:
    return Resident(id=one.key, register_unit=one.unit, **columns(one.draft, one.unit.path, today))


def _refuse_taken(id_number: str | None, today: date, except_for: UUID | None = None) -> None:
    taken = match_by_id_number(id_number, today) if id_number else None
    if taken is not None and taken.pk != except_for:
        detail = "Somebody with this id number is registered already. Open that person instead."
        raise ConflictError(Code.ID_NUMBER_TAKEN, detail, existing=str(taken.pk))


def _audited(field: str, value: object) -> object:
    if field in SEALED:
        return "(sealed)" if value else None
    return value if value is None else str(value)
