"""A month's roster: proposed, edited, published, handed over (O-070, O-072)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.events.actions import publish
from tianmu.operations.duty.choices import RosterState
from tianmu.operations.duty.errors import Code
from tianmu.operations.duty.events import RosterPublished
from tianmu.operations.duty.models import Member, Roster, Shift
from tianmu.operations.duty.permissions import ROSTERS, Right
from tianmu.operations.duty.rules.month import Fault, FaultKind, Hours, Month, due, proposal, span_of
from tianmu.operations.duty.rules.shifts import LONGEST_SHIFT, ShiftKind
from tianmu.operations.duty.selectors.rosters import faults_of, members_at, turns_before

MOST_SHIFTS = 400


@dataclass(frozen=True, slots=True)
class ShiftDraft:
    """One shift as it is edited: a member, a kind, two instants."""

    member_id: UUID
    kind: ShiftKind
    starts_at: datetime
    ends_at: datetime
    note: str = ""


@transaction.atomic
def open_roster(*, actor: Actor, unit_path: str, month: Month, proposed: bool, now: datetime) -> Roster:
    """Open a month's draft, filled with a proposal that shares duty evenly, or empty; an open one is returned.

    Raises:
        RefusedError: the actor may not edit rosters there.

    """
    actor.demand(Right.EDIT, unit_path)
    roster, made = Roster.objects.get_or_create(unit_path=unit_path, year=month.year, month=month.month)
    if made:
        if proposed:
            _propose(roster, month)
        record(
            actor=actor,
            action="duty.roster.open",
            kind="duty_roster",
            key=roster.pk,
            new={"year": month.year, "month": month.month, "proposed": proposed, "at": now.isoformat()},
        )
    return roster


@transaction.atomic
def set_shifts(*, actor: Actor, roster_id: UUID, drafts: Sequence[ShiftDraft], expected: int | None) -> Roster:
    """Replace the shifts of a draft by `drafts`; gaps and doubles are kept and shown, publication refuses them.

    Raises:
        TianmuError: a shift is impossible (422), somebody wrote in between (412), or the roster is published (409).

    """
    roster = _draft_under_lock(actor, roster_id, expected)
    if len(drafts) > MOST_SHIFTS:
        raise _impossible(f"A month holds {MOST_SHIFTS} shifts at most.")
    members = {member.pk: member for member in members_at(roster.unit_path)}
    for draft in drafts:
        if draft.member_id not in members:
            raise _impossible("Somebody on the roster is not in the team any more. Choose another person.")
        if not draft.starts_at < draft.ends_at <= draft.starts_at + LONGEST_SHIFT:
            raise _impossible("A shift ends after it starts and lasts 36 hours at most.")
    before = roster.shifts.count()
    roster.shifts.all().delete()
    Shift.objects.bulk_create(
        Shift(
            roster=roster,
            member=members[draft.member_id],
            kind=draft.kind,
            starts_at=draft.starts_at,
            ends_at=draft.ends_at,
            note=draft.note.strip(),
        )
        for draft in drafts
    )
    _touch(roster)
    record(
        actor=actor,
        action="duty.roster.edit",
        kind="duty_roster",
        key=roster.pk,
        old={"shifts": before},
        new={"shifts": [_told(draft) for draft in drafts]},
    )
    return roster


@transaction.atomic
def propose_roster(*, actor: Actor, roster_id: UUID, expected: int | None, now: datetime) -> Roster:
    """Replace the shifts of a draft by a proposal that shares duty evenly among the team of now.

    Raises:
        TianmuError: somebody wrote in between (412), or the roster is published (409).

    """
    roster = _draft_under_lock(actor, roster_id, expected)
    before = roster.shifts.count()
    roster.shifts.all().delete()
    _propose(roster, Month(roster.year, roster.month))
    _touch(roster)
    record(
        actor=actor,
        action="duty.roster.propose",
        kind="duty_roster",
        key=roster.pk,
        old={"shifts": before},
        new={"shifts": roster.shifts.count(), "at": now.isoformat()},
    )
    return roster


@transaction.atomic
def publish_roster(*, actor: Actor, roster_id: UUID, expected: int | None, now: datetime) -> Roster:
    """Publish a month: it has no gap and no double, and is handed over to the information section.

    Raises:
        TianmuError: the month has faults, which the answer lists, or lies beyond the table of working days (422), or
            it is published already (409).

    """
    roster = _draft_under_lock(actor, roster_id, expected)
    wrong = faults_of(roster)
    if wrong and all(one.kind is FaultKind.CALENDAR_UNKNOWN for one in wrong):
        detail = f"Holidays of {roster.year}-{roster.month:02} are not known yet. Load the table, then publish."
        raise TianmuError(Code.CALENDAR_UNKNOWN, detail, status=422, faults=[_fault(one) for one in wrong])
    if wrong:
        detail = "The roster has gaps or double shifts. They are marked in the month; mend them, then publish."
        raise TianmuError(Code.ROSTER_FAULTY, detail, status=422, faults=[_fault(one) for one in wrong])
    month = Month(roster.year, roster.month)
    roster.state, roster.published_at, roster.published_by = RosterState.PUBLISHED, now, actor.name
    roster.in_time = now <= due(month)
    roster.calendar_version = calendar_in_force(month.first).version
    _touch(roster, "state", "published_at", "published_by", "in_time", "calendar_version")
    record(
        actor=actor,
        action="duty.roster.publish",
        kind="duty_roster",
        key=roster.pk,
        old={"state": RosterState.DRAFT},
        new={"state": roster.state, "in_time": roster.in_time, "calendar": roster.calendar_version},
    )
    publish(
        RosterPublished(roster_id=roster.pk, year=roster.year, month=roster.month, in_time=bool(roster.in_time), at=now)
    )
    return roster


@transaction.atomic
def acknowledge_roster(*, actor: Actor, roster_id: UUID, now: datetime) -> Roster:
    """Note that the information section has received a published roster.

    Raises:
        ConflictError: it is not published.

    """
    roster = ROSTERS.one(actor, Right.ACKNOWLEDGE, Roster.objects.select_for_update(), roster_id)
    if roster.state != RosterState.PUBLISHED:
        raise _state(roster, "This roster is still a draft. Wait until it is published.")
    if roster.acknowledged_at is None:
        roster.acknowledged_at, roster.acknowledged_by = now, actor.name
        _touch(roster, "acknowledged_at", "acknowledged_by")
        record(actor=actor, action="duty.roster.acknowledge", kind="duty_roster", key=roster.pk, new={"at": str(now)})
    return roster


def _propose(roster: Roster, month: Month) -> None:
    calendar, hours = calendar_in_force(month.first), Hours()
    team: dict[UUID, Member] = {member.pk: member for member in members_at(roster.unit_path, engineers=True)}
    carried = turns_before(roster.unit_path, month)
    rows: Iterable[tuple[UUID, ShiftKind, date]] = proposal(month, list(team), calendar, carried)
    spans = [(who, kind, span_of(kind, day, calendar, hours)) for who, kind, day in rows]
    Shift.objects.bulk_create(
        Shift(roster=roster, member=team[who], kind=kind, starts_at=span.start, ends_at=span.end)
        for who, kind, span in spans
    )


def _draft_under_lock(actor: Actor, roster_id: UUID, expected: int | None) -> Roster:
    roster = ROSTERS.one(actor, Right.EDIT, Roster.objects.select_for_update(), roster_id)
    if expected is not None and expected != roster.version:
        detail = "Somebody else changed this roster in the meantime. Look at it again, then repeat your change."
        raise TianmuError("api.version_conflict", detail, status=412, current={"version": roster.version})
    if roster.state != RosterState.DRAFT:
        raise _state(roster, "This roster is published. It changes by swaps, so that what was named stays known.")
    return roster


def _touch(roster: Roster, *fields: str) -> None:
    roster.version += 1
    roster.save(update_fields=["version", "changed_at", *fields])


def _state(roster: Roster, detail: str) -> ConflictError:
    return ConflictError(Code.ROSTER_STATE, detail, state=roster.state)


def _impossible(detail: str) -> TianmuError:
    return TianmuError(Code.SHIFT_INVALID, detail, status=422)


def _told(draft: ShiftDraft) -> list[str]:
    return [str(draft.member_id), draft.kind, draft.starts_at.isoformat(), draft.ends_at.isoformat()]


def _fault(fault: Fault) -> dict[str, object]:
    return {
        "kind": fault.kind,
        "starts_at": fault.span.start.isoformat(),
        "ends_at": fault.span.end.isoformat(),
        "duty": fault.duty,
        "member_id": str(fault.person) if fault.person else None,
        "shifts": [str(shift) for shift in fault.shifts],
    }
