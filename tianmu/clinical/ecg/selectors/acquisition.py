"""Orders as whoever acquires them needs them: those that wait for a recording, and one by its number."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record_views

WAITING = (OrderState.REGISTERED, OrderState.RETURNED, OrderState.REJECTED)
MOST = 500


def to_acquire(actor: Actor, *, path: str, since: datetime, asked_by: str) -> Sequence[Order]:
    """Return the orders of an institution that wait for a recording, the oldest first; each person shown is noted."""
    rows = Order.objects.select_related("patient").filter(
        origin_path__startswith=path, state__in=WAITING, registered_at__gte=since
    )
    found = list(ORDERS.rows(actor, Right.VIEW, rows).order_by("rank", "registered_at", "id")[:MOST])
    subjects = [(order.pk, order.patient_id) for order in found]
    record_views(actor=actor, action=f"ecg.worklist.{asked_by}", kind="ecg_order", subjects=subjects)
    return found


def order_numbered(actor: Actor, number: str) -> Order | None:
    """Return the order with that examination number, if the actor may see it."""
    rows = Order.objects.select_related("patient").filter(number=number.strip())
    return ORDERS.rows(actor, Right.VIEW, rows).first() if number.strip() else None


def waiting_order_of(actor: Actor, person: UUID, *, path: str) -> Order | None:
    """Return the oldest order of a person at an institution that waits for a recording."""
    rows = Order.objects.select_related("patient").filter(
        patient_id=person, origin_path__startswith=path, state__in=WAITING
    )
    return ORDERS.rows(actor, Right.VIEW, rows).order_by("registered_at", "id").first()
