"""Critical value alerts and the steps of their loop."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from tianmu.clinical.ecg.actions import alerts as actions
from tianmu.clinical.ecg.actions.alert_care import mute_alert, pass_on_alert, take_alert
from tianmu.clinical.ecg.actions.alert_closing import answer_close, ask_to_close, review_alert
from tianmu.clinical.ecg.choices import Verdict
from tianmu.clinical.ecg.models import Alert
from tianmu.clinical.ecg.schemas.alerts import (
    AlertColleagueOut,
    AlertDetail,
    AlertOut,
    AlertReviewIn,
    ChartIn,
    CloseAnswerIn,
    DisposalIn,
    PassOnIn,
    ReadBackIn,
    alert_detail,
    alert_out,
    colleague_out,
)
from tianmu.clinical.ecg.schemas.orders import ReasonIn
from tianmu.clinical.ecg.selectors import alerts as selectors
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of

router = Router()


class AlertQuery(PageQuery):
    """Which alerts to list."""

    open: bool = False


@router.get("/alerts", response={200: Page[AlertOut], **PROBLEMS})
def alerts(request: HttpRequest, query: Query[AlertQuery]) -> Page[AlertOut]:
    """List critical value alerts: the open ones by the instant they are due, or all, newest first."""
    actor, now = actor_of(request), timezone.now()
    keys = [Order("due_at"), Order("id")] if query.open else [Order("id", descending=True)]
    rows = selectors.alerts(actor, only_open=query.open)
    return page(rows, keys, query, lambda alert: alert_out(alert, alert.order, actor, now), count=True)


@router.get("/alerts/{alert_id}", response={200: AlertDetail, **PROBLEMS})
def alert(request: HttpRequest, alert_id: UUID) -> AlertDetail:
    """Show one critical value with its log and what was sent about it."""
    actor = actor_of(request)
    found = selectors.alert_of(actor, alert_id)
    steps, sendings = list(selectors.steps_of(found)), list(selectors.sendings_of(found))
    return alert_detail(found, steps, sendings, actor, timezone.now())


@router.get("/alerts/{alert_id}/colleagues", response={200: list[AlertColleagueOut], **PROBLEMS})
def colleagues(request: HttpRequest, alert_id: UUID) -> list[AlertColleagueOut]:
    """List those to whom it may be passed on."""
    return [colleague_out(one) for one in selectors.colleagues_of(actor_of(request), alert_id, timezone.now())]


@router.post("/alerts/{alert_id}/confirm", response={200: AlertOut, **PROBLEMS})
def confirm(request: HttpRequest, alert_id: UUID) -> AlertOut:
    """Confirm a machine alert; requester and point are told."""
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
    """Enter what was done for the patient; with the chart's note, the loop is closed."""
    actor, now = actor_of(request), timezone.now()
    done = actions.dispose_alert(
        actor=actor, alert_id=alert_id, disposal=body.disposal, chart_note=body.chart_note, now=now
    )
    return _out(done, actor)


@router.post("/alerts/{alert_id}/chart", response={200: AlertOut, **PROBLEMS})
def chart(request: HttpRequest, alert_id: UUID, body: ChartIn) -> AlertOut:
    """Say where the chart records it; the loop is closed."""
    actor = actor_of(request)
    return _out(actions.chart_alert(actor=actor, alert_id=alert_id, note=body.note, now=timezone.now()), actor)


@router.post("/alerts/{alert_id}/take", response={200: AlertOut, **PROBLEMS})
def take(request: HttpRequest, alert_id: UUID) -> AlertOut:
    """Say that one looks after it."""
    actor = actor_of(request)
    return _out(take_alert(actor=actor, alert_id=alert_id, now=timezone.now()), actor)


@router.post("/alerts/{alert_id}/pass-on", response={200: AlertOut, **PROBLEMS})
def pass_on(request: HttpRequest, alert_id: UUID, body: PassOnIn) -> AlertOut:
    """Pass it on to a colleague."""
    actor, now = actor_of(request), timezone.now()
    return _out(pass_on_alert(actor=actor, alert_id=alert_id, to=body.account_id, note=body.note, now=now), actor)


@router.post("/alerts/{alert_id}/mute", response={200: AlertOut, **PROBLEMS})
def mute(request: HttpRequest, alert_id: UUID, body: ReasonIn) -> AlertOut:
    """Write down why the alarm was silenced at one's place."""
    actor = actor_of(request)
    return _out(mute_alert(actor=actor, alert_id=alert_id, reason=body.reason, now=timezone.now()), actor)


@router.post("/alerts/{alert_id}/ask-close", response={200: AlertOut, **PROBLEMS})
def ask_close(request: HttpRequest, alert_id: UUID, body: ReasonIn) -> AlertOut:
    """Ask to close it without its steps; a second person must agree."""
    actor = actor_of(request)
    return _out(ask_to_close(actor=actor, alert_id=alert_id, reason=body.reason, now=timezone.now()), actor)


@router.post("/alerts/{alert_id}/answer-close", response={200: AlertOut, **PROBLEMS})
def answer(request: HttpRequest, alert_id: UUID, body: CloseAnswerIn) -> AlertOut:
    """Agree to close it, as another person than the one who asked, or decline with a reason."""
    actor, now = actor_of(request), timezone.now()
    return _out(answer_close(actor=actor, alert_id=alert_id, agree=body.agree, reason=body.reason, now=now), actor)


@router.post("/alerts/{alert_id}/review", response={200: AlertOut, **PROBLEMS})
def review(request: HttpRequest, alert_id: UUID, body: AlertReviewIn) -> AlertOut:
    """Say after the end whether the loop was kept."""
    actor, now, verdict = actor_of(request), timezone.now(), Verdict(body.verdict)
    return _out(review_alert(actor=actor, alert_id=alert_id, verdict=verdict, note=body.note, now=now), actor)


def _out(alert: Alert, actor: Actor) -> AlertOut:
    return alert_out(alert, alert.order, actor, timezone.now())
