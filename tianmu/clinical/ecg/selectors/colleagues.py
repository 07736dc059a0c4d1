"""Who else reads at the centre of an order."""

from collections.abc import Sequence

from django.utils import timezone

from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import AT_CENTRE, Right
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import accounts_with


def colleagues(actor: Actor, order: Order) -> Sequence[Account]:
    """Return the accounts that write reports at the order's centre, the actor's own left out, by name."""
    AT_CENTRE.demand(actor, Right.WRITE, order)
    keys = accounts_with(Right.WRITE, order.centre_path, timezone.now())
    rows = Account.objects.filter(pk__in=keys, active=True).exclude(pk=actor.demand_account())
    return list(rows.order_by("name"))
