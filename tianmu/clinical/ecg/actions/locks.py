"""Who is reading an order: a lock that lets go by itself, and can be taken over with a reason."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.moving import demand_reason, is_urgent, limits_at, locked_order, save, take_step
from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import AT_CENTRE, Right
from tianmu.clinical.ecg.rules.limits import lock_end
from tianmu.clinical.ecg.rules.states import Move
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError

ASSIGNED_FIELDS = ("assigned_to", "assigned_name")
LOCK_FIELDS = ("lock_holder", "lock_name", "locked_at", "lock_ends_at", "opened_at")


@transaction.atomic
def open_order(*, actor: Actor, order_id: UUID, now: datetime) -> Order:
    """Take an order to read or review it; the lock lasts 15 minutes from the last touch, 2 for urgent ones.

    Raises:
        ConflictError: somebody else is reading it, or it is not to be read now.

    """
    order = locked_order(AT_CENTRE, actor, Right.WRITE, order_id)
    if held_by_other(order, actor, now):
        raise locked_by(order)
    _hold(order, actor, now)
    if order.assigned_to_id == actor.account_id:
        order.assigned_to, order.assigned_name = None, ""
    take_step(order=order, move=Move.OPEN, actor=actor, now=now, fields=(*LOCK_FIELDS, *ASSIGNED_FIELDS))
    return order


@transaction.atomic
def keep_order(*, actor: Actor, order_id: UUID, now: datetime) -> Order:
    """Tell that the reader is still there.

    Raises:
        ConflictError: the lock was taken over or let go.

    """
    order = locked_order(AT_CENTRE, actor, Right.WRITE, order_id)
    demand_lock(order, actor, now)
    _hold(order, actor, now, since=order.locked_at)
    save(order, *LOCK_FIELDS)
    return order


@transaction.atomic
def release_order(*, actor: Actor, order_id: UUID, now: datetime) -> Order:
    """Give an order back to the list; what was written stays as a draft."""
    order = locked_order(AT_CENTRE, actor, Right.WRITE, order_id)
    demand_lock(order, actor, now)
    drop_lock(order)
    take_step(order=order, move=Move.RELEASE, actor=actor, now=now, fields=LOCK_FIELDS)
    return order


@transaction.atomic
def take_over(*, actor: Actor, order_id: UUID, reason: str, now: datetime) -> Order:
    """Take an order from another reader, with a reason: at once when it is urgent, else with the right to do so."""
    order = locked_order(AT_CENTRE, actor, Right.WRITE, order_id)
    if held_by_other(order, actor, now) and not is_urgent(order):
        AT_CENTRE.demand(actor, Right.TAKE_OVER, order)
    why = demand_reason(reason)
    _hold(order, actor, now)
    take_step(order=order, move=Move.TAKE_OVER, actor=actor, now=now, reason=why, fields=LOCK_FIELDS)
    return order


@transaction.atomic
def release_idle(*, actor: Actor, now: datetime) -> int:
    """Give back to the list what nobody has touched within its limit; return how many."""
    idle = Order.objects.select_for_update(skip_locked=True).filter(
        lock_ends_at__lt=now, state__in=[OrderState.IN_PROGRESS, OrderState.TO_REVIEW]
    )
    count = 0
    for order in idle:
        drop_lock(order)
        take_step(order=order, move=Move.RELEASE, actor=actor, now=now, reason="idle", fields=LOCK_FIELDS)
        count += 1
    return count


def held_by_other(order: Order, actor: Actor, now: datetime) -> bool:
    """Tell whether another reader's lock is alive."""
    alive = order.lock_ends_at is not None and order.lock_ends_at > now
    return alive and order.lock_holder_id != actor.account_id


def demand_lock(order: Order, actor: Actor, now: datetime) -> None:
    """Refuse unless the actor holds the order; a lock that ran out is still hers while nobody took it.

    Raises:
        ConflictError: somebody else has it, or nobody.

    """
    if held_by_other(order, actor, now):
        raise locked_by(order)
    if order.lock_holder_id != actor.account_id:
        detail = "You do not hold this order any more. Your text is kept; open the order again to go on."
        raise ConflictError(Code.NOT_LOCKED_BY_YOU, detail, state=order.state)


def locked_by(order: Order) -> ConflictError:
    """Return the refusal that names who is reading and since when."""
    detail = f"{order.lock_name} is reading this order. Wait, or take it over with a reason."
    return ConflictError(Code.LOCKED, detail, holder=order.lock_name, since=order.locked_at)


def drop_lock(order: Order) -> None:
    """Clear the lock's columns."""
    order.lock_holder = None
    order.lock_name, order.locked_at, order.lock_ends_at = "", None, None


def _hold(order: Order, actor: Actor, now: datetime, since: datetime | None = None) -> None:
    order.opened_at = order.opened_at or now
    order.lock_holder_id = actor.account_id
    order.lock_name = actor.name
    order.locked_at = since or now
    order.lock_ends_at = lock_end(limits_at(order.centre_path, now), urgent=is_urgent(order), now=now)
