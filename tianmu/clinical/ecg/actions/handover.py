"""Handing an order over to a named colleague (转交)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.locks import ASSIGNED_FIELDS, LOCK_FIELDS, drop_lock, held_by_other, locked_by
from tianmu.clinical.ecg.actions.moving import demand_reason, locked_order, take_step
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import AT_CENTRE, Right
from tianmu.clinical.ecg.rules.states import Move
from tianmu.clinical.ecg.selectors.colleagues import colleagues
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.foundation.messages.actions import send


@transaction.atomic
def hand_over(*, actor: Actor, order_id: UUID, account_id: UUID, reason: str, now: datetime) -> Order:
    """Give an order to a colleague with a word why: the lock is dropped, what was written stays, she is told.

    Others may still open it, so that nothing waits for somebody who is away.

    Raises:
        MissingError: no such colleague reads at this centre.
        ConflictError: another reader holds the order, or it is not being read.

    """
    order = locked_order(AT_CENTRE, actor, Right.WRITE, order_id)
    if held_by_other(order, actor, now):
        raise locked_by(order)
    if account_id == actor.account_id:
        raise TianmuError(Code.SAME_PERSON, "Choose a colleague.", status=422, fields={"account_id": "self"})
    colleague = next((one for one in colleagues(actor, order) if one.pk == account_id), None)
    if colleague is None:
        raise MissingError("colleague")
    why = demand_reason(reason)
    drop_lock(order)
    order.assigned_to, order.assigned_name = colleague, colleague.name
    fields = (*LOCK_FIELDS, *ASSIGNED_FIELDS)
    take_step(
        order=order, move=Move.HAND_OVER, actor=actor, now=now, reason=f"→ {colleague.name}: {why}", fields=fields
    )
    send(
        account_ids=[colleague.pk],
        topic="ecg.handed_over",
        facts={"number": order.number, "from": actor.name, "reason": why},
        link=("ecg_order", order.pk),
        once=f"ecg.hand_over:{order.pk}:{now.isoformat()}",
    )
    return order
