"""First times that figures count by: a report was printed where it was asked for, or read by the person herself.

What was printed or read again is in the audit lines; the columns only tell when it was first.
"""

from datetime import datetime

from tianmu.clinical.ecg.models import Order
from tianmu.foundation.access.actor import Actor, ActorKind


def note_printed(*, actor: Actor, order: Order, now: datetime) -> None:
    """Note the first print of a published report by staff; by a resident it counts as reading."""
    if actor.kind is ActorKind.RESIDENT:
        note_seen(actor=actor, order=order, now=now)
    elif order.printed_at is None:
        Order.objects.filter(pk=order.pk, printed_at=None).update(printed_at=now)


def note_seen(*, actor: Actor, order: Order, now: datetime) -> None:
    """Note that the person, or somebody of her family who may, has read a published report."""
    if actor.kind is ActorKind.RESIDENT and order.seen_at is None:
        Order.objects.filter(pk=order.pk, seen_at=None).update(seen_at=now)
