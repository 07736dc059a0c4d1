"""One step of a critical value: under the order's lock, checked by the rules, appended to its log, told to screens.

What the alert's row says beside its log is what `read_loop` read last; nothing else writes state or clocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from tianmu.clinical.ecg.actions.moving import save, show
from tianmu.clinical.ecg.choices import AlertState, CallState, Critical
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.events import AlertMoved
from tianmu.clinical.ecg.models import Alert, AlertStep, Order
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.clinical.ecg.rules.critical_loop import (
    Entry,
    LoopError,
    LoopRules,
    Reading,
    SecondPersonError,
    Stage,
    Step,
    after,
    read_loop,
)
from tianmu.clinical.ecg.rules.limits import rank
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.audit.actions import record
from tianmu.foundation.events.actions import publish
from tianmu.foundation.live.actions import tell
from tianmu.foundation.rulesets.models import RuleSetVersion
from tianmu.foundation.rulesets.selectors import in_force

CRITICAL_LOOP = "ecg.critical_loop"
REACHED_COLUMNS = {
    Stage.CONFIRM: "decided_at",
    Stage.NOTIFY: "notified_at",
    Stage.ACKNOWLEDGE: "acknowledged_at",
    Stage.DISPOSE: "disposed_at",
    Stage.CHART: "charted_at",
}
ANSWERS = frozenset(
    {Step.CONFIRM, Step.REJECT, Step.ACKNOWLEDGE, Step.DISPOSE, Step.CHART, Step.AGREE_CLOSE},
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a line of the log says beside who did what when."""

    stage: str = ""
    rung: int = 0
    level: str = ""
    means: str = ""
    to_whom: str = ""
    text: str = ""
    once: str = ""


NOTHING_MORE = Facts()


def loop_version_at(path: str, now: datetime) -> RuleSetVersion:
    """Return the rules of the loop in force at an institution."""
    return in_force(CRITICAL_LOOP, timezone.localdate(now), path)


def locked_alert(policies: Sequence[tuple[ScopePolicy[Order], str]], actor: Actor, alert_id: UUID) -> Alert:
    """Return an alert under its order's lock, if one of the policies lets the actor act on it with its right.

    Raises:
        MissingError: there is none that the actor may see.
        RefusedError: she may see it, not act on it.

    """
    seen = Alert.objects.filter(pk=alert_id).values_list("order_id", flat=True).first()
    order = ORDERS.rows(actor, Right.VIEW, Order.objects.all()).filter(pk=seen).first() if seen else None
    if order is None:
        raise MissingError("alert")
    if not any(policy.allows(actor, right, order) for policy, right in policies):
        policy, right = policies[0]
        policy.demand(actor, right, order)
    return hold(alert_id, order.pk)


def hold(alert_id: UUID, order_id: UUID) -> Alert:
    """Lock the order, then the alert; return the alert with what telling about it needs."""
    Order.objects.select_for_update().get(pk=order_id)
    rows = Alert.objects.select_for_update(of=("self",))
    return rows.select_related("order__patient", "order__origin__unit", "order__centre__unit", "loop_rules").get(
        pk=alert_id
    )


def log_of(alert: Alert) -> list[Entry]:
    """Return the log of an alert as the rules read it."""
    return [
        Entry(
            at=one.at,
            step=Step(one.step),
            who=str(one.account_id) if one.account_id else None,
            stage=Stage(one.stage) if one.stage else None,
            rung=one.rung,
        )
        for one in alert.steps.order_by("id")
    ]


def loop_rules(alert: Alert) -> LoopRules:
    """Return the rules under which the alert was raised."""
    version = alert.loop_rules or loop_version_at(alert.order.origin_path, alert.raised_at)
    return LoopRules.from_content(version.content, alert.grade, f"{version.version}@{version.pk}")


def write_step(
    *, actor: Actor, alert: Alert, step: Step, now: datetime, facts: Facts = NOTHING_MORE, **columns: object
) -> Reading:
    """Append one step and keep what the rules then read; `columns` are what the step says in the register.

    Raises:
        ConflictError: the step is not possible now, or needs another person.

    """
    log = log_of(alert)
    entry = Entry(
        at=now,
        step=step,
        who=str(actor.account_id) if actor.account_id else None,
        stage=Stage(facts.stage) if facts.stage else None,
        rung=facts.rung,
    )
    try:
        after(log, entry)
    except SecondPersonError as error:
        raise ConflictError(Code.SECOND_PERSON, "A second person must agree. Ask a colleague.") from error
    except LoopError as error:
        detail = f"This alert is “{alert.get_state_display()}” already. Refresh to see who acted."
        raise ConflictError(Code.ALERT_STATE, detail, state=alert.state) from error
    AlertStep.objects.create(
        alert=alert,
        at=now,
        step=step,
        account_id=actor.account_id,
        actor=actor.name,
        stage=facts.stage,
        rung=facts.rung,
        level=facts.level,
        means=facts.means,
        to_whom=facts.to_whom[:200],
        text=facts.text[:400],
        once=facts.once,
    )
    if step in ANSWERS:
        alert.calls.filter(state=CallState.OPEN).update(state=CallState.UNNEEDED)
    return keep_reading(actor, alert, [*log, entry], now, facts, columns)


def keep_reading(
    actor: Actor, alert: Alert, log: Sequence[Entry], now: datetime, facts: Facts, columns: dict[str, object]
) -> Reading:
    """Keep in the alert's row what the rules read from its log at `now`."""
    before, reading = alert.state, read_loop(log, loop_rules(alert), now)
    step = log[-1].step
    alert.state = AlertState(reading.state)
    alert.due_at, alert.next_call_at = reading.due_at, reading.next_call_at
    alert.late = sorted(reading.late)
    alert.inputs_sha256 = reading.inputs_sha256
    for stage, column in REACHED_COLUMNS.items():
        setattr(alert, column, reading.reached.get(stage))
    if alert.state in {AlertState.CLOSED, AlertState.REJECTED} and alert.closed_at is None:
        alert.closed_at = now
    for name, value in columns.items():
        setattr(alert, name, value)
    alert.version += 1
    alert.save()
    _note(actor, alert, step, before, facts)
    settle(alert.order)
    publish(AlertMoved(alert_id=alert.pk, order_id=alert.order_id, step=step, state=alert.state, at=now))
    show_alert(alert)
    return reading


def settle(order: Order) -> None:
    """Keep on the order what its critical values say; an open one lifts it to the head of every worklist."""
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


def show_alert(alert: Alert) -> None:
    """Tell every open screen that may show the alert."""
    order = alert.order
    facts = {"alert": str(alert.pk), "order": str(order.pk), "state": alert.state, "code": alert.code}
    tell("ecg.alert", right=Right.VIEW, paths=(order.origin_path, order.centre_path), facts=facts)


def _note(actor: Actor, alert: Alert, step: Step, before: str, facts: Facts) -> None:
    record(
        actor=actor,
        action=f"ecg.alert.{step}",
        kind="ecg_alert",
        key=alert.pk,
        person_id=alert.order.patient_id,
        old={"state": before},
        new={"code": alert.code, "state": alert.state},
        reason=facts.text,
    )
