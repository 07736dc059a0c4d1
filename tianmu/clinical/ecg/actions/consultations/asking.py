"""Asking experts about an ECG, and asking more of them later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.consultations.moving import keep, limits_at, locked_consultation, log
from tianmu.clinical.ecg.actions.locks import ASSIGNED_FIELDS, LOCK_FIELDS, drop_lock, held_by_other, locked_by
from tianmu.clinical.ecg.actions.moving import demand_reason, take_step
from tianmu.clinical.ecg.actions.reports import REPORT
from tianmu.clinical.ecg.choices import ConsultationState, OrderState
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.events import ConsultationAsked
from tianmu.clinical.ecg.models import Consultation, Invitation, Order
from tianmu.clinical.ecg.permissions import AT_CENTRE, ORDERS, Right
from tianmu.clinical.ecg.rules.consultation import ConsultationLimits, answer_due, consultation_state
from tianmu.clinical.ecg.rules.states import Move
from tianmu.clinical.ecg.selectors.experts import experts_among
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.access.models import Account
from tianmu.foundation.documents.selectors import versions_of
from tianmu.foundation.events.actions import publish
from tianmu.registry.organizations.selectors import names_by_path

BEING_READ = frozenset({OrderState.WAITING, OrderState.IN_PROGRESS})
ENDED_ORDERS = frozenset({OrderState.VOID, OrderState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of whom (account ids), how soon; `video` asks to speak face to face."""

    text: str
    experts: Sequence[UUID]
    urgency: str = "ordinary"
    video: bool = False


@transaction.atomic
def ask_consultation(*, actor: Actor, order_id: UUID, question: Question, now: datetime) -> Consultation:
    """Ask experts about an ECG; one that is being read waits for their answer, a published report stays as it is.

    The centre may ask about any of its ECGs, the origin about those with a published report.

    Raises:
        ConflictError: somebody else is reading it, a consultation is open, or it is not to be asked about now.
        TianmuError: no question, or experts who may not answer (422).

    """
    seen = ORDERS.one(actor, Right.VIEW, Order.objects.all(), order_id)
    ORDERS.demand(actor, Right.ASK_CONSULTATION, seen)
    order = Order.objects.select_for_update(of=("self",)).select_related("patient", "origin", "centre").get(pk=order_id)
    at_centre = AT_CENTRE.allows(actor, Right.ASK_CONSULTATION, order)
    if order.state in ENDED_ORDERS or not (order.published_version or at_centre) or not order.recordings.exists():
        detail = f"An ECG that is “{order.get_state_display()}” cannot be put to experts. Refresh the list."
        raise ConflictError(Code.STATE_CONFLICT, detail, state=order.state)
    if order.consultations.filter(state__in=[ConsultationState.OPEN, ConsultationState.ANSWERED]).exists():
        detail = "A consultation on this ECG is open. Ask further experts in that one, or end it first."
        raise ConflictError(Code.CONSULTATION_OPEN, detail)
    limits, version = limits_at(order.centre_path, now)
    holds = at_centre and order.state in BEING_READ
    row = Consultation.objects.create(
        number=f"{order.number}-C{order.consultations.count() + 1}",
        order=order,
        origin_path=order.origin_path,
        centre_path=order.centre_path,
        asked_path=order.centre_path if at_centre else order.origin_path,
        urgency=question.urgency,
        question=demand_reason(question.text[:1000]),
        draft=_draft_of(order),
        video=question.video,
        holds_order=holds,
        asker_id=actor.demand_account(),
        asker_name=actor.name,
        asked_at=now,
        due_at=answer_due(limits, question.urgency, now),
        rule_version=version,
    )
    found = _invite(actor, row, question.experts, limits, now)
    log(actor, row, "ask", new={"question": row.question, "experts": [one.name for one in found]})
    if holds:
        _set_aside(actor, order, row, now)
    _announce(actor, row, found, now)
    return row


@transaction.atomic
def invite_more(*, actor: Actor, consultation_id: UUID, experts: Sequence[UUID], now: datetime) -> Consultation:
    """Ask further experts in an open consultation; their time begins now."""
    row = locked_consultation(actor, consultation_id, Right.ASK_CONSULTATION)
    limits, _ = limits_at(row.centre_path, now)
    found = _invite(actor, row, experts, limits, now)
    row.state = consultation_state(row.invitations.values_list("state", flat=True))
    row.due_at = max(row.due_at, *(one.due_at for one in found))
    keep(row, "state", "due_at")
    log(actor, row, "invite", new={"experts": [one.name for one in found]})
    _announce(actor, row, found, now)
    return row


def _invite(
    actor: Actor, row: Consultation, wanted: Sequence[UUID], limits: ConsultationLimits, now: datetime
) -> list[Invitation]:
    accounts = experts_among(wanted, now)
    known = set(row.invitations.values_list("expert_id", flat=True))
    unfit = not accounts or len(accounts) < len(set(wanted)) or actor.account_id in set(wanted)
    if unfit or known & set(wanted) or len(known) + len(accounts) > limits.most_experts:
        detail = (
            f"Choose experts who may answer consultations: not yourself, nobody twice, at most {limits.most_experts}."
        )
        raise TianmuError(Code.CONSULTATION_EXPERTS, detail, status=422, fields={"experts": "choice"})
    places = names_by_path(one.home.path for one in accounts)
    due = answer_due(limits, row.urgency, now)
    rows = [
        Invitation(
            consultation=row,
            expert=one,
            name=one.name,
            place=_nearest(places, one),
            invited_at=now,
            due_at=due,
        )
        for one in accounts
    ]
    return Invitation.objects.bulk_create(rows)


def _nearest(places: dict[str, str], account: Account) -> str:
    return places.get(account.home.path, "")


def _draft_of(order: Order) -> dict[str, object]:
    newest = versions_of(REPORT, order.pk).first()
    if newest is None:
        return {}
    return {key: newest.content.get(key) for key in ("findings", "conclusion", "conclusion_class", "advice")}


def _set_aside(actor: Actor, order: Order, row: Consultation, now: datetime) -> None:
    """Let the order wait for the answer; it comes back to who asked."""
    if held_by_other(order, actor, now):
        raise locked_by(order)
    drop_lock(order)
    order.assigned_to_id, order.assigned_name = row.asker_id, row.asker_name
    fields = (*LOCK_FIELDS, *ASSIGNED_FIELDS)
    take_step(order=order, move=Move.CONSULT, actor=actor, now=now, reason=row.question[:400], fields=fields)


def _announce(actor: Actor, row: Consultation, found: Sequence[Invitation], now: datetime) -> None:
    fact = ConsultationAsked(
        consultation_id=row.pk,
        order_id=row.order_id,
        patient_id=row.order.patient_id,
        expert_ids=[one.expert_id for one in found],
        asker_id=actor.demand_account(),
        urgency=row.urgency,
        video=row.video,
        due_at=row.due_at,
        at=now,
    )
    publish(fact)
