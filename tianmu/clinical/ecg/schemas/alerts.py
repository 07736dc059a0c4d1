"""Critical values on the wire: one line, one with its whole log, the register, figures, calls."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.clinical.ecg.models import Alert, AlertCall, AlertStep, Order
from tianmu.clinical.ecg.permissions import AT_CENTRE, AT_ORIGIN, Right
from tianmu.clinical.ecg.rules.critical_figures import Figure
from tianmu.clinical.ecg.rules.critical_loop import OPEN, State
from tianmu.clinical.ecg.schemas.orders import PatientOut, PlaceOut, patient_out, place_out, statement_lines
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account
from tianmu.foundation.db.masks import masked_phone
from tianmu.foundation.messages.models import Delivery

MINUTE = timedelta(minutes=1)
_STARTS = {
    "confirm": ("raised_at", "decided_at"),
    "notify": ("decided_at", "notified_at"),
    "acknowledge": ("notified_at", "acknowledged_at"),
    "dispose": ("acknowledged_at", "disposed_at"),
    "chart": ("acknowledged_at", "charted_at"),
}


class AlertOut(Schema):
    """A critical value; `minutes` are those of each finished step, `may` what the reader may do next."""

    id: UUID
    order_id: UUID
    number: str
    code: str
    text: str
    grade: str
    state: str
    raised_at: datetime
    due_at: datetime | None
    late: list[str]
    minutes: dict[str, float]
    may: list[str]
    evidence: list[dict[str, Any]]
    rule_set: str
    patient: PatientOut
    origin: PlaceOut
    department: str
    requested_by: str
    taken_by: str
    decided_by: str
    decided_at: datetime | None
    reason: str
    notified_at: datetime | None
    notified_by: list[str]
    escalated_to: str
    acknowledged_by: str
    acknowledged_at: datetime | None
    read_back: str
    disposal: str
    disposed_by: str
    disposed_at: datetime | None
    charted_by: str
    charted_at: datetime | None
    chart_note: str
    close_asked_by: str
    close_reason: str
    closed_at: datetime | None
    reviewed_by: str
    reviewed_at: datetime | None
    verdict: str


class AlertStepOut(Schema):
    """One line of the log."""

    at: datetime
    step: str
    actor: str
    stage: str
    level: str
    means: str
    to_whom: str
    text: str


class AlertSendingOut(Schema):
    """A short message or letter about the value, and what became of it; the number is masked."""

    channel: str
    to_name: str
    to_shown: str
    state: str
    attempts: int
    asked_at: datetime
    accepted_at: datetime | None
    settled_at: datetime | None
    reason: str


class AlertDetail(AlertOut):
    """A critical value with its log and what was sent."""

    steps: list[AlertStepOut]
    sendings: list[AlertSendingOut]


class AlertColleagueOut(Schema):
    """Somebody to whom a value may be passed on."""

    id: UUID
    name: str
    place: str


class AlertCallOut(Schema):
    """Somebody who has to be phoned; the number is shown whole, for dialling."""

    id: UUID
    alert_id: UUID
    order_id: UUID
    number: str
    text: str
    patient: PatientOut
    origin: PlaceOut
    purpose: str
    level: str
    to_name: str
    to_phone: str
    to_shown: str
    asked_at: datetime
    due_at: datetime
    tries: int
    note: str


class FigureOut(Schema):
    """A rate with what it counts; `rate` is null where there is nothing to count among."""

    index: str
    numerator: int
    denominator: int
    rate: float | None


class ReadBackIn(Schema):
    """The finding, read back by the one who was told."""

    read_back: str = Field(min_length=1, max_length=400)


class DisposalIn(Schema):
    """What was done for the patient; with `chart_note`, where the chart records it."""

    disposal: str = Field(min_length=1, max_length=400)
    chart_note: str = Field("", max_length=400)


class ChartIn(Schema):
    """Where the chart records it."""

    note: str = Field(min_length=1, max_length=400)


class PassOnIn(Schema):
    """To whom, and what she should know."""

    account_id: UUID
    note: str = Field("", max_length=400)


class CloseAnswerIn(Schema):
    """Whether the second person agrees; declining needs a reason."""

    agree: bool
    reason: str = Field("", max_length=400)


class AlertReviewIn(Schema):
    """What the review says."""

    verdict: Literal["proper", "late", "improper"]
    note: str = Field("", max_length=400)


class SpokenIn(Schema):
    """What came of a call."""

    answered: bool
    spoke_to: str = Field("", max_length=80)
    read_back: str = Field("", max_length=400)
    note: str = Field("", max_length=400)


def alert_out(alert: Alert, order: Order, actor: Actor, now: datetime) -> AlertOut:
    """Present an alert with the person and place it is about."""
    return AlertOut(**_columns(alert, order, actor, now))


def alert_detail(
    alert: Alert, steps: list[AlertStep], sendings: list[Delivery], actor: Actor, now: datetime
) -> AlertDetail:
    """Present an alert with its log."""
    return AlertDetail(
        **_columns(alert, alert.order, actor, now),
        steps=[AlertStepOut.from_orm(one) for one in steps],
        sendings=[AlertSendingOut.from_orm(one) for one in sendings],
    )


def call_out(call: AlertCall, actor: Actor, now: datetime) -> AlertCallOut:
    """Present an entry of the call list."""
    order = call.alert.order
    [line] = statement_lines([call.alert.code], actor.locale)
    return AlertCallOut(
        id=call.pk,
        alert_id=call.alert_id,
        order_id=order.pk,
        number=order.number,
        text=line.text,
        patient=patient_out(order, now),
        origin=place_out(order.origin),
        purpose=call.purpose,
        level=call.level,
        to_name=call.to_name,
        to_phone=call.to_phone or "",
        to_shown=masked_phone(call.to_phone),
        asked_at=call.asked_at,
        due_at=call.due_at,
        tries=call.tries,
        note=call.note,
    )


def colleague_out(account: Account) -> AlertColleagueOut:
    """Present a colleague."""
    return AlertColleagueOut(id=account.pk, name=account.name, place=account.home.name)


def figure_out(figure: Figure) -> FigureOut:
    """Present a figure."""
    return FigureOut(
        index=figure.index,
        numerator=figure.numerator,
        denominator=figure.denominator,
        rate=figure.rate,
    )


def minutes_of(alert: Alert) -> dict[str, float]:
    """Return the minutes of each finished step, to a tenth."""
    spans = {stage: (getattr(alert, start), getattr(alert, end)) for stage, (start, end) in _STARTS.items()}
    return {stage: round((end - start) / MINUTE, 1) for stage, (start, end) in spans.items() if start and end}


def late_stages(alert: Alert, now: datetime) -> list[str]:
    """Return the steps beyond their limit, the one that is awaited among them."""
    awaited = {"raised": "confirm", "confirmed": "notify", "notified": "acknowledge", "acknowledged": "dispose"}
    running = awaited.get(alert.state, "chart" if alert.state == "disposed" else "")
    over = running and alert.due_at is not None and now > alert.due_at
    return sorted({*alert.late, running} if over else alert.late)


def may_do(alert: Alert, order: Order, actor: Actor) -> list[str]:
    """Return what the actor may do with an alert where it stands."""
    centre = AT_CENTRE.allows(actor, Right.CONFIRM_ALERT, order)
    point = AT_ORIGIN.allows(actor, Right.ACKNOWLEDGE_ALERT, order)
    state = State(alert.state)
    asked_herself = alert.close_asked_account is not None and alert.close_asked_account == actor.account_id
    verbs = {
        "confirm": centre and state is State.RAISED,
        "reject": centre and state is State.RAISED,
        "acknowledge": point and state in {State.CONFIRMED, State.NOTIFIED},
        "dispose": point and state is State.ACKNOWLEDGED,
        "chart": point and state is State.DISPOSED,
        "take": (centre or point) and state in OPEN,
        "pass_on": (centre or point) and state in OPEN,
        "ask_close": (centre or point) and state in OPEN and not alert.close_asked_by,
        "answer_close": (centre or point) and state in OPEN and bool(alert.close_asked_by) and not asked_herself,
        "review": (
            AT_CENTRE.allows(actor, Right.REVIEW_ALERT, order)
            and state in {State.CLOSED, State.REJECTED}
            and alert.reviewed_at is None
        ),
    }
    return [verb for verb, allowed in verbs.items() if allowed]


_ALERT_FIELDS = (
    "code", "grade", "state", "raised_at", "due_at", "evidence", "rule_set", "taken_by", "decided_by", "decided_at",
    "reason", "notified_at", "notified_by", "escalated_to", "acknowledged_by", "acknowledged_at", "read_back",
    "disposal", "disposed_by", "disposed_at", "charted_by", "charted_at", "chart_note", "close_asked_by",
    "close_reason", "closed_at", "reviewed_by", "reviewed_at", "verdict",
)  # fmt: skip


def _columns(alert: Alert, order: Order, actor: Actor, now: datetime) -> dict[str, Any]:
    [line] = statement_lines([alert.code], actor.locale)
    return {
        "id": alert.pk,
        "order_id": order.pk,
        "number": order.number,
        "text": line.text,
        "late": late_stages(alert, now),
        "minutes": minutes_of(alert),
        "may": may_do(alert, order, actor),
        "patient": patient_out(order, now),
        "origin": place_out(order.origin),
        "department": order.department,
        "requested_by": order.requested_by,
        **{name: getattr(alert, name) for name in _ALERT_FIELDS},
    }
