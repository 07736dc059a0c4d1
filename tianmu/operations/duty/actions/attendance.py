"""Signs, leave, and what a day shows: found, heard, decided, told to the contract (O-110, O-111; 5.5)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE, end_of_day
from tianmu.foundation.events.actions import publish
from tianmu.operations.duty.actions.common import demand_reason, own_membership
from tianmu.operations.duty.actions.members import member_of
from tianmu.operations.duty.choices import FindingKind, FindingState
from tianmu.operations.duty.errors import Code
from tianmu.operations.duty.events import FindingDecided
from tianmu.operations.duty.models import Finding, Leave, Member, Sign
from tianmu.operations.duty.permissions import MEMBERS, Right
from tianmu.operations.duty.rules.attendance import AttendanceError, Day, day_of, presence
from tianmu.operations.duty.rules.attendance import Sign as SignKind
from tianmu.operations.duty.selectors.attendance import as_signed, leaves_of, resident_day, signs_of

LEAST_YUAN, MOST_YUAN = Decimal(100), Decimal(300)
OPEN = (FindingState.FOUND, FindingState.HEARD)


@transaction.atomic
def sign(*, actor: Actor, kind: SignKind, place: str, now: datetime) -> Sign:
    """Sign in or out by the server's clock.

    Raises:
        TianmuError: one is signed in (or out) already.

    """
    member = own_membership(actor)
    actor.demand(Right.TAKE_SHIFTS, member.unit_path)
    return _signed(actor, Member.objects.select_for_update().get(pk=member.pk), kind, now, place, "", now)


@transaction.atomic
def enter_sign(*, actor: Actor, member_id: UUID, kind: SignKind, at: datetime, reason: str, now: datetime) -> Sign:
    """Enter a sign that was forgotten, or made while the network was down; it is marked with who entered it and why.

    Raises:
        TianmuError: it lies in the future, or does not fit the signs of that day.

    """
    member = member_of(actor, Right.RECEIVE_LEAVE, member_id)
    member = Member.objects.select_for_update().get(pk=member.pk)
    if at > now:
        detail = "A sign lies in the past. Correct the time."
        raise TianmuError(Code.SIGN_INVALID, detail, status=422)
    return _signed(actor, member, kind, at, "", demand_reason(reason), now)


@transaction.atomic
def record_leave(*, actor: Actor, starts_at: datetime, ends_at: datetime, reason: str, now: datetime) -> Leave:
    """Record leave from the site; it excuses when it is recorded before it starts (5.5.1(1)).

    Raises:
        TianmuError: it ends before it starts, or lasts more than 31 days.

    """
    member = own_membership(actor)
    if not starts_at < ends_at or (ends_at - starts_at).days > 31:
        detail = "Leave ends after it starts and lasts 31 days at most."
        raise TianmuError(Code.LEAVE_INVALID, detail, status=422)
    leave = Leave.objects.create(
        member=member, starts_at=starts_at, ends_at=ends_at, reason=demand_reason(reason), recorded_at=now
    )
    new = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    record(actor=actor, action="duty.leave.record", kind="duty_leave", key=leave.pk, new=new, reason=leave.reason)
    return leave


@transaction.atomic
def receive_leave(*, actor: Actor, leave_id: UUID, now: datetime) -> Leave:
    """Note that the information section has received a leave record."""
    leave = Leave.objects.select_for_update(of=("self",)).select_related("member").filter(pk=leave_id).first()
    if leave is None or not MEMBERS.allows(actor, Right.RECEIVE_LEAVE, leave.member):
        raise MissingError("leave record")
    if leave.received_at is None:
        leave.received_at, leave.received_by = now, actor.name
        leave.version += 1
        leave.save(update_fields=["received_at", "received_by", "version", "changed_at"])
        record(actor=actor, action="duty.leave.receive", kind="duty_leave", key=leave.pk, new={"at": now.isoformat()})
    return leave


@transaction.atomic
def find(*, member: Member, day: date, now: datetime) -> list[Finding]:
    """Keep what a resident's finished day shows; read again it finds the same, and nothing decided is changed."""
    ends = end_of_day(day)
    if ends > now or not resident_day(member, day):
        return []
    fresh = []
    for one in read_day(member, day, ends).findings:
        finding, made = Finding.objects.get_or_create(
            member=member, kind=one.kind.value, starts_at=one.span.start, defaults={"ends_at": one.span.end}
        )
        if made:
            _log(system("duty"), finding, "find")
            fresh.append(finding)
    return fresh


def read_day(member: Member, day: date, until: datetime) -> Day:
    """Read a member's day from her signs and leave."""
    return day_of(day, signs_of(member, day), leaves_of(member, day), calendar_in_force(day), until)


@transaction.atomic
def hear(*, actor: Actor, finding_id: UUID, statement: str) -> Finding:
    """Enter what the provider says to a finding, before it is decided."""
    finding = _locked(actor, finding_id, Right.VIEW)
    _demand_side(actor, finding)
    finding.state, finding.hearing, finding.heard_by = FindingState.HEARD, demand_reason(statement), actor.name
    return _kept(actor, finding, "hear", "hearing", "heard_by")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the information section decides, why, and for an unanswered call the amount (100 to 300 yuan)."""

    confirmed: bool
    reason: str
    amount_yuan: Decimal | None = None


@transaction.atomic
def decide(*, actor: Actor, finding_id: UUID, decision: Decision, now: datetime) -> Finding:
    """Decide on a finding; one that is confirmed becomes a fact of the contract.

    Raises:
        TianmuError: the amount is missing, not asked for, or outside of 100 to 300 yuan.

    """
    finding = _locked(actor, finding_id, Right.DECIDE)
    holiday = finding.kind == FindingKind.HOLIDAY_NO_REPLY
    _demand_amount(decision, wanted=holiday and decision.confirmed)
    finding.state = FindingState.CONFIRMED if decision.confirmed else FindingState.DISMISSED
    finding.decision, finding.decided_by, finding.decided_at = demand_reason(decision.reason), actor.name, now
    finding.amount_yuan = decision.amount_yuan
    publish(FindingDecided(finding_id=finding.pk, confirmed=decision.confirmed, at=now))
    return _kept(actor, finding, "decide", "decision", "decided_by", "decided_at", "amount_yuan")


def _signed(actor: Actor, member: Member, kind: SignKind, at: datetime, place: str, reason: str, now: datetime) -> Sign:
    row = Sign(
        member=member,
        at=at,
        sign=kind.value,
        place=place.strip(),
        entered_by=actor.name if reason else "",
        entered_at=now,
        reason=reason,
    )
    day = at.astimezone(ZONE).date()
    try:
        presence([*signs_of(member, day), as_signed(row)], end_of_day(day))
    except AttendanceError as error:
        raise TianmuError(Code.SIGN_INVALID, str(error), status=422) from error
    row.save()
    new = {"at": at.isoformat(), "sign": kind.value, "member": str(member.pk)}
    record(actor=actor, action="duty.sign", kind="duty_sign", key=row.pk, new=new, reason=reason)
    return row


def _demand_amount(decision: Decision, *, wanted: bool) -> None:
    amount = decision.amount_yuan
    if wanted and (amount is None or not LEAST_YUAN <= amount <= MOST_YUAN):
        detail = "An unanswered call on a rest day costs 100 to 300 yuan: enter the amount you decide on."
        raise TianmuError(Code.AMOUNT_INVALID, detail, status=422, fields={"amount_yuan": "range"})
    if not wanted and amount is not None:
        detail = "The contract fixes what this costs. Leave the amount empty."
        raise TianmuError(Code.AMOUNT_INVALID, detail, status=422, fields={"amount_yuan": "fixed"})


def _demand_side(actor: Actor, finding: Finding) -> None:
    own = finding.member.account_id == actor.account_id
    if not own and not actor.may(Right.EDIT, finding.member.unit_path):
        raise actor.refusal(Right.EDIT, finding.member.unit_path)


def _locked(actor: Actor, finding_id: UUID, right: str) -> Finding:
    rows = Finding.objects.select_for_update(of=("self",)).select_related("member")
    finding = rows.filter(pk=finding_id).first()
    if finding is None or not MEMBERS.allows(actor, Right.VIEW, finding.member):
        raise MissingError("finding")
    MEMBERS.demand(actor, right, finding.member)
    if finding.state not in OPEN:
        detail = f"This is “{finding.get_state_display()}” already. Refresh to see who decided."
        raise ConflictError(Code.FINDING_STATE, detail, state=finding.state)
    return finding


def _kept(actor: Actor, finding: Finding, step: str, *fields: str) -> Finding:
    finding.version += 1
    finding.save(update_fields=["state", "version", "changed_at", *fields])
    _log(actor, finding, step)
    return finding


def _log(actor: Actor, finding: Finding, step: str) -> None:
    record(
        actor=actor,
        action=f"duty.finding.{step}",
        kind="duty_finding",
        key=finding.pk,
        new={
            "kind": finding.kind,
            "starts_at": finding.starts_at.isoformat(),
            "state": finding.state,
            "amount_yuan": str(finding.amount_yuan) if finding.amount_yuan is not None else None,
        },
        reason=finding.decision or finding.hearing,
    )
