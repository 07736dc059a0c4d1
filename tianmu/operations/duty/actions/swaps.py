"""Changing shifts after publication: asked, accepted by the other, made effective by the manager; the plan is kept."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.events.actions import publish
from tianmu.operations.duty.actions.common import demand_reason, own_membership
from tianmu.operations.duty.choices import RosterState, SwapState
from tianmu.operations.duty.errors import Code
from tianmu.operations.duty.events import SwapAsked
from tianmu.operations.duty.models import Member, Roster, Shift, Swap
from tianmu.operations.duty.permissions import MEMBERS, SHIFTS, Right
from tianmu.operations.duty.rules.month import doubles
from tianmu.operations.duty.selectors.rosters import around, as_shift

OPEN = (SwapState.ASKED, SwapState.ACCEPTED)


@transaction.atomic
def ask_swap(
    *, actor: Actor, shift_id: UUID, other_id: UUID, in_return_id: UUID | None, reason: str, now: datetime
) -> Swap:
    """Ask a colleague to take one's shift, perhaps for one of hers.

    Raises:
        TianmuError: it is not one's own coming shift, the colleague is not in the team, or it was asked already.

    """
    asker = own_membership(actor)
    actor.demand(Right.TAKE_SHIFTS, asker.unit_path)
    shift = _published(actor, shift_id)
    other = Member.objects.filter(pk=other_id, unit_path=asker.unit_path, active=True).first()
    in_return = _published(actor, in_return_id) if in_return_id else None
    fair = other is not None and other.pk != asker.pk and shift.member_id == asker.pk and shift.starts_at > now
    back = in_return is None or (other is not None and in_return.member_id == other.pk and in_return.starts_at > now)
    if other is None or not fair or not back:
        detail = "Choose a coming shift of your own, a colleague of your team, and in return only a coming one of hers."
        raise TianmuError(Code.SWAP_INVALID, detail, status=422)
    Roster.objects.select_for_update().get(pk=shift.roster_id)
    if shift.swaps.filter(state__in=OPEN).exists():
        raise ConflictError(Code.SWAP_STATE, "For this shift a swap is asked already. Withdraw that one first.")
    swap = Swap.objects.create(shift=shift, asker=asker, other=other, in_return=in_return, reason=demand_reason(reason))
    _log(actor, swap, "ask")
    publish(SwapAsked(swap_id=swap.pk, at=now))
    return swap


@transaction.atomic
def answer_swap(*, actor: Actor, swap_id: UUID, accept: bool, answer: str, now: datetime) -> Swap:
    """Accept or decline what a colleague asks of oneself."""
    swap = _open(actor, swap_id, SwapState.ASKED)
    if swap.other.account_id != actor.demand_account():
        raise MissingError("swap")
    swap.state = SwapState.ACCEPTED if accept else SwapState.DECLINED
    swap.answer, swap.answered_at = answer.strip(), now
    return _kept(actor, swap, "accept" if accept else "decline", "answer", "answered_at")


@transaction.atomic
def withdraw_swap(*, actor: Actor, swap_id: UUID, now: datetime) -> Swap:
    """Withdraw what one has asked, as long as it is not effective."""
    swap = _open(actor, swap_id, *OPEN)
    if swap.asker.account_id != actor.demand_account():
        raise MissingError("swap")
    swap.state, swap.settled_by, swap.settled_at = SwapState.WITHDRAWN, actor.name, now
    return _kept(actor, swap, "withdraw", "settled_by", "settled_at")


@transaction.atomic
def settle_swap(*, actor: Actor, swap_id: UUID, now: datetime) -> Swap:
    """Make an accepted swap effective; what was planned stays on the shift.

    Raises:
        TianmuError: somebody would stand on two shifts at once (422), or a shift has begun (409).

    """
    swap = _open(actor, swap_id, SwapState.ACCEPTED, right=Right.EDIT)
    moved = [(swap.shift, swap.other), *([(swap.in_return, swap.asker)] if swap.in_return else [])]
    if any(shift.starts_at <= now for shift, _ in moved):
        raise ConflictError(Code.SWAP_STATE, "One of these shifts has begun. Withdraw this and ask for a coming one.")
    _demand_free(moved)
    for shift, member in moved:
        shift.planned_id = shift.planned_id or shift.member_id
        shift.member = member
        shift.version += 1
        shift.save(update_fields=["planned", "member", "version", "changed_at"])
    swap.state, swap.settled_by, swap.settled_at = SwapState.EFFECTIVE, actor.name, now
    return _kept(actor, swap, "settle", "settled_by", "settled_at")


def _demand_free(moved: list[tuple[Shift, Member]]) -> None:
    keys = {shift.pk: member.pk for shift, member in moved}
    starts, ends = min(shift.starts_at for shift, _ in moved), max(shift.ends_at for shift, _ in moved)
    near = [as_shift(row) for row in around(moved[0][0].member.unit_path, starts, ends)]
    after = [replace(one, person=keys.get(one.key, one.person)) for one in near]
    if doubles(after):
        detail = "With this swap somebody would stand on two shifts at once. Withdraw it and choose another shift."
        raise TianmuError(Code.SWAP_INVALID, detail, status=422)


def _published(actor: Actor, shift_id: UUID) -> Shift:
    rows = Shift.objects.select_related("member").filter(roster__state=RosterState.PUBLISHED)
    return SHIFTS.one(actor, Right.VIEW, rows, shift_id)


def _open(actor: Actor, swap_id: UUID, *expected: SwapState, right: Right = Right.VIEW) -> Swap:
    swap = Swap.objects.filter(pk=swap_id).select_related("asker", "shift").first()
    if swap is None or not MEMBERS.allows(actor, Right.VIEW, swap.asker):
        raise MissingError("swap")
    MEMBERS.demand(actor, right, swap.asker)
    Roster.objects.select_for_update().get(pk=swap.shift.roster_id)
    swap = Swap.objects.select_related("asker", "other", "shift__member", "in_return__member").get(pk=swap_id)
    if swap.state not in expected:
        detail = f"This swap is “{swap.get_state_display()}” already. Refresh to see who acted."
        raise ConflictError(Code.SWAP_STATE, detail, state=swap.state)
    return swap


def _kept(actor: Actor, swap: Swap, step: str, *fields: str) -> Swap:
    swap.version += 1
    swap.save(update_fields=["state", "version", "changed_at", *fields])
    _log(actor, swap, step)
    return swap


def _log(actor: Actor, swap: Swap, step: str) -> None:
    facts = {
        "shift": str(swap.shift_id),
        "from": str(swap.asker_id),
        "to": str(swap.other_id),
        "in_return": str(swap.in_return_id) if swap.in_return_id else None,
        "state": swap.state,
    }
    record(actor=actor, action=f"duty.swap.{step}", kind="duty_swap", key=swap.pk, new=facts, reason=swap.reason)
