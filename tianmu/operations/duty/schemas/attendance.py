"""Signs, leave, days, findings and calls in and out."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.foundation.access.actor import Actor
from tianmu.operations.duty.models import CheckCall, Finding, Leave, Sign
from tianmu.operations.duty.permissions import Right
from tianmu.operations.duty.rules.attendance import Sign as SignKind
from tianmu.operations.duty.rules.calls import ANSWER_LIMIT, answered_in_time
from tianmu.operations.duty.schemas.rosters import PersonOut, person_out
from tianmu.operations.duty.selectors.attendance import AttendanceDay


class SignIn(Schema):
    """Sign in or out, now."""

    sign: SignKind
    place: str = Field("", max_length=120)


class EnteredSignIn(Schema):
    """A sign that was forgotten."""

    member_id: UUID
    sign: SignKind
    at: datetime
    reason: str = Field(min_length=1, max_length=400)


class SignOut(Schema):
    """A sign; `entered_by` is somebody who entered it later."""

    id: UUID
    at: datetime
    sign: str
    place: str
    entered_by: str
    reason: str


class SpanOut(Schema):
    """A breach within a day."""

    kind: str
    starts_at: datetime
    ends_at: datetime


class AttendanceDayOut(Schema):
    """One resident engineer's day."""

    member: PersonOut
    day: date
    signs: list[SignOut]
    on_site_minutes: int
    required_minutes: int
    findings: list[SpanOut]


class LeaveIn(Schema):
    """Leave from the site, recorded before it starts."""

    starts_at: datetime
    ends_at: datetime
    reason: str = Field(min_length=1, max_length=400)


class LeaveOut(Schema):
    """A leave record and its receipt."""

    id: UUID
    member: PersonOut
    starts_at: datetime
    ends_at: datetime
    reason: str
    recorded_at: datetime
    in_time: bool
    received_by: str
    received_at: datetime | None


class FindingOut(Schema):
    """A breach and how far it is."""

    id: UUID
    member: PersonOut
    kind: str
    starts_at: datetime
    ends_at: datetime
    state: str
    hearing: str
    heard_by: str
    decision: str
    decided_by: str
    decided_at: datetime | None
    amount_yuan: Decimal | None
    may_hear: bool
    may_decide: bool


class HearingIn(Schema):
    """What the provider says."""

    statement: str = Field(min_length=1, max_length=1000)


class DecisionIn(Schema):
    """What the information section decides."""

    confirmed: bool
    reason: str = Field(min_length=1, max_length=1000)
    amount_yuan: Decimal | None = Field(None, max_digits=10, decimal_places=2)


class CallIn(Schema):
    """Which running shift to call."""

    shift_id: UUID


class AnswerCallIn(Schema):
    """That a call was answered."""

    note: str = Field("", max_length=400)


class CallOut(Schema):
    """A check call; `in_time` is null while its 30 minutes run."""

    id: UUID
    member: PersonOut
    shift_id: UUID
    called_at: datetime
    called_by: str
    due_at: datetime
    answered_at: datetime | None
    in_time: bool | None
    note: str


def sign_out(row: Sign) -> SignOut:
    """Show a sign."""
    return SignOut(id=row.pk, at=row.at, sign=row.sign, place=row.place, entered_by=row.entered_by, reason=row.reason)


def day_out(row: AttendanceDay) -> AttendanceDayOut:
    """Show a day."""
    return AttendanceDayOut(
        member=person_out(row.member),
        day=row.day,
        signs=[sign_out(one) for one in row.signs],
        on_site_minutes=int(row.result.on_site.total_seconds() // 60),
        required_minutes=int(row.result.required.total_seconds() // 60),
        findings=[
            SpanOut(kind=one.kind, starts_at=one.span.start, ends_at=one.span.end) for one in row.result.findings
        ],
    )


def leave_out(row: Leave) -> LeaveOut:
    """Show a leave record."""
    return LeaveOut(
        id=row.pk,
        member=person_out(row.member),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        recorded_at=row.recorded_at,
        in_time=row.recorded_at <= row.starts_at,
        received_by=row.received_by,
        received_at=row.received_at,
    )


def finding_out(row: Finding, actor: Actor) -> FindingOut:
    """Show a finding, and what the actor may do with it."""
    is_open = row.state in {"found", "heard"}
    side = row.member.account_id == actor.account_id or actor.may(Right.EDIT, row.member.unit_path)
    return FindingOut(
        id=row.pk,
        member=person_out(row.member),
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=row.state,
        hearing=row.hearing,
        heard_by=row.heard_by,
        decision=row.decision,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        amount_yuan=row.amount_yuan,
        may_hear=is_open and side,
        may_decide=is_open and actor.may(Right.DECIDE, row.member.unit_path),
    )


def call_out(row: CheckCall, now: datetime) -> CallOut:
    """Show a check call."""
    return CallOut(
        id=row.pk,
        member=person_out(row.member),
        shift_id=row.shift_id,
        called_at=row.called_at,
        called_by=row.called_by,
        due_at=row.called_at + ANSWER_LIMIT,
        answered_at=row.answered_at,
        in_time=answered_in_time(row.called_at, row.answered_at, now),
        note=row.note,
    )
