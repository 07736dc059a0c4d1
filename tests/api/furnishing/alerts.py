"""Critical values: an entry of the call list for each half's alert, and a gateway that sends receipts."""

from uuid import UUID

from django.utils import timezone

from tests.api.world import World, _staff
from tianmu.clinical.ecg.models import Alert, AlertCall
from tianmu.foundation.access.models import Account

PARAMETERS = {"alert_call_id": "alert_call.1"}


def furnish(world: World) -> dict[str, UUID]:
    """Ask for one call about the alert of each half."""
    halves = enumerate((world.first, world.second), 1)
    return {f"alert_call.{number}": _call(half.alert).pk for number, half in halves}


def accounts(world: World) -> dict[str, Account]:
    """Return the gateways."""
    halves = enumerate((world.first, world.second), 1)
    return {f"gateway.{n}": _staff(f"gateway{n}", "message_gateway", half.township.unit) for n, half in halves}


def grow(world: World) -> None:
    """Ask for a call about every alert that has none."""
    for alert in Alert.objects.filter(calls=None):
        _call(alert)


def _call(alert: Alert) -> AlertCall:
    now = timezone.now()
    return AlertCall.objects.create(
        alert=alert, purpose="notify", to_name="值班室", to_phone="13800000001", asked_at=now, due_at=now, once="test"
    )
