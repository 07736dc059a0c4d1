"""Team, rosters, shifts and swaps in and out."""

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.foundation.access.actor import Actor
from tianmu.operations.duty.models import Member, Roster, Shift, Swap
from tianmu.operations.duty.permissions import Right
from tianmu.operations.duty.rules.month import Fault, Month, due, slots
from tianmu.operations.duty.rules.share import Share
from tianmu.operations.duty.rules.shifts import ShiftKind
from tianmu.operations.duty.selectors.rosters import RosterMonth


class DutyMemberOut(Schema):
    """Somebody of the team; `phone` is null for who may not see numbers."""

    id: UUID
    account_id: UUID
    name: str
    team: str
    work: str
    standing: str
    phone: str | None
    active: bool
    mine: bool
    version: int


class MemberIn(Schema):
    """What is entered about somebody; `phone` left out stays as it is."""

    team: str = Field("", max_length=60)
    work: str = Field("", max_length=200)
    standing: str = Field("engineer", pattern="^(engineer|second|manager|lead)$")
    phone: str | None = Field(None, max_length=30, pattern=r"^[0-9+()\- ]*$")
    active: bool = True


class PersonOut(Schema):
    """A name on a shift."""

    id: UUID
    name: str


class ShiftOut(Schema):
    """One shift; `planned` is who was named before a swap."""

    id: UUID
    roster_id: UUID
    member: PersonOut
    planned: PersonOut | None
    kind: str
    starts_at: datetime
    ends_at: datetime
    note: str
    phone: str | None = None


class ShiftIn(Schema):
    """One shift as it is edited."""

    member_id: UUID
    kind: ShiftKind
    starts_at: datetime
    ends_at: datetime
    note: str = Field("", max_length=200)


class ShiftsIn(Schema):
    """All shifts of a month."""

    shifts: list[ShiftIn] = Field(max_length=400)


class FaultOut(Schema):
    """What stands in the way of publication."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    duty: str | None
    member_id: UUID | None
    shifts: list[UUID]


class SlotOut(Schema):
    """A shift that a day needs, with its usual span."""

    kind: str
    starts_at: datetime
    ends_at: datetime


class RosterDayOut(Schema):
    """A day of the month: worked or free, whether the calendar knows it, and what it needs."""

    day: str
    works: bool
    known: bool
    slots: list[SlotOut]


class RosterOut(Schema):
    """A month of a roster."""

    id: UUID
    year: int
    month: int
    state: str
    due_at: datetime
    published_at: datetime | None
    published_by: str
    in_time: bool | None
    calendar_version: str
    acknowledged_at: datetime | None
    acknowledged_by: str
    shifts: int
    version: int


class RosterMonthOut(RosterOut):
    """A month with its days, shifts and faults."""

    days: list[RosterDayOut]
    all_shifts: list[ShiftOut]
    faults: list[FaultOut]


class OpenRosterIn(Schema):
    """Which month to open; `unit_id` is the provider, one's own place when it is left out."""

    year: int = Field(ge=2020, le=2100)
    month: int = Field(ge=1, le=12)
    unit_id: UUID | None = None
    proposed: bool = True


class SwapOut(Schema):
    """A swap and where it stands."""

    id: UUID
    state: str
    asker: PersonOut
    other: PersonOut
    shift: ShiftOut
    in_return: ShiftOut | None
    reason: str
    answer: str
    asked_at: datetime
    answered_at: datetime | None
    settled_by: str
    settled_at: datetime | None
    mine: str = Field(description="`asker`, `other` or empty")


class SwapIn(Schema):
    """Which shift, who shall take it, and what one takes in return."""

    shift_id: UUID
    other_id: UUID
    in_return_id: UUID | None = None
    reason: str = Field(min_length=1, max_length=400)


class AnswerIn(Schema):
    """Yes or no, and a word."""

    accept: bool
    answer: str = Field("", max_length=400)


class CandidateOut(Schema):
    """An account of the provider that is not in the team yet."""

    id: UUID
    name: str
    login: str


class ShareOut(Schema):
    """What one person has taken on in a period."""

    member: PersonOut
    rest_days: int
    nights: int
    hours: float


class FeedOut(Schema):
    """The address of one's own calendar, shown once."""

    path: str


def member_out(row: Member, actor: Actor) -> DutyMemberOut:
    """Show somebody of the team; the number only to who may see numbers, and to herself."""
    mine = row.account_id == actor.account_id
    seen = mine or actor.may(Right.SEE_PHONES, row.unit_path)
    return DutyMemberOut(
        id=row.pk,
        account_id=row.account_id,
        name=row.name,
        team=row.team,
        work=row.work,
        standing=row.standing,
        phone=row.phone if seen else None,
        active=row.active,
        mine=mine,
        version=row.version,
    )


def person_out(row: Member) -> PersonOut:
    """Show a name."""
    return PersonOut(id=row.pk, name=row.name)


def shift_out(row: Shift, actor: Actor | None = None) -> ShiftOut:
    """Show a shift; with an actor who may see numbers, the phone of whoever is on it."""
    seen = actor is not None and actor.may(Right.SEE_PHONES, row.member.unit_path)
    return ShiftOut(
        id=row.pk,
        roster_id=row.roster_id,
        member=person_out(row.member),
        planned=person_out(row.planned) if row.planned else None,
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        note=row.note,
        phone=row.member.phone if seen else None,
    )


def fault_out(fault: Fault) -> FaultOut:
    """Show a fault."""
    return FaultOut(
        kind=fault.kind,
        starts_at=fault.span.start,
        ends_at=fault.span.end,
        duty=fault.duty,
        member_id=fault.person,
        shifts=list(fault.shifts),
    )


def roster_out(row: Roster, shifts: int) -> RosterOut:
    """Show a roster in a list."""
    return RosterOut(
        id=row.pk,
        year=row.year,
        month=row.month,
        state=row.state,
        due_at=due(Month(row.year, row.month)),
        published_at=row.published_at,
        published_by=row.published_by,
        in_time=row.in_time,
        calendar_version=row.calendar_version,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        shifts=shifts,
        version=row.version,
    )


def roster_month_out(found: RosterMonth, actor: Actor) -> RosterMonthOut:
    """Show a month with everything in it."""
    calendar = found.calendar
    return RosterMonthOut(
        **roster_out(found.roster, len(found.shifts)).model_dump(),
        days=[
            RosterDayOut(
                day=day.isoformat(),
                works=calendar.is_workday(day),
                known=calendar.is_known(day),
                slots=[
                    SlotOut(kind=kind, starts_at=span.start, ends_at=span.end) for kind, span in slots(day, calendar)
                ],
            )
            for day in Month(found.roster.year, found.roster.month).days()
        ],
        all_shifts=[shift_out(row, actor) for row in found.shifts],
        faults=[fault_out(one) for one in found.faults],
    )


def swap_out(row: Swap, actor: Actor) -> SwapOut:
    """Show a swap."""
    sides = {row.asker.account_id: "asker", row.other.account_id: "other"}
    return SwapOut(
        id=row.pk,
        state=row.state,
        asker=person_out(row.asker),
        other=person_out(row.other),
        shift=shift_out(row.shift),
        in_return=shift_out(row.in_return) if row.in_return else None,
        reason=row.reason,
        answer=row.answer,
        asked_at=row.created_at,
        answered_at=row.answered_at,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
        mine=sides.get(actor.account_id, "") if actor.account_id else "",
    )


def share_out(row: tuple[Member, Share]) -> ShareOut:
    """Show somebody's share."""
    member, share = row
    return ShareOut(member=person_out(member), rest_days=share.rest_days, nights=share.nights, hours=share.hours)
