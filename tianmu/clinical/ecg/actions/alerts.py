"""Critical values (危急值): raised by the machine, confirmed by a reader, told to the point, acted on there.

Every step is timed and logged; an alert that nobody confirmed never reaches the resident (ecg.md section 6).
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.alert_steps import (
    NOTHING_MORE,
    Facts,
    keep_reading,
    locked_alert,
    loop_version_at,
    write_step,
)
from tianmu.clinical.ecg.actions.alert_telling import notify_point
from tianmu.clinical.ecg.actions.moving import demand_reason
from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.engine.analysis import CriticalAlert
from tianmu.clinical.ecg.events import AlertRaised
from tianmu.clinical.ecg.models import Alert, AlertStep, Order
from tianmu.clinical.ecg.permissions import AT_CENTRE, AT_ORIGIN, Right
from tianmu.clinical.ecg.rules.critical_loop import Entry, Step
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.events.actions import publish

READ_ALREADY = frozenset({OrderState.SIGNED, OrderState.AMENDED, OrderState.VOID, OrderState.WITHDRAWN})
CONFIRMS = ((AT_CENTRE, Right.CONFIRM_ALERT),)
ANSWERS = ((AT_ORIGIN, Right.ACKNOWLEDGE_ALERT),)


def raise_alerts(*, actor: Actor, order: Order, alerts: Sequence[CriticalAlert], now: datetime) -> None:
    """Raise the alerts of an analysis that are not raised yet; an order already read gets none."""
    if order.state in READ_ALREADY:
        return
    known = set(order.alerts.values_list("code", flat=True))
    for alert in alerts:
        if alert.code not in known:
            raise_alert(actor=actor, order=order, alert=alert, now=now)


def raise_alert(*, actor: Actor, order: Order, alert: CriticalAlert, now: datetime) -> Alert:
    """Begin the loop of one critical value, under the rules in force where the patient is."""
    row = Alert.objects.create(
        order=order,
        code=alert.code,
        grade=alert.grade,
        rule_set=alert.rule_set,
        evidence=[asdict(one) for one in alert.evidence],
        raised_at=now,
        loop_rules=loop_version_at(order.origin_path, now),
    )
    AlertStep.objects.create(alert=row, at=now, step=Step.RAISE, account_id=actor.account_id, actor=actor.name)
    who = str(actor.account_id) if actor.account_id else None
    keep_reading(actor, row, [Entry(now, Step.RAISE, who)], now, NOTHING_MORE, {})
    publish(AlertRaised(alert_id=row.pk, order_id=order.pk, at=now))
    return row


@transaction.atomic
def confirm_alert(*, actor: Actor, alert_id: UUID, now: datetime) -> Alert:
    """Confirm a machine alert; the requesting doctor and the point are told in the same moment."""
    alert = locked_alert(CONFIRMS, actor, alert_id)
    write_step(actor=actor, alert=alert, step=Step.CONFIRM, now=now, decided_by=actor.name)
    notify_point(actor=actor, alert=alert, now=now)
    return alert


@transaction.atomic
def reject_alert(*, actor: Actor, alert_id: UUID, reason: str, now: datetime) -> Alert:
    """Reject a machine alert with a reason."""
    alert, why = locked_alert(CONFIRMS, actor, alert_id), demand_reason(reason)
    facts = Facts(text=why)
    write_step(actor=actor, alert=alert, step=Step.REJECT, now=now, facts=facts, decided_by=actor.name, reason=why)
    return alert


@transaction.atomic
def acknowledge_alert(*, actor: Actor, alert_id: UUID, read_back: str, now: datetime) -> Alert:
    """Acknowledge at the place where the patient is, reading the finding back."""
    alert, said = locked_alert(ANSWERS, actor, alert_id), demand_reason(read_back)
    columns = {"acknowledged_by": actor.name, "read_back": said}
    write_step(actor=actor, alert=alert, step=Step.ACKNOWLEDGE, now=now, facts=Facts(text=said), **columns)
    return alert


@transaction.atomic
def dispose_alert(*, actor: Actor, alert_id: UUID, disposal: str, now: datetime, chart_note: str = "") -> Alert:
    """Enter what was done for the patient; with a note of where the chart has it, this closes the loop."""
    alert, done = locked_alert(ANSWERS, actor, alert_id), demand_reason(disposal)
    columns = {"disposal": done, "disposed_by": actor.name}
    write_step(actor=actor, alert=alert, step=Step.DISPOSE, now=now, facts=Facts(text=done), **columns)
    if chart_note.strip():
        _chart(actor, alert, chart_note, now)
    return alert


@transaction.atomic
def chart_alert(*, actor: Actor, alert_id: UUID, note: str, now: datetime) -> Alert:
    """Say where the chart records it; this closes the loop."""
    alert = locked_alert(ANSWERS, actor, alert_id)
    _chart(actor, alert, note, now)
    return alert


def _chart(actor: Actor, alert: Alert, note: str, now: datetime) -> None:
    said = demand_reason(note)
    columns = {"charted_by": actor.name, "chart_note": said}
    write_step(actor=actor, alert=alert, step=Step.CHART, now=now, facts=Facts(text=said), **columns)
