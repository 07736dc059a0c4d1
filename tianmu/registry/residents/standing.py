"""Closing a register entry (death, moved away, lost, made in error), opening it again, and moving it within the county.

A closed entry is found only when it is asked for; what was written about the person stays where it is, to be read by
those who wrote it. Who has moved away stands in no institution's list: her entry hangs at the county until she is back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.events.actions import publish
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.choices import ClosedAs
from tianmu.registry.residents.errors import Code
from tianmu.registry.residents.events import RegisterMoved, ResidentClosed, ResidentReopened
from tianmu.registry.residents.identity import demand_unmerged
from tianmu.registry.residents.models import Closing, RegisterMove, Resident
from tianmu.registry.residents.permissions import PEOPLE, Right
from tianmu.registry.residents.rules.search_keys import resident_keys, scope_of
from tianmu.registry.residents.selectors import known_person

MOST_REASON = 400


@dataclass(frozen=True, slots=True)
class ClosingDraft:
    """How an entry is closed: `source` of a death, `destination` of somebody who moved away."""

    kind: str
    on: date
    source: str = ""
    destination: str = ""
    reason: str = ""


def demand_reason(reason: str) -> str:
    """Return the reason without surrounding blanks.

    Raises:
        TianmuError: there is none.

    """
    given = reason.strip()
    if len(given) < 2:
        detail = "Say why, in a few words."
        raise TianmuError(Code.REASON_NEEDED, detail, status=422, fields={"reason": detail})
    return given[:MOST_REASON]


@transaction.atomic
def close_resident(*, actor: Actor, resident_id: UUID, draft: ClosingDraft, now: datetime) -> Resident:
    """Close an entry.

    Raises:
        MissingError: there is no such person whose entry the actor may close.
        ConflictError: it is closed already.
        TianmuError: a death without source, a move without destination, an error without reason, or a day to come.

    """
    row = _locked(actor, Right.CLOSE, resident_id)
    if row.closed_as:
        raise ConflictError(Code.CLOSED, "This entry is closed already.", kind=row.closed_as, on=str(row.closed_on))
    _demand_told(row, draft, timezone.localdate(now))
    Closing.objects.create(
        person=row,
        kind=draft.kind,
        on=draft.on,
        source=draft.source if draft.kind == ClosedAs.DEATH else "",
        destination=draft.destination.strip() if draft.kind == ClosedAs.MOVED_AWAY else "",
        reason=draft.reason.strip(),
        unit=row.register_unit,
        at=now,
        by_name=actor.name,
    )
    row.closed_as, row.closed_on = draft.kind, draft.on
    if draft.kind == ClosedAs.DEATH:
        row.deceased_on = draft.on
    if draft.kind == ClosedAs.MOVED_AWAY:
        place(row, county_of(row.scope_path))
    _save(row)
    new = {"kind": draft.kind, "on": str(draft.on), "source": draft.source, "destination": draft.destination}
    _note(actor, row, "close", old={"closed": ""}, new=new, reason=draft.reason.strip())
    publish(ResidentClosed(resident_id=row.pk, kind=draft.kind, on=draft.on, at=now))
    return row


@transaction.atomic
def reopen_resident(
    *, actor: Actor, resident_id: UUID, unit: Organization | None, reason: str, now: datetime
) -> Resident:
    """Open a closed entry again, at `unit` or where it was kept; the death that was entered with it is taken back.

    Somebody of another register who came back is found by her whole id number first.

    Raises:
        MissingError: the actor neither keeps this entry nor found it today by the id number.
        RefusedError: the actor may not open entries there.
        ConflictError: it is not closed.

    """
    said = demand_reason(reason)
    known_person(actor, resident_id, now)
    rows = Resident.objects.select_for_update(of=("self",)).select_related("register_unit__unit")
    row = rows.get(pk=resident_id)
    demand_unmerged(row)
    home = unit or row.register_unit
    actor.demand(Right.CLOSE, home.path)
    if not row.closed_as:
        raise ConflictError(Code.NOT_CLOSED, "This entry is not closed.")
    closing = Closing.objects.select_for_update().filter(person=row, reopened_at=None).first()
    if closing is not None:
        closing.reopened_at, closing.reopened_by, closing.reopen_reason = now, actor.name, said
        closing.save(update_fields=["reopened_at", "reopened_by", "reopen_reason"])
    old: dict[str, object] = {"kind": row.closed_as, "on": str(row.closed_on)}
    if row.closed_as == ClosedAs.DEATH:
        row.deceased_on = None
    row.closed_as, row.closed_on, row.register_unit = "", None, home
    place(row, home.path)
    _save(row)
    _note(actor, row, "reopen", old=old, new={"unit": home.code}, reason=said)
    publish(ResidentReopened(resident_id=row.pk, at=now))
    return row


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """Where a register goes, from which day, why, and where she lives there."""

    target: Organization
    on: date
    reason: str
    town_code: str = ""
    village: str = ""
    address: str | None = None


@transaction.atomic
def move_register(*, actor: Actor, resident_id: UUID, draft: MoveDraft, now: datetime) -> Resident:
    """Give the register of a person to another institution of the county; the old one keeps what it wrote.

    Raises:
        MissingError: there is no such person whose register the actor keeps.
        ConflictError: it is kept there already, or the entry is closed.

    """
    said = demand_reason(draft.reason)
    row = _locked(actor, Right.MOVE, resident_id)
    if row.closed_as:
        raise ConflictError(Code.CLOSED, "This entry is closed. Open it again first.", kind=row.closed_as)
    if row.register_unit_id == draft.target.pk:
        raise ConflictError(Code.SAME_UNIT, "This institution keeps the register already.")
    if draft.on > timezone.localdate(now):
        raise _invalid("on", "The day lies in the future.")
    before = {"town_code": row.town_code, "village": row.village, "path": row.scope_path}
    RegisterMove.objects.create(
        person=row,
        source=row.register_unit,
        target=draft.target,
        on=draft.on,
        reason=said,
        before=before,
        at=now,
        by_name=actor.name,
    )
    row.register_unit = draft.target
    row.town_code, row.village = draft.town_code, draft.village
    if draft.address is not None:
        row.address = draft.address or None
    place(row, draft.target.path)
    _save(row)
    _note(actor, row, "move", old=before, new={"unit": draft.target.code, "path": draft.target.path}, reason=said)
    publish(RegisterMoved(resident_id=row.pk, old_path=before["path"], new_path=row.scope_path, at=now))
    return row


def place(row: Resident, path: str) -> None:
    """Let an entry belong to a path of the scope tree: its scope and the keys by which it is found there."""
    row.scope_path, row.scope_code = path, scope_of(path)
    row.name_keys = resident_keys(row.name, path)


def county_of(path: str) -> str:
    """Return the first step of a path: `/ly/` of `/ly/t3/v5/`."""
    return "/" + path.strip("/").split("/")[0] + "/"


def refuse_new_work(row: Resident, reason: str) -> str:
    """Return the reason, without surrounding blanks, for which something new begins for a person.

    Raises:
        ConflictError: she is dead or her entry is closed, and no reason was given.

    """
    said = reason.strip()
    if (row.closed_as or row.deceased_on) and len(said) < 2:
        kind = row.closed_as or ClosedAs.DEATH
        detail = "This entry is closed (death, moved away). Check the person, or give a reason for new work."
        raise ConflictError(Code.CLOSED, detail, kind=str(kind), on=str(row.closed_on or row.deceased_on))
    return said


def _locked(actor: Actor, right: Right, resident_id: UUID) -> Resident:
    rows = Resident.objects.select_for_update(of=("self",)).select_related("register_unit__unit")
    row = PEOPLE.one(actor, Right.VIEW, rows, resident_id)
    demand_unmerged(row)
    PEOPLE.demand(actor, right, row)
    return row


def _demand_told(row: Resident, draft: ClosingDraft, today: date) -> None:
    if draft.kind not in ClosedAs.values:
        raise _invalid("kind", "Choose why the entry is closed.")
    if draft.on > today or (row.birth_date is not None and draft.on < row.birth_date):
        raise _invalid("on", "The day lies in the future or before the birth.")
    if draft.kind == ClosedAs.DEATH and not draft.source:
        raise _invalid("source", "Say where the death is known from.")
    if draft.kind == ClosedAs.MOVED_AWAY and not draft.destination.strip():
        raise _invalid("destination", "Say where she moved to.")
    if draft.kind in {ClosedAs.ERROR, ClosedAs.LOST}:
        demand_reason(draft.reason)


def _invalid(field: str, detail: str) -> TianmuError:
    return TianmuError(Code.CLOSING_INVALID, detail, status=422, fields={field: detail})


def _save(row: Resident) -> None:
    row.version += 1
    row.save()


def _note(actor: Actor, row: Resident, step: str, *, old: dict[str, Any], new: dict[str, Any], reason: str) -> None:
    record(
        actor=actor,
        action=f"residents.person.{step}",
        kind="resident",
        key=row.pk,
        person_id=row.pk,
        old=old,
        new=new,
        reason=reason,
    )
