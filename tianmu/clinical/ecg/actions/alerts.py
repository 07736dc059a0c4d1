"""Critical values (危急值): raised by the machine, confirmed by a reader, acted on where the patient is.

Every step is timed and logged; an alert that nobody confirmed never reaches the resident (ecg.md section 6).
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.moving import demand_reason, limits_at, save, show
from tianmu.clinical.ecg.choices import AlertState, Critical, OrderState
from tianmu.clinical.ecg.engine.analysis import CriticalAlert
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.events import AlertRaised
from tianmu.clinical.ecg.models import Alert, Order
from tianmu.clinical.ecg.permissions import AT_CENTRE, AT_ORIGIN, ORDERS, Right
from tianmu.clinical.ecg.rules.limits import Limits, alert_due, rank
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.audit.actions import record
from tianmu.foundation.events.actions import publish
from tianmu.foundation.live.actions import tell

READ_ALREADY = frozenset({OrderState.SIGNED, OrderState.AMENDED, OrderState.VOID, OrderState.WITHDRAWN})


def raise_alerts(*, actor: Actor, order: Order, alerts: Sequence[CriticalAlert], limits: Limits, now: datetime) -> None:
    """Raise the alerts of an analysis that are not raised yet; an order already read gets none."""
    if order.state in READ_ALREADY:
        return
    known = set(order.alerts.values_list("code", flat=True))
    for alert in alerts:
        if alert.code in known:
            continue
        row = Alert.objects.create(
            order=order,
            code=alert.code,
            grade=alert.grade,
            rule_set=alert.rule_set,
            evidence=[asdict(one) for one in alert.evidence],
            raised_at=now,
            due_at=alert_due(limits, grade=alert.grade, step="confirm", since=now),
        )
        _log(actor, row, "raise")
        publish(AlertRaised(alert_id=row.pk, order_id=order.pk, at=now))
        _show(row, order)
    _settle(order)


@transaction.atomic
def confirm_alert(*, actor: Actor, alert_id: UUID, now: datetime) -> Alert:
    """Confirm a machine alert; the place where the patient is must then acknowledge it."""
    alert = _taken(AT_CENTRE, actor, Right.CONFIRM_ALERT, alert_id, AlertState.RAISED)
    alert.state, alert.decided_by, alert.decided_at = AlertState.CONFIRMED, actor.name, now
    limits = limits_at(alert.order.centre_path, now)
    alert.due_at = alert_due(limits, grade=alert.grade, step="acknowledge", since=now)
    return _kept(actor, alert, "confirm", "decided_by", "decided_at", "due_at")


@transaction.atomic
def reject_alert(*, actor: Actor, alert_id: UUID, reason: str, now: datetime) -> Alert:
    """Reject a machine alert with a reason."""
    alert = _taken(AT_CENTRE, actor, Right.CONFIRM_ALERT, alert_id, AlertState.RAISED)
    alert.state, alert.decided_by, alert.decided_at = AlertState.REJECTED, actor.name, now
    alert.reason = demand_reason(reason)
    alert.closed_at = now
    return _kept(actor, alert, "reject", "decided_by", "decided_at", "reason", "closed_at")


@transaction.atomic
def acknowledge_alert(*, actor: Actor, alert_id: UUID, read_back: str, now: datetime) -> Alert:
    """Acknowledge at the place where the patient is, reading the finding back."""
    alert = _taken(AT_ORIGIN, actor, Right.ACKNOWLEDGE_ALERT, alert_id, AlertState.CONFIRMED)
    alert.state, alert.acknowledged_by, alert.acknowledged_at = AlertState.ACKNOWLEDGED, actor.name, now
    alert.read_back = demand_reason(read_back)
    limits = limits_at(alert.order.centre_path, now)
    alert.due_at = alert_due(limits, grade=alert.grade, step="dispose", since=now)
    return _kept(actor, alert, "acknowledge", "acknowledged_by", "acknowledged_at", "read_back", "due_at")


@transaction.atomic
def dispose_alert(*, actor: Actor, alert_id: UUID, disposal: str, now: datetime) -> Alert:
    """Enter what was done for the patient; this closes the loop."""
    alert = _taken(AT_ORIGIN, actor, Right.ACKNOWLEDGE_ALERT, alert_id, AlertState.ACKNOWLEDGED)
    alert.state, alert.disposed_by, alert.closed_at = AlertState.CLOSED, actor.name, now
    alert.disposal = demand_reason(disposal)
    return _kept(actor, alert, "dispose", "disposal", "disposed_by", "closed_at")


def _taken(policy: ScopePolicy[Order], actor: Actor, right: str, alert_id: UUID, expected: AlertState) -> Alert:
    seen = Alert.objects.filter(pk=alert_id).values_list("order_id", flat=True).first()
    order = ORDERS.rows(actor, Right.VIEW, Order.objects.all()).filter(pk=seen).first() if seen else None
    if order is None:
        raise MissingError("alert")
    policy.demand(actor, right, order)
    Order.objects.select_for_update().get(pk=order.pk)
    alert = (
        Alert.objects.select_for_update(of=("self",)).select_related("order__patient", "order__origin").get(pk=alert_id)
    )
    if alert.state != expected:
        detail = f"This alert is “{alert.get_state_display()}” already. Refresh to see who acted."
        raise ConflictError(Code.ALERT_STATE, detail, state=alert.state)
    return alert


def _kept(actor: Actor, alert: Alert, step: str, *fields: str) -> Alert:
    alert.version += 1
    alert.save(update_fields=["state", "version", "changed_at", *fields])
    _log(actor, alert, step)
    _settle(alert.order)
    _show(alert, alert.order)
    return alert


def _settle(order: Order) -> None:
    states = set(order.alerts.filter(grade="critical").values_list("state", flat=True))
    if AlertState.RAISED in states:
        critical = Critical.OPEN
    elif states - {AlertState.REJECTED}:
        critical = Critical.CONFIRMED
    else:
        critical = Critical.REJECTED if states else Critical.NONE
    if order.critical != critical:
        order.critical = critical
        order.rank = rank(critical_open=critical == Critical.OPEN, urgency=order.urgency)
        save(order, "critical", "rank")
        show(order)


def _log(actor: Actor, alert: Alert, step: str) -> None:
    record(
        actor=actor,
        action=f"ecg.alert.{step}",
        kind="ecg_alert",
        key=alert.pk,
        person_id=alert.order.patient_id,
        new={"code": alert.code, "state": alert.state},
        reason=alert.reason,
    )


def _show(alert: Alert, order: Order) -> None:
    facts = {"alert": str(alert.pk), "order": str(order.pk), "state": alert.state, "code": alert.code}
    tell("ecg.alert", right=Right.VIEW, paths=(order.origin_path, order.centre_path), facts=facts)
