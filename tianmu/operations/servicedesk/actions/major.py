"""Major incidents (grades I to III): status notes, and the report of four mandatory parts that B signs (O-084..088)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.documents import actions as documents
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.documents.selectors import versions_of
from tianmu.operations.servicedesk.actions.writing import Pen, demand_reason, pen_for
from tianmu.operations.servicedesk.choices import TicketKind
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import StatusNote, Ticket
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.log import Kind
from tianmu.registry.organizations.models import Organization

REPORT = "servicedesk.report"
LAYOUT = "servicedesk.major_report"
PARTS = ("cause", "analysis", "handling", "prevention")
FEWEST_CHARACTERS = 20


@transaction.atomic
def write_status_note(*, actor: Actor, ticket_id: UUID, text: str, now: datetime) -> StatusNote:
    """Tell everybody how a major incident stands."""
    pen = _incident(actor, Right.WORK, ticket_id, now)
    note = StatusNote.objects.create(ticket=pen.ticket, at=now, by=actor.name, text=demand_reason(text, "text"))
    pen.note(Kind.STEP, facts={"step": "status_note"})
    pen.finish("status_note")
    return note


@transaction.atomic
def save_report(
    *, actor: Actor, ticket_id: UUID, parts: Mapping[str, str], data_loss: bool, expected: int | None, now: datetime
) -> DocumentVersion:
    """Keep what was written of the report so far; the timeline and the institutions are filled in from the log.

    Raises:
        ConflictError: the report is signed; amend it.
        TianmuError: somebody wrote in between.

    """
    pen = _incident(actor, Right.WORK, ticket_id, now)
    content = {part: str(parts.get(part, "")).strip()[:4000] for part in PARTS}
    return documents.save_draft(
        actor=actor,
        kind=REPORT,
        subject=("ticket", pen.ticket.pk),
        person_id=None,
        layout=LAYOUT,
        content={**content, "data_loss": data_loss, **facts_of(pen.ticket)},
        expected=expected,
    )


@transaction.atomic
def sign_report(*, actor: Actor, ticket_id: UUID, now: datetime) -> DocumentVersion:
    """Sign the report for party B; its clock ends here, and nothing in it changes any more.

    The signature bears the instant of the server, the log that of the deed, as always when one is replayed.

    Raises:
        TianmuError: a part has fewer than 20 characters.
        ConflictError: nothing is written, or it is signed already.

    """
    pen = _incident(actor, Right.SIGN_REPORT, ticket_id, now)
    draft = _open_version(pen.ticket)
    short = [part for part in PARTS if len(str(draft.content.get(part, "")).strip()) < FEWEST_CHARACTERS]
    if short:
        detail = "Cause, analysis, handling and prevention each need at least 20 characters."
        raise TianmuError(Code.PARTS_MISSING, detail, status=422, fields=dict.fromkeys(short, "too short"))
    draft.content = {**draft.content, **facts_of(pen.ticket)}
    draft.save(update_fields=["content"])
    version = documents.sign(actor=actor, version=draft, role="party_b", title="", final=True, now=timezone.now())
    pen.note(Kind.REPORT_SIGNED, facts={"version": version.number, "sha256": version.sha256})
    pen.finish("report_signed")
    return version


@transaction.atomic
def amend_report(*, actor: Actor, ticket_id: UUID, reason: str, now: datetime) -> DocumentVersion:
    """Open a new version of a signed report; the signed one stays, and so does the instant it was signed."""
    pen = _incident(actor, Right.SIGN_REPORT, ticket_id, now)
    newest = versions_of(REPORT, pen.ticket.pk).first()
    if newest is None:
        raise ConflictError(Code.REPORT_SIGNED, "There is no report to amend.", state=pen.ticket.state)
    return documents.amend(actor=actor, document=newest.document, reason=demand_reason(reason))


@transaction.atomic
def acknowledge_report(*, actor: Actor, ticket_id: UUID, now: datetime) -> DocumentVersion:
    """Say for party A that the report was received and read."""
    pen = _incident(actor, Right.ACKNOWLEDGE_REPORT, ticket_id, now)
    version = versions_of(REPORT, pen.ticket.pk).filter(state=VersionState.SIGNED).first()
    if version is None:
        raise ConflictError(Code.REPORT_SIGNED, "The report is not signed by party B yet.", state=pen.ticket.state)
    if not version.signatures.filter(role="late_review").exists():
        documents.countersign(actor=actor, version=version, title="", now=timezone.now())
    return version


def facts_of(ticket: Ticket) -> dict[str, Any]:
    """Return what the log and the ticket say: the timeline, the grade, whom it hit, since when and until when."""
    rows = ticket.log.order_by("at", "number")
    names = Organization.objects.filter(pk__in=ticket.affected).order_by("unit__path")
    return {
        "number": ticket.number,
        "title": ticket.title,
        "subsystems": ticket.subsystems,
        "grade": ticket.grade or ticket.proposed_grade,
        "occurred_at": _minute(ticket.occurred_at),
        "restored_at": _minute(ticket.restored_at),
        "institutions": list(names.values_list("unit__name", flat=True)),
        "timeline": [{"at": _minute(row.at), "kind": row.kind, "by": row.actor, "note": row.reason} for row in rows],
        "notes": [{"at": _minute(one.at), "text": one.text} for one in ticket.notes.order_by("at")],
    }


def _minute(instant: datetime | None) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M:%S}" if instant else ""


def _incident(actor: Actor, right: str, ticket_id: UUID, now: datetime) -> Pen:
    pen = pen_for(actor, right, ticket_id, now)
    if pen.ticket.kind != TicketKind.INCIDENT:
        raise ConflictError(Code.STATE_CONFLICT, "Only an incident has a report.", state=pen.ticket.state)
    return pen


def _open_version(ticket: Ticket) -> DocumentVersion:
    version = versions_of(REPORT, ticket.pk).first()
    if version is None or version.state == VersionState.SIGNED:
        detail = "There is no report being written. Write it, or amend the signed one."
        raise ConflictError(Code.REPORT_SIGNED, detail, state=ticket.state)
    return version
