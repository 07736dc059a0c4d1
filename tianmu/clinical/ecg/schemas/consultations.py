"""Expert consultations as they leave the house."""

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.clinical.ecg.models import Consultation, Invitation, Order
from tianmu.clinical.ecg.permissions import AT_ASKER, Right
from tianmu.clinical.ecg.rules.consultation import WAITED_FOR
from tianmu.clinical.ecg.schemas.details import (
    AnalysisOut,
    ConclusionLine,
    EarlierOut,
    RecordingOut,
    SignatureOut,
    WordingIn,
    analysis_out,
    recording_out,
)
from tianmu.clinical.ecg.schemas.orders import PatientOut, PlaceOut, patient_out, place_out
from tianmu.clinical.ecg.selectors.consultations import OPEN, Judged
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account
from tianmu.foundation.documents.models import DocumentVersion


class QuestionIn(Schema):
    """What is asked, of whom, how soon."""

    question: str = Field(min_length=1, max_length=1000)
    experts: list[UUID] = Field(min_length=1, max_length=20)
    urgency: str = Field("ordinary", pattern="^(emergency|ordinary)$")
    video: bool = False


class ExpertsIn(Schema):
    """Further experts."""

    experts: list[UUID] = Field(min_length=1, max_length=20)


class OpinionIn(Schema):
    """What an expert says; `stance` on the asker's wording."""

    text: str = Field("", max_length=4000)
    conclusion: list[ConclusionLine] = Field(default_factory=list, max_length=40)
    advice: str = Field("", max_length=2000)
    stance: str = Field("", pattern="^(agree|differ)?$")


class OutcomeIn(Schema):
    """What the asker takes from the opinions; why somebody was not waited for."""

    text: str = Field("", max_length=4000)
    conclusion: list[ConclusionLine] = Field(default_factory=list, max_length=40)
    reason: str = Field("", max_length=400)


class ExpertOut(Schema):
    """Somebody who may be asked."""

    id: UUID
    name: str
    place: str


class OpinionOut(OpinionIn):
    """The newest version of an opinion; `revision` is what If-Match expects."""

    version_number: int
    state: str
    revision: int
    signed_at: datetime | None
    sha256: str
    signatures: list[SignatureOut]


class InvitationOut(Schema):
    """An expert who is asked."""

    id: UUID
    expert_id: UUID
    name: str
    place: str
    state: str
    invited_at: datetime
    due_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    reason: str
    mine: bool


class ConsultationOut(Schema):
    """A consultation in a list."""

    id: UUID
    number: str
    order_id: UUID
    order_number: str
    state: str
    urgency: str
    question: str
    video: bool
    asker: str
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    ended_by: str
    reason: str
    patient: PatientOut
    origin: PlaceOut
    centre: PlaceOut
    experts: list[InvitationOut]


class EarlierRecordingOut(EarlierOut):
    """An earlier ECG that experts may open beside."""

    recording: RecordingOut | None


class ConsultationDetail(ConsultationOut):
    """A consultation with what is needed to judge, and what the actor may do."""

    holds_order: bool
    clinical_note: str
    acquired_at: datetime | None
    draft: WordingIn | None
    recording: RecordingOut | None
    analysis: AnalysisOut | None
    opinions: dict[str, OpinionOut]
    conclusion: OpinionOut | None
    earlier: list[EarlierRecordingOut]
    may_answer: bool
    may_end: bool


class ConsultationCountsOut(Schema):
    """How much there is to do."""

    to_answer: int
    asked: int
    answered: int
    late: int
    open: int


def consultation_out(row: Consultation, actor: Actor, now: datetime) -> ConsultationOut:
    """Present a consultation in a list."""
    order = row.order
    fields = {name: getattr(row, name) for name in _FIELDS}
    return ConsultationOut(
        id=row.pk,
        order_number=order.number,
        asker=row.asker_name,
        patient=patient_out(order, now),
        origin=place_out(order.origin),
        centre=place_out(order.centre),
        experts=[_invitation(one, actor) for one in row.invitations.all()],
        **fields,
    )


def consultation_detail(found: Judged, actor: Actor, now: datetime) -> ConsultationDetail:
    """Present a consultation with everything about it."""
    row, order = found.row, found.order
    recording = next(iter(order.recordings.all()), None)
    analysis = next(iter(recording.analyses.all()), None) if recording else None
    own = next((one for one in row.invitations.all() if one.expert_id == actor.account_id), None)
    going_on = row.state in OPEN
    answers = own is not None and own.state in {*WAITED_FOR, "answered"} and actor.may(Right.ANSWER_CONSULTATION)
    return ConsultationDetail(
        **consultation_out(row, actor, now).model_dump(),
        holds_order=row.holds_order,
        clinical_note=order.clinical_note,
        acquired_at=order.acquired_at,
        draft=WordingIn(**row.draft) if row.draft else None,
        recording=recording_out(recording) if recording else None,
        analysis=analysis_out(analysis, actor.locale) if analysis else None,
        opinions={str(key): _opinion(version) for key, version in found.opinions.items()},
        conclusion=_opinion(found.conclusion) if found.conclusion else None,
        earlier=[_earlier(one) for one in found.earlier],
        may_answer=going_on and answers,
        may_end=going_on and AT_ASKER.allows(actor, Right.ASK_CONSULTATION, row),
    )


def expert_out(account: Account, places: dict[str, str]) -> ExpertOut:
    """Present somebody who may be asked."""
    return ExpertOut(id=account.pk, name=account.name, place=places.get(account.home.path, ""))


_FIELDS = (
    "number",
    "order_id",
    "state",
    "urgency",
    "question",
    "video",
    "asked_at",
    "due_at",
    "ended_at",
    "ended_by",
    "reason",
)


def _invitation(one: Invitation, actor: Actor) -> InvitationOut:
    fields = ("expert_id", "name", "place", "state", "invited_at", "due_at", "accepted_at", "ended_at", "reason")
    return InvitationOut(
        id=one.pk, mine=one.expert_id == actor.account_id, **{name: getattr(one, name) for name in fields}
    )


def _opinion(version: DocumentVersion) -> OpinionOut:
    content = version.content
    signatures = [SignatureOut.from_orm(one) for one in version.signatures.all()]
    return OpinionOut(
        text=content["text"],
        conclusion=[ConclusionLine(**line) for line in content["conclusion"]],
        advice=content.get("advice", ""),
        stance=content.get("stance", ""),
        version_number=version.number,
        state=version.state,
        revision=version.version,
        signed_at=version.signed_at,
        sha256=version.sha256,
        signatures=signatures,
    )


def _earlier(order: Order) -> EarlierRecordingOut:
    recording = next(iter(order.recordings.all()), None)
    plain = EarlierOut.from_orm(order).model_dump()
    return EarlierRecordingOut(**plain, recording=recording_out(recording) if recording else None)
