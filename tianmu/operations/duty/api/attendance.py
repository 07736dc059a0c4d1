"""Signs, leave, days, and what they show."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.duty.actions import attendance as actions
from tianmu.operations.duty.rules.month import Month
from tianmu.operations.duty.schemas.attendance import (
    AttendanceDayOut,
    DecisionIn,
    EnteredSignIn,
    FindingOut,
    HearingIn,
    LeaveIn,
    LeaveOut,
    SignIn,
    SignOut,
    day_out,
    finding_out,
    leave_out,
    sign_out,
)
from tianmu.operations.duty.selectors import attendance as selectors

router = Router()


class MonthQuery(Schema):
    """Which month."""

    year: int = Field(ge=2020, le=2100)
    month: int = Field(ge=1, le=12)


class FindingQuery(PageQuery):
    """Which findings to list."""

    open: bool = False


class LeaveQuery(PageQuery):
    """Which leave records to list."""

    unreceived: bool = False


@router.get("/attendance", response={200: list[AttendanceDayOut], **PROBLEMS})
def attendance(request: HttpRequest, query: Query[MonthQuery]) -> list[AttendanceDayOut]:
    """Show the resident engineers' days of a month so far."""
    days = selectors.month_of(actor_of(request), Month(query.year, query.month), timezone.now())
    return [day_out(one) for one in days]


@router.post("/signs", response={201: SignOut, **PROBLEMS})
def sign(request: HttpRequest, body: SignIn) -> Status[SignOut]:
    """Sign in or out, now."""
    made = actions.sign(actor=actor_of(request), kind=body.sign, place=body.place, now=timezone.now())
    return Status(201, sign_out(made))


@router.post("/signs/entered", response={201: SignOut, **PROBLEMS})
def enter_sign(request: HttpRequest, body: EnteredSignIn) -> Status[SignOut]:
    """Enter a sign that was forgotten, with the reason."""
    made = actions.enter_sign(
        actor=actor_of(request),
        member_id=body.member_id,
        kind=body.sign,
        at=body.at,
        reason=body.reason,
        now=timezone.now(),
    )
    return Status(201, sign_out(made))


@router.get("/leaves", response={200: Page[LeaveOut], **PROBLEMS})
def leaves(request: HttpRequest, query: Query[LeaveQuery]) -> Page[LeaveOut]:
    """List leave records, newest first."""
    rows = selectors.leaves(actor_of(request), unreceived=query.unreceived)
    return page(rows, [Order("id", descending=True)], query, leave_out)


@router.post("/leaves", response={201: LeaveOut, **PROBLEMS})
def record_leave(request: HttpRequest, body: LeaveIn) -> Status[LeaveOut]:
    """Record leave from the site."""
    made = actions.record_leave(
        actor=actor_of(request),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        reason=body.reason,
        now=timezone.now(),
    )
    return Status(201, leave_out(made))


@router.post("/leaves/{leave_id}/receive", response={200: LeaveOut, **PROBLEMS})
def receive_leave(request: HttpRequest, leave_id: UUID) -> LeaveOut:
    """Note that the information section has received a leave record."""
    return leave_out(actions.receive_leave(actor=actor_of(request), leave_id=leave_id, now=timezone.now()))


@router.get("/findings", response={200: Page[FindingOut], **PROBLEMS})
def findings(request: HttpRequest, query: Query[FindingQuery]) -> Page[FindingOut]:
    """List breaches of attendance, newest first."""
    actor = actor_of(request)
    rows = selectors.findings(actor, tuple(actions.OPEN) if query.open else ())
    keys = [Order("starts_at", descending=True), Order("id")]
    return page(rows, keys, query, lambda row: finding_out(row, actor), count=True)


@router.post("/findings/{finding_id}/hear", response={200: FindingOut, **PROBLEMS})
def hear(request: HttpRequest, finding_id: UUID, body: HearingIn) -> FindingOut:
    """Enter what the provider says to a finding."""
    actor = actor_of(request)
    actions.hear(actor=actor, finding_id=finding_id, statement=body.statement)
    return _finding(actor, finding_id)


@router.post("/findings/{finding_id}/decide", response={200: FindingOut, **PROBLEMS})
def decide(request: HttpRequest, finding_id: UUID, body: DecisionIn) -> FindingOut:
    """Decide on a finding."""
    actor = actor_of(request)
    decision = actions.Decision(confirmed=body.confirmed, reason=body.reason, amount_yuan=body.amount_yuan)
    actions.decide(actor=actor, finding_id=finding_id, decision=decision, now=timezone.now())
    return _finding(actor, finding_id)


def _finding(actor: Actor, finding_id: UUID) -> FindingOut:
    return finding_out(selectors.findings(actor).get(pk=finding_id), actor)
