"""Incidents: grade, cause, restoration, status notes, and the report of four parts."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version
from tianmu.operations.servicedesk.actions import grading, major
from tianmu.operations.servicedesk.schemas.details import (
    MajorReportOut,
    StatusNoteOut,
    TicketDetail,
    report_out,
    ticket_detail,
)
from tianmu.operations.servicedesk.schemas.tickets import (
    DeskReasonIn,
    ExcludeIn,
    GradeAnswersIn,
    GradeIn,
    GradeProposalOut,
    NoteIn,
    ReportIn,
    RestoreIn,
)
from tianmu.operations.servicedesk.selectors.grading import grade_proposal
from tianmu.operations.servicedesk.selectors.printing import report_pdf
from tianmu.operations.servicedesk.selectors.tickets import whole_ticket

router = Router()


@router.post("/tickets/{ticket_id}/grade", response={200: TicketDetail, **PROBLEMS})
def decide_grade(request: HttpRequest, ticket_id: UUID, body: GradeIn) -> TicketDetail:
    """Decide the grade of an incident."""
    actor = actor_of(request)
    answers = body.answers.model_dump(exclude_none=True) if body.answers else None
    grading.decide_grade(
        actor=actor, ticket_id=ticket_id, grade=body.grade, reason=body.reason, answers=answers, now=timezone.now()
    )
    return _detail(actor, ticket_id)


@router.post("/tickets/{ticket_id}/grade-proposal", response={200: GradeProposalOut, **PROBLEMS})
def propose_grade(request: HttpRequest, ticket_id: UUID, body: GradeAnswersIn) -> GradeProposalOut:
    """Say which grade follows from answers; nothing is kept."""
    found = grade_proposal(actor_of(request), ticket_id, body.model_dump(exclude_none=True))
    return GradeProposalOut(
        grade=found.proposal.grade,
        clause=found.proposal.clause,
        because=found.proposal.because,
        affected_count=found.affected,
        data_count=found.data,
        users_count=found.users,
    )


@router.post("/tickets/{ticket_id}/exclude", response={200: TicketDetail, **PROBLEMS})
def exclude(request: HttpRequest, ticket_id: UUID, body: ExcludeIn) -> TicketDetail:
    """Say that an incident was not party B's doing."""
    actor = actor_of(request)
    grading.exclude(actor=actor, ticket_id=ticket_id, cause=body.cause, reason=body.reason, now=timezone.now())
    return _detail(actor, ticket_id)


@router.post("/tickets/{ticket_id}/restore", response={200: TicketDetail, **PROBLEMS})
def restore(request: HttpRequest, ticket_id: UUID, body: RestoreIn) -> TicketDetail:
    """Say since when service is back."""
    actor = actor_of(request)
    grading.restore(actor=actor, ticket_id=ticket_id, at=body.at, note=body.note, now=timezone.now())
    return _detail(actor, ticket_id)


@router.post("/tickets/{ticket_id}/confirm-restoration", response={200: TicketDetail, **PROBLEMS})
def confirm_restoration(request: HttpRequest, ticket_id: UUID) -> TicketDetail:
    """Say for an institution that it works again."""
    actor = actor_of(request)
    grading.confirm_restoration(actor=actor, ticket_id=ticket_id, now=timezone.now())
    return _detail(actor, ticket_id)


@router.post("/tickets/{ticket_id}/acknowledge", response={200: TicketDetail, **PROBLEMS})
def acknowledge(request: HttpRequest, ticket_id: UUID) -> TicketDetail:
    """Say that the call was heard."""
    actor = actor_of(request)
    grading.acknowledge(actor=actor, ticket_id=ticket_id, now=timezone.now())
    return _detail(actor, ticket_id)


@router.post("/tickets/{ticket_id}/status-notes", response={201: StatusNoteOut, **PROBLEMS})
def status_note(request: HttpRequest, ticket_id: UUID, body: NoteIn) -> Status[StatusNoteOut]:
    """Tell everybody how a major incident stands."""
    row = major.write_status_note(actor=actor_of(request), ticket_id=ticket_id, text=body.text, now=timezone.now())
    return Status(201, StatusNoteOut(at=row.at, by=row.by, text=row.text))


@router.put("/tickets/{ticket_id}/report", response={200: MajorReportOut, **PROBLEMS})
def save_report(request: HttpRequest, ticket_id: UUID, body: ReportIn) -> MajorReportOut:
    """Keep what was written of the report so far."""
    parts = body.model_dump(exclude={"data_loss"})
    row = major.save_report(
        actor=actor_of(request),
        ticket_id=ticket_id,
        parts=parts,
        data_loss=body.data_loss,
        expected=expected_version(request),
        now=timezone.now(),
    )
    return report_out(row)


@router.post("/tickets/{ticket_id}/report/sign", response={200: MajorReportOut, **PROBLEMS})
def sign_report(request: HttpRequest, ticket_id: UUID) -> MajorReportOut:
    """Sign the report for party B."""
    return report_out(major.sign_report(actor=actor_of(request), ticket_id=ticket_id, now=timezone.now()))


@router.post("/tickets/{ticket_id}/report/amend", response={200: MajorReportOut, **PROBLEMS})
def amend_report(request: HttpRequest, ticket_id: UUID, body: DeskReasonIn) -> MajorReportOut:
    """Open a new version of a signed report."""
    row = major.amend_report(actor=actor_of(request), ticket_id=ticket_id, reason=body.reason, now=timezone.now())
    return report_out(row)


@router.post("/tickets/{ticket_id}/report/acknowledge", response={200: MajorReportOut, **PROBLEMS})
def acknowledge_report(request: HttpRequest, ticket_id: UUID) -> MajorReportOut:
    """Say for party A that the report was read."""
    return report_out(major.acknowledge_report(actor=actor_of(request), ticket_id=ticket_id, now=timezone.now()))


@router.get("/tickets/{ticket_id}/report.pdf", response={200: bytes, **PROBLEMS})
def print_report(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """Print the newest signed report, or the draft marked as such."""
    name, pdf = report_pdf(actor_of(request), ticket_id)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _detail(actor: Actor, ticket_id: UUID) -> TicketDetail:
    now = timezone.now()
    return ticket_detail(whole_ticket(actor, ticket_id, now), actor, now)
