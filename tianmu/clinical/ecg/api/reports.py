"""Writing, signing, reviewing, amending and printing a report."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from tianmu.clinical.ecg.actions import reports
from tianmu.clinical.ecg.schemas.details import ReportOut, WordingIn, report_out
from tianmu.clinical.ecg.schemas.orders import ReasonIn
from tianmu.clinical.ecg.selectors.orders import order_of, report_versions
from tianmu.clinical.ecg.selectors.printing import preview_pdf, report_pdf
from tianmu.foundation.access.actions import confirm_password
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version

router = Router()


class SigningIn(Schema):
    """A signature; the password again where the centre asks for it."""

    password: str | None = Field(None, max_length=200)
    confirm_contradictions: bool = False


class ReviewIn(Schema):
    """The second person's decision."""

    accept: bool
    reason: str = Field("", max_length=400)
    password: str | None = Field(None, max_length=200)


@router.put("/orders/{order_id}/draft", response={200: ReportOut, **PROBLEMS})
def save_draft(request: HttpRequest, order_id: UUID, body: WordingIn) -> ReportOut:
    """Keep what was written so far."""
    actor = actor_of(request)
    wording = reports.Wording(
        findings=body.findings,
        conclusion=[line.model_dump() for line in body.conclusion],
        conclusion_class=body.conclusion_class,
        advice=body.advice,
    )
    reports.save_draft(
        actor=actor, order_id=order_id, wording=wording, expected=expected_version(request), now=timezone.now()
    )
    return _report(actor, order_id)


@router.post("/orders/{order_id}/sign", response={200: ReportOut, **PROBLEMS})
def sign(request: HttpRequest, order_id: UUID, body: SigningIn) -> ReportOut:
    """Sign as reader."""
    actor, now = actor_of(request), timezone.now()
    if body.password is not None:
        confirm_password(actor=actor, password=body.password, now=now)
    reports.sign_report(actor=actor, order_id=order_id, confirmed=body.confirm_contradictions, now=now)
    return _report(actor, order_id)


@router.post("/orders/{order_id}/review", response={200: ReportOut, **PROBLEMS})
def review(request: HttpRequest, order_id: UUID, body: ReviewIn) -> ReportOut:
    """Sign as second person, or give the report back to be written again."""
    actor, now = actor_of(request), timezone.now()
    if body.password is not None:
        confirm_password(actor=actor, password=body.password, now=now)
    if body.accept:
        reports.review_report(actor=actor, order_id=order_id, now=now)
    else:
        reports.send_back(actor=actor, order_id=order_id, reason=body.reason, now=now)
    return _report(actor, order_id)


@router.post("/orders/{order_id}/amend", response={200: ReportOut, **PROBLEMS})
def amend(request: HttpRequest, order_id: UUID, body: ReasonIn) -> ReportOut:
    """Open a new version of a published report."""
    actor = actor_of(request)
    reports.amend_report(actor=actor, order_id=order_id, reason=body.reason, now=timezone.now())
    return _report(actor, order_id)


@router.get("/orders/{order_id}/report.pdf", response={200: bytes, **PROBLEMS})
def print_report(request: HttpRequest, order_id: UUID, version: int | None = None) -> HttpResponse:
    """Print a signed version."""
    name, pdf = report_pdf(actor_of(request), order_id, version)
    return pdf_answer(name, pdf)


@router.get("/orders/{order_id}/preview.pdf", response={200: bytes, **PROBLEMS})
def preview(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show how the report being written will print, marked as unsigned."""
    name, pdf = preview_pdf(actor_of(request), order_id)
    return pdf_answer(name, pdf)


def pdf_answer(name: str, pdf: bytes) -> HttpResponse:
    """Return a PDF that opens in the browser."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _report(actor: Actor, order_id: UUID) -> ReportOut:
    order = order_of(actor, order_id)
    return report_out(list(report_versions(actor, order)), actor.locale)
