"""How a consultation ends: with a signed conclusion, or called off with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.consultations.answering import LAYOUT, OPINION
from tianmu.clinical.ecg.actions.consultations.moving import keep, locked_consultation, log
from tianmu.clinical.ecg.actions.frozen import frozen_facts
from tianmu.clinical.ecg.actions.moving import demand_reason, take_step
from tianmu.clinical.ecg.choices import ConsultationState, InvitationState, OrderState
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.events import ConsultationEnded
from tianmu.clinical.ecg.models import Consultation, Order
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.rules.consultation import WAITED_FOR, agreement, unheard
from tianmu.clinical.ecg.rules.states import Move
from tianmu.clinical.ecg.selectors.places import title_of
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.documents import actions as documents
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.documents.selectors import versions_of
from tianmu.foundation.events.actions import publish

CONCLUSION = "ecg.consultation"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the asker takes from the opinions; `reason` says why somebody was not waited for."""

    text: str
    conclusion: Sequence[Mapping[str, str | None]]
    reason: str = ""


@transaction.atomic
def conclude_consultation(
    *, actor: Actor, consultation_id: UUID, conclusion: Conclusion, now: datetime
) -> DocumentVersion:
    """Sign the conclusion, which holds the question and every signed opinion; the order goes back to who asked.

    Raises:
        ConflictError: nobody has answered yet.
        TianmuError: nothing is written, or experts are still waited for and no reason is given (422).

    """
    row = locked_consultation(actor, consultation_id, Right.ASK_CONSULTATION)
    opinions = signed_opinions(row)
    if not opinions:
        detail = "No expert has answered yet. Wait, ask another, or call the consultation off."
        raise ConflictError(Code.CONSULTATION_UNHEARD, detail, state=row.state)
    waiting = unheard({one.name: one.state for one in row.invitations.all()})
    if waiting and not conclusion.reason.strip():
        detail = "Some experts have not answered yet. Say why they are not waited for."
        raise TianmuError(Code.CONSULTATION_UNHEARD, detail, status=422, fields={"reason": "required"}, experts=waiting)
    if not conclusion.text.strip():
        detail = "Write what you take from the opinions."
        raise TianmuError(Code.OPINION_MISSING, detail, status=422, fields={"text": "required"})
    content = {
        **frozen_facts(row.order, reader=actor.name, now=now),
        "number": row.number,
        "question": row.question,
        "asked_at": row.asked_at.isoformat(),
        "asker": row.asker_name,
        "opinions": opinions,
        "agreement": agreement([str(one["stance"]) for one in opinions]),
        "not_waited_for": {"experts": waiting, "reason": conclusion.reason.strip()} if waiting else None,
        "text": conclusion.text.strip(),
        "conclusion": [{"code": line["code"], "text": line["text"]} for line in conclusion.conclusion],
    }
    draft = documents.save_draft(
        actor=actor,
        kind=CONCLUSION,
        subject=("ecg_consultation", row.pk),
        person_id=row.order.patient_id,
        layout=LAYOUT,
        content=content,
        expected=None,
    )
    version = documents.sign(actor=actor, version=draft, role="asker", title=title_of(actor), final=True, now=now)
    _end(actor, row, ConsultationState.CONCLUDED, conclusion.reason.strip(), now)
    return version


@transaction.atomic
def cancel_consultation(*, actor: Actor, consultation_id: UUID, reason: str, now: datetime) -> Consultation:
    """Call a consultation off with a reason; signed opinions stay, the order goes back to who asked."""
    row = locked_consultation(actor, consultation_id, Right.ASK_CONSULTATION)
    _end(actor, row, ConsultationState.CANCELLED, demand_reason(reason), now)
    return row


def signed_opinions(row: Consultation) -> list[dict[str, object]]:
    """Return the newest signed opinion of each expert in the order of their invitations."""
    found = []
    for one in row.invitations.order_by("id"):
        version = versions_of(OPINION, one.pk).filter(state=VersionState.SIGNED).first()
        if version is None:
            continue
        title = next((signature.title for signature in version.signatures.all()), "")
        signed_at = version.signed_at.isoformat() if version.signed_at else None
        found.append(
            {
                **version.content,
                "expert": one.name,
                "place": one.place,
                "title": title,
                "signed_at": signed_at,
                "sha256": version.sha256,
            }
        )
    return found


def _end(actor: Actor, row: Consultation, state: ConsultationState, reason: str, now: datetime) -> None:
    waited = row.invitations.select_for_update().filter(state__in=WAITED_FOR)
    waited.update(state=InvitationState.RELEASED, ended_at=now)
    row.state, row.ended_at, row.ended_by, row.reason = state, now, actor.name, reason[:400]
    keep(row, "state", "ended_at", "ended_by", "reason")
    log(actor, row, "conclude" if state == ConsultationState.CONCLUDED else "cancel", reason=reason)
    order = Order.objects.select_for_update(of=("self",)).select_related("patient").get(pk=row.order_id)
    if row.holds_order and order.state == OrderState.IN_CONSULTATION:
        take_step(order=order, move=Move.CONSULTED, actor=actor, now=now, reason=row.number)
    concluded = state == ConsultationState.CONCLUDED
    publish(ConsultationEnded(consultation_id=row.pk, order_id=row.order_id, concluded=concluded, at=now))
