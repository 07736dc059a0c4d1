"""Reading critical values: the open ones, the register (危急值登记本), figures with their rows, the call list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from tianmu.clinical.ecg.choices import CallState, OrderState
from tianmu.clinical.ecg.models import Alert, AlertCall, AlertStep, Order
from tianmu.clinical.ecg.permissions import AT_CENTRE, ORDERS, Right
from tianmu.clinical.ecg.rules.critical_figures import Figure, Index
from tianmu.clinical.ecg.rules.critical_loop import OPEN
from tianmu.clinical.ecg.selectors.alert_figures import SHARES, figures_of
from tianmu.clinical.ecg.selectors.counting import counted, counting
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.audit.actions import record
from tianmu.foundation.messages.models import Delivery
from tianmu.foundation.messages.selectors import deliveries_of

MOST_COLLEAGUES = 100
FIRST_GRADE = "critical"


@dataclass(frozen=True, slots=True)
class RegisterQuery:
    """Which critical values the register shows; every part may be left out."""

    since: datetime | None = None
    until: datetime | None = None
    unit_path: str = ""
    grade: str = ""
    state: str = ""
    code: str = ""
    late: bool | None = None
    search: str = ""
    index: Index | None = None
    counted: bool = True


def alerts(actor: Actor, *, only_open: bool) -> QuerySet[Alert]:
    """Return critical values of orders the actor may see; the open ones in the order in which they are due."""
    rows = _seen(actor)
    return rows.filter(state__in=[str(one) for one in OPEN]) if only_open else rows


def alert_of(actor: Actor, alert_id: UUID) -> Alert:
    """Return one critical value, and write down that it was looked at.

    Raises:
        MissingError: there is none that the actor may see.

    """
    alert = _seen(actor).filter(pk=alert_id).first()
    if alert is None:
        raise MissingError("alert")
    record(actor=actor, action="ecg.alert.view", kind="ecg_alert", key=alert.pk, person_id=alert.order.patient_id)
    return alert


def steps_of(alert: Alert) -> Sequence[AlertStep]:
    """Return the log of an alert the caller has found by `alert_of`."""
    return list(alert.steps.order_by("id"))


def sendings_of(alert: Alert) -> Sequence[Delivery]:
    """Return what was sent about an alert the caller has found by `alert_of`."""
    return list(deliveries_of("ecg_alert", alert.pk).defer("to", "text"))


def colleagues_of(actor: Actor, alert_id: UUID, now: datetime) -> Sequence[Account]:
    """Return those to whom the actor may pass an alert on: readers of its centre, people at its point."""
    alert = _seen(actor).filter(pk=alert_id).first()
    if alert is None:
        raise MissingError("alert")
    able = {
        *accounts_with(Right.CONFIRM_ALERT, alert.order.centre_path, now),
        *accounts_with(Right.ACKNOWLEDGE_ALERT, alert.order.origin_path, now),
    }
    rows = Account.objects.select_related("home").filter(pk__in=able).exclude(pk=actor.demand_account())
    return list(rows.order_by("name", "id")[:MOST_COLLEAGUES])


def register(actor: Actor, wanted: RegisterQuery) -> QuerySet[Alert]:
    """Return the lines of the register, newest first where the caller does not order them."""
    rows = _seen(actor).filter(_condition(wanted)).exclude(order__state=OrderState.VOID)
    if wanted.index is None:
        return rows
    share = SHARES[wanted.index]
    behind = share.counted if wanted.counted else share.among & ~share.counted
    return rows.filter(_counted(wanted, timezone.now()), behind)


def critical_figures(actor: Actor, wanted: RegisterQuery) -> tuple[Figure, ...]:
    """Return the figures of the critical values whose sums the actor may see."""
    seen = ORDERS.figures(actor, Right.VIEW, Order.objects.all())
    rows = Alert.objects.filter(_condition(wanted), _counted(wanted, timezone.now()), order__in=seen)
    return figures_of(rows)


def open_calls(actor: Actor) -> QuerySet[AlertCall]:
    """Return who has to be phoned, for those who phone: the readers of the centre."""
    seen = AT_CENTRE.rows(actor, Right.CONFIRM_ALERT, Order.objects.all())
    rows = AlertCall.objects.filter(state=CallState.OPEN, alert__order__in=seen)
    return rows.select_related("alert__order__patient", "alert__order__origin__unit")


def _seen(actor: Actor) -> QuerySet[Alert]:
    seen = ORDERS.rows(actor, Right.VIEW, Order.objects.all())
    return Alert.objects.select_related("order__patient", "order__origin__unit", "order__centre__unit").filter(
        order__in=seen
    )


def _condition(wanted: RegisterQuery) -> Q:
    plain = {
        "raised_at__gte": wanted.since,
        "raised_at__lt": wanted.until,
        "order__origin_path__startswith": wanted.unit_path,
        "grade": wanted.grade,
        "code": wanted.code,
    }
    query = Q(**{field: value for field, value in plain.items() if value})
    if wanted.state == "open":
        query &= Q(state__in=[str(one) for one in OPEN])
    elif wanted.state:
        query &= Q(state=wanted.state)
    if wanted.late is not None:
        query &= ~Q(late=[]) if wanted.late else Q(late=[])
    if wanted.search:
        text = wanted.search.strip()
        query &= Q(order__number__startswith=text.upper()) | Q(order__patient__name__startswith=text)
    return query


def _counted(wanted: RegisterQuery, now: datetime) -> Q:
    """Return which values figures count: those of the first grade, unless the other is asked for."""
    return counted(counting(now), "order__") & Q(grade=wanted.grade or FIRST_GRADE)
