"""Expert consultations: asking, answering, ending, on paper."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field

from tianmu.clinical.ecg.actions.consultations import answering, asking, ending
from tianmu.clinical.ecg.api.orders import signal_answer
from tianmu.clinical.ecg.api.reports import SigningIn, pdf_answer
from tianmu.clinical.ecg.schemas.consultations import (
    ConsultationCountsOut,
    ConsultationDetail,
    ConsultationOut,
    ExpertOut,
    ExpertsIn,
    OpinionIn,
    OutcomeIn,
    QuestionIn,
    consultation_detail,
    consultation_out,
    expert_out,
)
from tianmu.clinical.ecg.schemas.orders import ReasonIn
from tianmu.clinical.ecg.selectors.consultation_sheet import sheet_pdf
from tianmu.clinical.ecg.selectors.consultations import (
    WantedConsultations,
    consultation_counts,
    consultation_of,
    consultation_signal,
    consultations,
)
from tianmu.clinical.ecg.selectors.experts import experts
from tianmu.foundation.access.actions import confirm_password
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version
from tianmu.registry.organizations.selectors import names_by_path

router = Router()
DUE_FIRST = (SortKey("due_at"), SortKey("id"))
NEWEST = (SortKey("asked_at", descending=True), SortKey("id", descending=True))


class ConsultationQuery(PageQuery):
    """Which consultations to list."""

    box: str = Field("", pattern="^(to_answer|asked|answered)?$")
    state: list[str] = Field(default_factory=list, max_length=4)
    since: datetime | None = None
    until: datetime | None = None
    search: str = Field("", max_length=60)
    order_id: UUID | None = None


class OutcomeSigned(OutcomeIn):
    """The conclusion with the password again where the centre asks for it."""

    password: str | None = Field(None, max_length=200)


@router.get("/consultations", response={200: Page[ConsultationOut], **PROBLEMS})
def list_consultations(request: HttpRequest, query: Query[ConsultationQuery]) -> Page[ConsultationOut]:
    """List consultations: those to answer in the order in which they are due, others the newest first."""
    actor, now = actor_of(request), timezone.now()
    wanted = WantedConsultations(
        query.box, tuple(query.state), query.since, query.until, query.search.strip(), query.order_id
    )
    order = list(DUE_FIRST if query.box == "to_answer" else NEWEST)
    return page(consultations(actor, wanted), order, query, lambda row: consultation_out(row, actor, now), count=True)


@router.get("/consultations/counts", response={200: ConsultationCountsOut, **PROBLEMS})
def counts(request: HttpRequest) -> ConsultationCountsOut:
    """Count what waits for the caller and what goes on."""
    return ConsultationCountsOut(**consultation_counts(actor_of(request), timezone.now()))


@router.get("/consultations/experts", response={200: list[ExpertOut], **PROBLEMS})
def list_experts(request: HttpRequest, search: Annotated[str, Query(max_length=40)] = "") -> list[ExpertOut]:
    """List who may be asked."""
    found = experts(actor_of(request), search.strip())
    places = names_by_path(one.home.path for one in found)
    return [expert_out(one, places) for one in found]


@router.post("/orders/{order_id}/consultations", response={201: ConsultationDetail, **PROBLEMS})
def ask(request: HttpRequest, order_id: UUID, body: QuestionIn) -> Status[ConsultationDetail]:
    """Ask experts about an ECG."""
    actor = actor_of(request)
    question = asking.Question(body.question, body.experts, body.urgency, body.video)
    row = asking.ask_consultation(actor=actor, order_id=order_id, question=question, now=timezone.now())
    return Status(201, _detail(actor, row.pk))


@router.get("/consultations/{consultation_id}", response={200: ConsultationDetail, **PROBLEMS})
def show(request: HttpRequest, consultation_id: UUID) -> ConsultationDetail:
    """Show one consultation with what is needed to judge."""
    return _detail(actor_of(request), consultation_id)


@router.get("/consultations/{consultation_id}/recordings/{recording_id}/signal", response={200: bytes, **PROBLEMS})
def signal(
    request: HttpRequest, consultation_id: UUID, recording_id: UUID, level: Annotated[int, Query(ge=0, le=8)] = 0
) -> HttpResponse:
    """Send the samples of a recording that belongs to the consultation."""
    row, data = consultation_signal(actor_of(request), consultation_id, recording_id)
    return signal_answer(request, row.filename, data, level)


@router.get("/consultations/{consultation_id}/sheet.pdf", response={200: bytes, **PROBLEMS})
def sheet(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Print the consultation sheet."""
    name, pdf = sheet_pdf(actor_of(request), consultation_id)
    return pdf_answer(name, pdf)


@router.post("/consultations/{consultation_id}/experts", response={200: ConsultationDetail, **PROBLEMS})
def invite(request: HttpRequest, consultation_id: UUID, body: ExpertsIn) -> ConsultationDetail:
    """Ask further experts."""
    actor = actor_of(request)
    asking.invite_more(actor=actor, consultation_id=consultation_id, experts=body.experts, now=timezone.now())
    return _detail(actor, consultation_id)


@router.post("/consultations/{consultation_id}/accept", response={200: ConsultationDetail, **PROBLEMS})
def accept(request: HttpRequest, consultation_id: UUID) -> ConsultationDetail:
    """Say that an opinion will come."""
    actor = actor_of(request)
    answering.accept_invitation(actor=actor, consultation_id=consultation_id, now=timezone.now())
    return _detail(actor, consultation_id)


@router.post("/consultations/{consultation_id}/decline", response={200: ConsultationOut, **PROBLEMS})
def decline(request: HttpRequest, consultation_id: UUID, body: ReasonIn) -> ConsultationOut:
    """Say that no opinion will come; the caller loses sight of it."""
    actor, now = actor_of(request), timezone.now()
    row = answering.decline_invitation(actor=actor, consultation_id=consultation_id, reason=body.reason, now=now)
    return consultation_out(row, actor, now)


@router.put("/consultations/{consultation_id}/opinion", response={200: ConsultationDetail, **PROBLEMS})
def write_opinion(request: HttpRequest, consultation_id: UUID, body: OpinionIn) -> ConsultationDetail:
    """Keep what was written so far."""
    actor = actor_of(request)
    lines = [line.model_dump() for line in body.conclusion]
    opinion = answering.Opinion(body.text, lines, body.advice, body.stance)
    answering.save_opinion(
        actor=actor,
        consultation_id=consultation_id,
        opinion=opinion,
        expected=expected_version(request),
        now=timezone.now(),
    )
    return _detail(actor, consultation_id)


@router.post("/consultations/{consultation_id}/opinion/sign", response={200: ConsultationDetail, **PROBLEMS})
def sign_opinion(request: HttpRequest, consultation_id: UUID, body: SigningIn) -> ConsultationDetail:
    """Sign the opinion."""
    actor, now = actor_of(request), timezone.now()
    if body.password is not None:
        confirm_password(actor=actor, password=body.password, now=now)
    answering.sign_opinion(actor=actor, consultation_id=consultation_id, now=now)
    return _detail(actor, consultation_id)


@router.post("/consultations/{consultation_id}/opinion/amend", response={200: ConsultationDetail, **PROBLEMS})
def amend_opinion(request: HttpRequest, consultation_id: UUID, body: ReasonIn) -> ConsultationDetail:
    """Open a new version of a signed opinion."""
    actor = actor_of(request)
    answering.amend_opinion(actor=actor, consultation_id=consultation_id, reason=body.reason, now=timezone.now())
    return _detail(actor, consultation_id)


@router.post("/consultations/{consultation_id}/conclude", response={200: ConsultationDetail, **PROBLEMS})
def conclude(request: HttpRequest, consultation_id: UUID, body: OutcomeSigned) -> ConsultationDetail:
    """Sign what is taken from the opinions; this ends the consultation."""
    actor, now = actor_of(request), timezone.now()
    if body.password is not None:
        confirm_password(actor=actor, password=body.password, now=now)
    lines = [line.model_dump() for line in body.conclusion]
    conclusion = ending.Conclusion(body.text, lines, body.reason)
    ending.conclude_consultation(actor=actor, consultation_id=consultation_id, conclusion=conclusion, now=now)
    return _detail(actor, consultation_id)


@router.post("/consultations/{consultation_id}/cancel", response={200: ConsultationDetail, **PROBLEMS})
def cancel(request: HttpRequest, consultation_id: UUID, body: ReasonIn) -> ConsultationDetail:
    """Call the consultation off."""
    actor = actor_of(request)
    ending.cancel_consultation(actor=actor, consultation_id=consultation_id, reason=body.reason, now=timezone.now())
    return _detail(actor, consultation_id)


def _detail(actor: Actor, consultation_id: UUID) -> ConsultationDetail:
    return consultation_detail(consultation_of(actor, consultation_id), actor, timezone.now())
