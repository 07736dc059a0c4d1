"""Check calls on rest days: placed, answered or not within 30 minutes (O-112)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.duty.choices import FindingKind, RosterState
from tianmu.operations.duty.errors import Code
from tianmu.operations.duty.models import CheckCall, Finding, Shift
from tianmu.operations.duty.permissions import MEMBERS, Right
from tianmu.operations.duty.rules.calls import ANSWER_LIMIT, answered_in_time


@transaction.atomic
def place_call(*, actor: Actor, shift_id: UUID, now: datetime) -> CheckCall:
    """Call whoever is on a published shift that runs now, on a rest day.

    Raises:
        TianmuError: the shift does not run now, it is a working day, or a call is still open.

    """
    rows = Shift.objects.select_for_update(of=("self",)).select_related("member", "roster")
    shift = rows.filter(pk=shift_id, roster__state=RosterState.PUBLISHED).first()
    if shift is None or not MEMBERS.allows(actor, Right.CALL, shift.member):
        raise MissingError("shift")
    today = now.astimezone(ZONE).date()
    if not shift.starts_at <= now < shift.ends_at or calendar_in_force(today).is_workday(today):
        detail = "Check calls go to a shift that runs now, on a rest day or statutory holiday."
        raise TianmuError(Code.CALL_INVALID, detail, status=422)
    if shift.calls.filter(answered_at=None, called_at__gt=now - ANSWER_LIMIT).exists():
        raise ConflictError(Code.CALL_INVALID, "A call to this shift is still open. Wait for its 30 minutes.")
    call = CheckCall.objects.create(shift=shift, member=shift.member, called_at=now, called_by=actor.name)
    _log(actor, call, "place")
    return call


@transaction.atomic
def answer_call(*, actor: Actor, call_id: UUID, note: str, now: datetime) -> CheckCall:
    """Note that a call was answered: by the person called herself, or by who placed it and hears her.

    Raises:
        ConflictError: it was answered before.

    """
    call = CheckCall.objects.select_for_update(of=("self",)).select_related("member").filter(pk=call_id).first()
    if call is None or not (
        call.member.account_id == actor.account_id or MEMBERS.allows(actor, Right.CALL, call.member)
    ):
        raise MissingError("call")
    if call.answered_at is not None:
        raise ConflictError(Code.CALL_INVALID, "This call was answered before.")
    call.answered_at, call.note = now, note.strip()
    call.version += 1
    call.save(update_fields=["answered_at", "note", "version", "changed_at"])
    _log(actor, call, "answer")
    if not answered_in_time(call.called_at, now, now):
        _found(call)
    return call


@transaction.atomic
def find_unanswered(*, now: datetime) -> list[Finding]:
    """Keep a finding for each call that nobody answered within 30 minutes; asked again it finds nothing new."""
    late = CheckCall.objects.select_related("member").filter(
        answered_at=None, called_at__lt=now - ANSWER_LIMIT, findings=None
    )
    return [_found(call) for call in late]


def _found(call: CheckCall) -> Finding:
    finding, made = Finding.objects.get_or_create(
        member=call.member,
        kind=FindingKind.HOLIDAY_NO_REPLY,
        starts_at=call.called_at,
        defaults={"ends_at": call.called_at + ANSWER_LIMIT, "call": call},
    )
    if made:
        new = {"kind": finding.kind, "starts_at": finding.starts_at.isoformat(), "state": finding.state}
        record(actor=system("duty"), action="duty.finding.find", kind="duty_finding", key=finding.pk, new=new)
    return finding


def _log(actor: Actor, call: CheckCall, step: str) -> None:
    answered = call.answered_at.isoformat() if call.answered_at else None
    new = {"member": str(call.member_id), "called_at": call.called_at.isoformat(), "answered_at": answered}
    record(actor=actor, action=f"duty.call.{step}", kind="duty_call", key=call.pk, new=new, reason=call.note)
