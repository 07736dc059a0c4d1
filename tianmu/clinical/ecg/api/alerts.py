"""Critical value alerts and the steps of their loop."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from tianmu.clinical.ecg.actions import alerts as actions
from tianmu.clinical.ecg.models import Alert
from tianmu.clinical.ecg.schemas.details import AlertOut, alert_out
from tianmu.clinical.ecg.schemas.orders import ReasonIn
from tianmu.clinical.ecg.selectors import orders as selectors
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of

router = Router()


class AlertQuery(PageQuery):
    """Which alerts to list."""

    open: bool = False


class ReadBackIn(Schema):
    """The finding, read back by the one who was told."""

    read_back: str = Field(min_length=1, max_length=400)


class DisposalIn(Schema):
    """What was done for the patient."""

    disposal: str = Field(min_length=1, max_length=400)


@router.get("/alerts", response={200: Page[AlertOut], **PROBLEMS})
def alerts(request: HttpRequest, query: Query[AlertQuery]) -> Page[AlertOut]:
    """List critical value alerts: the open ones by the instant they are due, or all, newest first."""
    actor, now = actor_of(request), timezone.now()
    keys = [Order("due_at"), Order("id")] if query.open else [Order("id", descending=True)]
    rows = selectors.alerts(actor, only_open=query.open)
    return page(rows, keys, query, lambda alert: alert_out(alert, alert.order, actor, now), count=True)


@router.post("/alerts/{alert_id}/confirm", response={200: AlertOut, **PROBLEMS})
def confirm(request: HttpRequest, alert_id: UUID) -> AlertOut:
    """Confirm a machine alert."""
    actor = actor_of(request)
    return _out(actions.confirm_alert(actor=actor, alert_id=alert_id, now=timezone.now()), actor)


@router.post("/alerts/{alert_id}/reject", response={200: AlertOut, **PROBLEMS})
def reject(request: HttpRequest, alert_id: UUID, body: ReasonIn) -> AlertOut:
    """Reject a machine alert with a reason."""
    actor = actor_of(request)
    return _out(actions.reject_alert(actor=actor, alert_id=alert_id, reason=body.reason, now=timezone.now()), actor)


@router.post("/alerts/{alert_id}/acknowledge", response={200: AlertOut, **PROBLEMS})
def acknowledge(request: HttpRequest, alert_id: UUID, body: ReadBackIn) -> AlertOut:
    """Acknowledge where the patient is."""
    actor, now = actor_of(request), timezone.now()
    return _out(actions.acknowledge_alert(actor=actor, alert_id=alert_id, read_back=body.read_back, now=now), actor)


@router.post("/alerts/{alert_id}/dispose", response={200: AlertOut, **PROBLEMS})
def dispose(request: HttpRequest, alert_id: UUID, body: DisposalIn) -> AlertOut:
    """Enter what was done for the patient."""
    actor, now = actor_of(request), timezone.now()
    return _out(actions.dispose_alert(actor=actor, alert_id=alert_id, disposal=body.disposal, now=now), actor)


def _out(alert: Alert, actor: Actor) -> AlertOut:
    return alert_out(alert, alert.order, actor, timezone.now())
