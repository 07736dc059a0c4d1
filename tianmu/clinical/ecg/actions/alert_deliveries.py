"""What became of short messages and letters about a critical value: taken ones notify, failed ones ask for a call."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.alert_steps import Facts, hold, show_alert, write_step
from tianmu.clinical.ecg.actions.alert_telling import Contact, Occasion, ask_for_call
from tianmu.clinical.ecg.choices import AlertState, CallPurpose
from tianmu.clinical.ecg.models import Alert
from tianmu.clinical.ecg.rules.critical_loop import AWAITED, State, Step
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.messages.choices import DeliveryState
from tianmu.foundation.messages.models import Delivery
from tianmu.foundation.messages.selectors import deliveries_of


@transaction.atomic
def follow_delivery(*, actor: Actor, alert_id: UUID, delivery_id: UUID, now: datetime) -> None:
    """Write down that the point was notified over a gateway; of a failed sending, ask somebody to phone."""
    order_id = Alert.objects.filter(pk=alert_id).values_list("order_id", flat=True).first()
    row = deliveries_of("ecg_alert", alert_id).filter(pk=delivery_id).first()
    if order_id is None or row is None:
        return
    alert = hold(alert_id, order_id)
    if row.state == DeliveryState.FAILED:
        _phone_instead(alert, row, now)
    elif CallPurpose.NOTIFY in row.template:
        _notified_over(actor, alert, row, now)
    show_alert(alert)


def _notified_over(actor: Actor, alert: Alert, row: Delivery, now: datetime) -> None:
    once = f"delivery:{row.pk}"
    known = alert.steps.filter(once=once).exists()
    if known or alert.state in {AlertState.RAISED, AlertState.REJECTED}:
        return
    facts = Facts(means=row.channel, to_whom=f"{row.to_name} {row.to_shown}", once=once)
    by = list(dict.fromkeys([*alert.notified_by, row.channel]))
    write_step(actor=actor, alert=alert, step=Step.NOTIFY, now=now, facts=facts, notified_by=by)


def _phone_instead(alert: Alert, row: Delivery, now: datetime) -> None:
    if State(alert.state) not in AWAITED:
        return
    purpose = CallPurpose.NOTIFY if CallPurpose.NOTIFY in row.template else CallPurpose.ESCALATE
    if purpose is CallPurpose.NOTIFY and alert.state not in {AlertState.CONFIRMED, AlertState.NOTIFIED}:
        return
    asked = alert.calls.filter(purpose=purpose, to_name=row.to_name).exists()
    if not asked:
        occasion = Occasion(purpose, row.text or "", f"instead:{row.pk}", alert.due_at or now)
        ask_for_call(alert, Contact(row.to_name, row.to or ""), occasion, 0, now)
