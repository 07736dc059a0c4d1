"""The obligation board, duties with evidence, certificates, the calendar feed."""

from datetime import date
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.contracts.actions import duties as actions
from tianmu.operations.contracts.actions import feeds
from tianmu.operations.contracts.actions.evidence import keep_file
from tianmu.operations.contracts.actions.evidence_upload import add_evidence
from tianmu.operations.contracts.actions.performance import note_obligation
from tianmu.operations.contracts.api.ledger import YearQuery
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.presenters import duty_detail, duty_out, evidence_out
from tianmu.operations.contracts.schemas.duties import (
    BoardRowOut,
    CertificateIn,
    ContractBoardOut,
    ContractDutyDetail,
    ContractDutyOut,
    ContractFeedOut,
    ContractFigureOut,
    ContractFulfilIn,
    ObligationNoteIn,
)
from tianmu.operations.contracts.schemas.ledger import ContractEvidenceOut
from tianmu.operations.contracts.selectors import board as selectors
from tianmu.operations.contracts.selectors.board import BoardRow
from tianmu.operations.contracts.selectors.contracts import contract_of, year_of
from tianmu.operations.contracts.selectors.evidence import evidence_file, evidence_of, subject_in

router = Router()


class DutyQuery(PageQuery):
    """Which duties to list: due between two days, of an obligation, open ones only."""

    since: date | None = None
    until: date | None = None
    obligation: str = Field("", max_length=8)
    open: bool = False


class EvidenceQuery(Schema):
    """Whose evidence to list."""

    of: EvidenceOf
    of_id: UUID


class EvidenceIn(Schema):
    """What an uploaded file proves."""

    of: EvidenceOf
    of_id: UUID
    note: str = Field("", max_length=1000)


@router.get("/contracts/{contract_id}/board", response={200: ContractBoardOut, **PROBLEMS})
def board(request: HttpRequest, contract_id: UUID, query: Query[YearQuery]) -> ContractBoardOut:
    """Return every obligation of a contract year."""
    actor, now = actor_of(request), timezone.now()
    rows = selectors.board(actor, contract_id, now=now, year=query.year)
    year = query.year or year_of(contract_of(actor, contract_id), timezone.localdate())
    return ContractBoardOut(year=year, rows=[_row(one) for one in rows])


@router.get("/contracts/{contract_id}/duties", response={200: Page[ContractDutyOut], **PROBLEMS})
def duties(request: HttpRequest, contract_id: UUID, query: Query[DutyQuery]) -> Page[ContractDutyOut]:
    """List duties by the instant they are due, for the list and the calendar alike."""
    now = timezone.now()
    rows = selectors.duties(
        actor_of(request),
        contract_id,
        first=query.since,
        last=query.until,
        obligation=query.obligation,
        only_open=query.open,
    )
    return page(rows, [Order("due_at"), Order("id")], query, lambda one: duty_out(one, now), count=True)


@router.get("/duties/{duty_id}", response={200: ContractDutyDetail, **PROBLEMS})
def duty(request: HttpRequest, duty_id: UUID) -> ContractDutyDetail:
    """Return a duty with its evidence."""
    found = selectors.duty_of(actor_of(request), duty_id)
    return duty_detail(found, list(evidence_of(EvidenceOf.DUTY, [duty_id])), timezone.now())


@router.post("/duties/{duty_id}/fulfil", response={200: ContractDutyDetail, **PROBLEMS})
def fulfil(request: HttpRequest, duty_id: UUID, body: ContractFulfilIn) -> ContractDutyDetail:
    """Note that a duty is done."""
    actor = actor_of(request)
    actions.fulfil(actor=actor, duty_id=duty_id, note=body.note, now=timezone.now())
    found = selectors.duty_of(actor, duty_id)
    return duty_detail(found, list(evidence_of(EvidenceOf.DUTY, [duty_id])), timezone.now())


@router.post("/contracts/{contract_id}/obligations/{obligation}/entries", response={201: ContractDutyOut, **PROBLEMS})
def enter_obligation(
    request: HttpRequest, contract_id: UUID, obligation: str, body: ObligationNoteIn
) -> Status[ContractDutyOut]:
    """Note what happened under an obligation without a schedule; files are uploaded to the duty that this returns."""
    row = note_obligation(
        actor=actor_of(request),
        contract_id=contract_id,
        obligation=obligation,
        on=body.on or timezone.localdate(),
        note=body.note,
        now=timezone.now(),
    )
    return Status(201, duty_out(row, timezone.now()))


@router.post("/contracts/{contract_id}/certificates", response={201: ContractDutyOut, **PROBLEMS})
def register_certificate(request: HttpRequest, contract_id: UUID, body: CertificateIn) -> Status[ContractDutyOut]:
    """Register a certificate of an engineer."""
    row = actions.register_certificate(
        actor=actor_of(request),
        contract_id=contract_id,
        name=body.name,
        expires_on=body.expires_on,
        now=timezone.now(),
    )
    return Status(201, duty_out(row, timezone.now()))


@router.post("/contracts/{contract_id}/evidence", response={201: ContractEvidenceOut, **PROBLEMS})
def upload_evidence(
    request: HttpRequest, contract_id: UUID, body: Form[EvidenceIn], file: File[UploadedFile]
) -> Status[ContractEvidenceOut]:
    """Upload a file that proves a fact, a duty, a notice or a renewal."""
    item = add_evidence(
        actor=actor_of(request),
        contract_id=contract_id,
        of=body.of,
        of_id=body.of_id,
        file=lambda: keep_file(name=file.name or "", content=file.read()),
        note=body.note,
        now=timezone.now(),
    )
    return Status(201, evidence_out(item))


@router.get("/contracts/{contract_id}/evidence", response={200: list[ContractEvidenceOut], **PROBLEMS})
def list_evidence(request: HttpRequest, contract_id: UUID, query: Query[EvidenceQuery]) -> list[ContractEvidenceOut]:
    """List what proves a fact, a duty, a notice or a renewal."""
    contract = contract_of(actor_of(request), contract_id)
    key = subject_in(contract, query.of, query.of_id)
    return [evidence_out(one) for one in evidence_of(query.of, [key])]


@router.get("/evidence/{evidence_id}/file", response={200: None, **PROBLEMS})
def download_evidence(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Download a file of evidence."""
    name, content = evidence_file(actor_of(request), evidence_id)
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


@router.post("/contracts/{contract_id}/feed", response={201: ContractFeedOut, **PROBLEMS})
def open_feed(request: HttpRequest, contract_id: UUID) -> Status[ContractFeedOut]:
    """Return a fresh secret address of the calendar feed."""
    secret = feeds.open_feed(actor=actor_of(request), contract_id=contract_id, now=timezone.now())
    return Status(201, ContractFeedOut(path=f"/feeds/contracts/{secret}.ics"))


@router.delete("/contracts/{contract_id}/feed", response={204: None, **PROBLEMS})
def close_feed(request: HttpRequest, contract_id: UUID) -> Status[None]:
    """Close the actor's calendar feed."""
    feeds.close_feed(actor=actor_of(request), contract_id=contract_id, now=timezone.now())
    return Status(204, None)


def _row(one: BoardRow) -> BoardRowOut:
    told = one.obligation
    figure = one.figure
    return BoardRowOut(
        id=told["id"],
        clause=told["clause"],
        owner=told["owner"],
        zh=told["zh"],
        en=told["en"],
        clock=told.get("clock", ""),
        evidence=told["evidence"],
        entry=told["entry"],
        consequence=told.get("consequence", ""),
        kpi=told.get("kpi", False),
        automated=told.get("automated", ""),
        periodic="duty" in told,
        trigger="trigger" in told,
        state=one.state,
        next_due=one.next_due,
        next_duty=one.next_duty,
        duties_done=one.done,
        duties_late=one.late,
        duties_open=one.open,
        lines=one.lines,
        figure=ContractFigureOut(total=figure.total, on_time=figure.on_time, note=figure.note) if figure else None,
    )
