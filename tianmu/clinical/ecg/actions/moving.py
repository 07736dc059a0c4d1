"""One step of an order: taken under its row lock, checked by the state machine, written down, told to open screens."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from tianmu.clinical.ecg.choices import Critical, Urgency
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Order, OrderStep
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.clinical.ecg.rules.limits import Limits, rank
from tianmu.clinical.ecg.rules.states import Move, after
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.audit.actions import record
from tianmu.foundation.live.actions import tell
from tianmu.foundation.rulesets.selectors import in_force

TIME_LIMITS = "ecg.time_limits"


def locked_order(policy: ScopePolicy[Order], actor: Actor, right: str, order_id: UUID) -> Order:
    """Return the order under its row lock, if the actor may use it with `right`."""
    seen = ORDERS.one(actor, Right.VIEW, Order.objects.all(), order_id)
    policy.demand(actor, right, seen)
    return (
        Order.objects.select_for_update(of=("self",))
        .select_related("patient", "origin__unit", "centre__unit", "device")
        .get(pk=order_id)
    )


def limits_at(path: str, now: datetime) -> Limits:
    """Return the time limits in force at an institution."""
    return Limits.from_content(in_force(TIME_LIMITS, timezone.localdate(now), path).content)


def is_urgent(order: Order) -> bool:
    """Tell whether the order is an emergency or has an open critical alert."""
    return order.urgency == Urgency.EMERGENCY or order.critical == Critical.OPEN


def take_step(
    *,
    order: Order,
    move: Move,
    actor: Actor,
    now: datetime,
    reason: str = "",
    fields: tuple[str, ...] = (),
    amends: bool | None = None,
) -> None:
    """Move an order on and save it together with `fields` the caller has set.

    `amends` tells that a version was out before; by default that is read from the order.

    Raises:
        ConflictError: the move is not possible from the order's state.

    """
    was_published = order.published_version > 0 if amends is None else amends
    following = after(move, order.state, published=was_published)
    if following is None:
        detail = f"This is not possible while the order is “{order.get_state_display()}”. Refresh the list."
        raise ConflictError(Code.STATE_CONFLICT, detail, state=order.state)
    before = order.state
    order.state = following
    order.rank = rank(critical_open=order.critical == Critical.OPEN, urgency=order.urgency)
    save(order, "state", "rank", *fields)
    OrderStep.objects.create(
        order=order, at=now, actor=actor.name, move=move.value, from_state=before, to_state=following, reason=reason
    )
    record(
        actor=actor,
        action=f"ecg.order.{move.value}",
        kind="ecg_order",
        key=order.pk,
        person_id=order.patient_id,
        old={"state": before},
        new={"state": following},
        reason=reason,
    )
    show(order)


def save(order: Order, *fields: str) -> None:
    """Save the named fields and raise the row's version."""
    order.version += 1
    order.save(update_fields=[*dict.fromkeys(fields), "version", "changed_at"])


def show(order: Order) -> None:
    """Tell every open worklist and page that may show this order."""
    facts = {"order": str(order.pk), "state": order.state}
    tell("ecg.worklist", right=Right.VIEW, paths=(order.origin_path, order.centre_path), facts=facts)


def demand_reason(reason: str) -> str:
    """Return the reason without surrounding blanks.

    Raises:
        TianmuError: there is none.

    """
    given = reason.strip()
    if not given:
        raise TianmuError(Code.REASON_MISSING, "Say why.", status=422, fields={"reason": "required"})
    return given[:400]
