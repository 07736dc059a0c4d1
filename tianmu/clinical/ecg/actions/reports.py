"""Writing, signing, reviewing and amending a report (心电图报告).

The text is a document of the foundation; person, recording and measurements are frozen with it when it is signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.frozen import frozen_facts
from tianmu.clinical.ecg.actions.locks import (
    ASSIGNED_FIELDS,
    LOCK_FIELDS,
    demand_lock,
    drop_lock,
    held_by_other,
    locked_by,
)
from tianmu.clinical.ecg.actions.moving import demand_reason, limits_at, locked_order, take_step
from tianmu.clinical.ecg.actions.phrases import note_statements
from tianmu.clinical.ecg.choices import OrderState, Urgency
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.events import OrderReturned, ReportPublished
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import AT_CENTRE, Right
from tianmu.clinical.ecg.rules.contradictions import contradicting_lines
from tianmu.clinical.ecg.rules.states import Move
from tianmu.clinical.ecg.selectors.phrases import lifting_words
from tianmu.clinical.ecg.selectors.places import title_of
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.documents import actions as documents
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.documents.selectors import versions_of
from tianmu.foundation.events.actions import publish
from tianmu.foundation.live.actions import tell

REPORT = "ecg.report"
LAYOUT = "ecg.resting_report"
LAYOUTS = {"holter": "ecg.holter_report"}
SHOWN_FIELDS = (
    "reader",
    "reviewer",
    "conclusion_text",
    "conclusion_class",
    "signed_at",
    "published_version",
    "review_owed",
    "published_at",
    "conclusion_codes",
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a reader writes; each line of `conclusion` is {code or None, text}."""

    findings: str
    conclusion: Sequence[Mapping[str, str | None]]
    conclusion_class: str
    advice: str

    def as_content(self) -> dict[str, object]:
        """Return it as the content of a document."""
        return {
            "findings": self.findings,
            "conclusion": [{"code": line["code"], "text": line["text"]} for line in self.conclusion],
            "conclusion_class": self.conclusion_class,
            "advice": self.advice,
        }


@transaction.atomic
def save_draft(
    *, actor: Actor, order_id: UUID, wording: Wording, expected: int | None, now: datetime
) -> DocumentVersion:
    """Keep what was written so far; the reader's lock is prolonged.

    Work is never refused because a lock ran out: only when another reader holds the order now.

    Raises:
        ConflictError: another reader holds it, or the report is not being written.

    """
    order = locked_order(AT_CENTRE, actor, Right.WRITE, order_id)
    if held_by_other(order, actor, now):
        raise locked_by(order)
    if order.state not in {OrderState.IN_PROGRESS, OrderState.WAITING}:
        detail = "This report is not being written now. Open the order again."
        raise ConflictError(Code.STATE_CONFLICT, detail, state=order.state)
    return documents.save_draft(
        actor=actor,
        kind=REPORT,
        subject=("ecg_order", order.pk),
        person_id=order.patient_id,
        layout=LAYOUTS.get(order.kind, LAYOUT),
        content=wording.as_content(),
        expected=expected,
    )


@transaction.atomic
def sign_report(*, actor: Actor, order_id: UUID, confirmed: bool, now: datetime) -> DocumentVersion:
    """Sign as reader: to review where the centre asks for two signatures, published at once in an emergency.

    Raises:
        TianmuError: no conclusion, or statements that contradict each other and were not confirmed (422).

    """
    order = locked_order(AT_CENTRE, actor, Right.SIGN, order_id)
    demand_lock(order, actor, now)
    draft = open_version(order)
    check_wording(draft.content, lifted_by=lifting_words(order.centre_path, now), confirmed=confirmed)
    emergency = order.urgency == Urgency.EMERGENCY
    two = limits_at(order.centre_path, now).two_signatures
    final = emergency or not two
    draft.content = {**draft.content, **frozen_facts(order, reader=actor.name, now=now)}
    draft.save(update_fields=["content"])
    version = documents.sign(actor=actor, version=draft, role="reader", title=title_of(actor), final=final, now=now)
    order.reader, order.reviewer = actor.name, ""
    order.review_owed = emergency and two
    drop_lock(order)
    order.assigned_to, order.assigned_name = None, ""
    _show_wording(order, version, now, final=final)
    move = Move.SIGN_FINAL if final else Move.SIGN
    amends = version.number > 1
    fields = (*LOCK_FIELDS, *ASSIGNED_FIELDS, *SHOWN_FIELDS)
    take_step(order=order, move=move, actor=actor, now=now, fields=fields, amends=amends)
    note_statements(actor=actor, codes=[line["code"] for line in draft.content["conclusion"]], now=now)
    if final:
        _publish(order, version, now)
    return version


@transaction.atomic
def review_report(*, actor: Actor, order_id: UUID, now: datetime) -> DocumentVersion:
    """Sign as second person; the report is published. Of an emergency published before, the owed review is signed.

    Raises:
        ConflictError: the same person signed first, or there is nothing to review.

    """
    order = locked_order(AT_CENTRE, actor, Right.REVIEW, order_id)
    if order.review_owed and order.state in {OrderState.SIGNED, OrderState.AMENDED}:
        return _late_review(actor, order, now)
    if held_by_other(order, actor, now):
        raise locked_by(order)
    version = open_version(order)
    _demand_another_person(version, actor)
    version = documents.sign(actor=actor, version=version, role="reviewer", title=title_of(actor), final=True, now=now)
    order.reviewer = actor.name
    drop_lock(order)
    _show_wording(order, version, now, final=True)
    amends = version.number > 1
    take_step(order=order, move=Move.REVIEW, actor=actor, now=now, fields=(*LOCK_FIELDS, *SHOWN_FIELDS), amends=amends)
    _publish(order, version, now)
    return version


@transaction.atomic
def send_back(*, actor: Actor, order_id: UUID, reason: str, now: datetime) -> DocumentVersion:
    """As reviewer, give a report back to be written again, with the reason."""
    order = locked_order(AT_CENTRE, actor, Right.REVIEW, order_id)
    why = demand_reason(reason)
    version = documents.reopen(actor=actor, version=open_version(order), reason=why)
    drop_lock(order)
    take_step(order=order, move=Move.SEND_BACK, actor=actor, now=now, reason=why, fields=LOCK_FIELDS)
    return version


@transaction.atomic
def amend_report(*, actor: Actor, order_id: UUID, reason: str, now: datetime) -> DocumentVersion:
    """Open a new version of a published report; the published one stays readable until the new one is signed."""
    order = locked_order(AT_CENTRE, actor, Right.AMEND, order_id)
    why = demand_reason(reason)
    latest = versions_of(REPORT, order.pk).first()
    if latest is None:
        raise ConflictError(Code.NO_REPORT, "There is no report to amend.", state=order.state)
    take_step(order=order, move=Move.AMEND, actor=actor, now=now, reason=why)
    return documents.amend(actor=actor, document=latest.document, reason=why)


@transaction.atomic
def return_order(*, actor: Actor, order_id: UUID, reason: str, now: datetime) -> Order:
    """Give an order back to where it was recorded, to be recorded again."""
    order = locked_order(AT_CENTRE, actor, Right.WRITE, order_id)
    if held_by_other(order, actor, now):
        raise locked_by(order)
    drop_lock(order)
    why = demand_reason(reason)
    take_step(order=order, move=Move.RETURN, actor=actor, now=now, reason=why, fields=LOCK_FIELDS)
    publish(OrderReturned(order_id=order.pk, reason=why, by=actor.name, at=now))
    return order


def open_version(order: Order) -> DocumentVersion:
    """Return the version that is being written or awaits review.

    Raises:
        TianmuError: nothing has been written yet.

    """
    latest = versions_of(REPORT, order.pk).first()
    if latest is None or latest.state == VersionState.SIGNED:
        raise TianmuError(
            Code.CONCLUSION_MISSING, "Write a conclusion first.", status=422, fields={"conclusion": "required"}
        )
    return latest


def check_wording(content: Mapping[str, object], *, lifted_by: Sequence[str], confirmed: bool) -> None:
    """Refuse a report without conclusion, or with statements that contradict each other unless they were confirmed.

    Raises:
        TianmuError: 422, with the pairs.

    """
    lines = content.get("conclusion")
    if not content.get("conclusion_class"):
        detail = "Choose the class of the conclusion first."
        raise TianmuError(Code.CLASS_MISSING, detail, status=422, fields={"conclusion_class": "required"})
    if not isinstance(lines, list) or not any(str(line.get("text", "")).strip() for line in lines):
        raise TianmuError(
            Code.CONCLUSION_MISSING, "Write a conclusion first.", status=422, fields={"conclusion": "required"}
        )
    pairs = contradicting_lines(lines, lifted_by)
    if pairs and not confirmed:
        detail = "Some statements contradict each other. Change them, or confirm that they are meant."
        raise TianmuError(Code.CONTRADICTION, detail, status=422, pairs=[list(pair) for pair in pairs])


def _late_review(actor: Actor, order: Order, now: datetime) -> DocumentVersion:
    version = versions_of(REPORT, order.pk).filter(state=VersionState.SIGNED).first()
    if version is None:
        raise ConflictError(Code.NO_REPORT, "There is no report to review.", state=order.state)
    _demand_another_person(version, actor)
    documents.countersign(actor=actor, version=version, title=title_of(actor), now=now)
    order.reviewer, order.review_owed = actor.name, False
    order.version += 1
    order.save(update_fields=["reviewer", "review_owed", "version", "changed_at"])
    return version


def _demand_another_person(version: DocumentVersion, actor: Actor) -> None:
    if version.signatures.filter(account_id=actor.demand_account()).exists():
        detail = "The second signature must be another person's."
        raise ConflictError(Code.SAME_PERSON, detail)


def _show_wording(order: Order, version: DocumentVersion, now: datetime, *, final: bool) -> None:
    lines = version.content["conclusion"]
    order.conclusion_text = "；".join(line["text"] for line in lines)[:400]
    order.conclusion_class = version.content["conclusion_class"]
    if final:
        order.signed_at, order.published_version = now, version.number
        order.published_at = order.published_at or now
        order.conclusion_codes = [line["code"] for line in lines if line["code"]]


def _publish(order: Order, version: DocumentVersion, now: datetime) -> None:
    publish(ReportPublished(order_id=order.pk, patient_id=order.patient_id, version=version.number, at=now))
    tell("resident.report", person_id=order.patient_id, facts={"report": str(order.pk)})
