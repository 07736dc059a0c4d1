"""One ticket with everything about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.operations.servicedesk.models import Attachment, Ticket, TicketEvent, TicketMessage
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.clocks import ClockReading
from tianmu.operations.servicedesk.rules.lifecycle import State, moves_from
from tianmu.operations.servicedesk.schemas.forms import (
    ChangeOut,
    ControlledOut,
    DemandOut,
    change_out,
    controlled_out,
    demand_out,
)
from tianmu.operations.servicedesk.schemas.tickets import DeskPlace, FileOut, TicketOut, TicketRef, ticket_fields
from tianmu.operations.servicedesk.selectors.tickets import Whole


class LogOut(Schema):
    """One entry of the log."""

    at: datetime
    recorded_at: datetime
    kind: str
    actor: str
    reason: str
    facts: dict[str, Any]


class TicketMessageOut(Schema):
    """Something said."""

    id: UUID
    direction: str
    channel: str
    author: str
    human: bool
    at: datetime
    text: str
    mentions: list[UUID]


class ClockOut(Schema):
    """A clock recomputed now; `by_current` where today's calendar says otherwise of one that ended."""

    type: str
    key: str
    state: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    limit_seconds: int
    elapsed_seconds: int
    remaining_seconds: int
    percent: float
    in_time: bool | None
    provisional: bool
    calendar: str
    rule: str
    by_current: dict[str, Any] | None


class MajorReportOut(Schema):
    """One version of a major report."""

    number: int
    state: str
    content: dict[str, Any]
    reason: str
    signed_at: datetime | None
    signed_by: list[str]
    sha256: str
    revision: int


class StatusNoteOut(Schema):
    """A status note."""

    at: datetime
    by: str
    text: str


class SurveyOut(Schema):
    """How the user was served."""

    asked_at: datetime
    score: int | None
    text: str
    answered_at: datetime | None


class TicketLinkOut(Schema):
    """Another ticket and how it belongs to this one."""

    kind: str
    ticket: TicketRef


class TicketDetail(TicketOut):
    """A ticket with everything about it."""

    opened_by: str
    late_reason: str
    raiser_contact: str
    affected: list[DeskPlace]
    data_affected: list[DeskPlace]
    core_blocked: bool
    effect: str
    configuration_items: list[str]
    sensitive: list[str]
    problem_kind: str
    problem_id: UUID | None
    excluded_reason: str
    occurred_at: datetime | None
    acknowledged_at: datetime | None
    restored_at: datetime | None
    closes_at: datetime | None
    resolution: str
    confirmed_by: str
    first_contact: bool
    conference: str
    contract_refusal: str
    survivor: TicketRef | None
    links: list[TicketLinkOut]
    merged: list[TicketRef]
    moves: list[str]
    rights: list[str]
    log: list[LogOut]
    messages: list[TicketMessageOut]
    files: list[FileOut]
    clocks: list[ClockOut]
    notes: list[StatusNoteOut]
    reports: list[MajorReportOut]
    demand: DemandOut | None
    controlled: ControlledOut | None
    change: ChangeOut | None
    survey: SurveyOut | None


def ticket_detail(whole: Whole, actor: Actor, now: datetime) -> TicketDetail:
    """Present a ticket."""
    row = whole.ticket
    places = whole.institutions
    return TicketDetail(
        **ticket_fields(row, actor, now),
        opened_by=row.opened_by,
        late_reason=row.late_reason,
        raiser_contact=(row.raiser_contact or "") if whole.inside else "",
        affected=[DeskPlace(id=one, name=places.get(one, "")) for one in row.affected],
        data_affected=[DeskPlace(id=one, name=places.get(one, "")) for one in row.data_affected],
        core_blocked=row.core_blocked,
        effect=row.effect,
        configuration_items=row.items,
        sensitive=row.sensitive if whole.inside else [],
        problem_kind=row.problem_kind,
        problem_id=row.problem_id,
        excluded_reason=row.excluded_reason,
        occurred_at=row.occurred_at,
        acknowledged_at=row.acknowledged_at,
        restored_at=row.restored_at,
        closes_at=row.closes_at,
        resolution=row.resolution,
        confirmed_by=row.confirmed_by,
        first_contact=row.first_contact,
        conference=row.conference,
        contract_refusal=row.contract_refusal if whole.inside else "",
        survivor=ref(row.survivor) if row.survivor else None,
        links=[TicketLinkOut(kind=one.kind, ticket=ref(one.target)) for one in row.links.all()]
        + [TicketLinkOut(kind=f"{one.kind}_of", ticket=ref(one.source)) for one in row.linked_by.all()],
        merged=[ref(one) for one in row.merged.all()],
        moves=[move.value for move in moves_from(State(row.state)) if move.value != "merge"],
        rights=[right.value for right in Right if TICKETS.allows(actor, right, row)],
        log=[log_out(one, inside=whole.inside) for one in whole.log],
        messages=[message_out(one) for one in whole.messages],
        files=[file_out(one) for one in row.attachments.all()],
        clocks=[clock_out(one) for one in whole.clocks],
        notes=[StatusNoteOut(at=one.at, by=one.by, text=one.text) for one in row.notes.all()],
        reports=[report_out(one) for one in whole.reports],
        demand=demand_out(row, actor),
        controlled=controlled_out(row, actor),
        change=change_out(row),
        survey=survey_out(row),
    )


def ref(row: Ticket) -> TicketRef:
    """Present another ticket."""
    return TicketRef(id=row.pk, number=row.number, title=row.title, state=row.state)


def log_out(row: TicketEvent, *, inside: bool) -> LogOut:
    """Present an entry; its facts only to who works on the ticket."""
    facts = row.facts if inside else {}
    return LogOut(
        at=row.at, recorded_at=row.recorded_at, kind=row.kind, actor=row.actor, reason=row.reason, facts=facts
    )


def message_out(row: TicketMessage) -> TicketMessageOut:
    """Present a message."""
    return TicketMessageOut(
        id=row.pk, direction=row.direction, channel=row.channel, author=row.author, human=row.human, at=row.at,
        text=row.text, mentions=row.mentions,
    )  # fmt: skip


def file_out(row: Attachment) -> FileOut:
    """Present a file."""
    return FileOut(
        id=row.pk, name=row.name, content_type=row.content_type, size_bytes=row.size_bytes, added_at=row.added_at,
        added_by=row.added_by,
    )  # fmt: skip


def clock_out(one: ClockReading) -> ClockOut:
    """Present a clock."""
    reading, other = one.reading, one.by_current
    return ClockOut(
        type=one.type.value,
        key=one.key,
        state=reading.state.value,
        started_at=one.started_at,
        due_at=reading.deadline,
        stopped_at=one.stopped_at,
        limit_seconds=int(one.limit.span.total_seconds()),
        elapsed_seconds=int(reading.elapsed.total_seconds()),
        remaining_seconds=int(reading.remaining.total_seconds()),
        percent=round(reading.percent, 1),
        in_time=one.in_time,
        provisional=reading.provisional,
        calendar=one.calendar,
        rule=one.limit.version,
        by_current=None
        if other is None
        else {
            "elapsed_seconds": int(other.elapsed.total_seconds()),
            "due_at": other.deadline,
            "overdue": other.overdue,
        },
    )


def report_out(row: DocumentVersion) -> MajorReportOut:
    """Present a version of a report."""
    return MajorReportOut(
        number=row.number,
        state=row.state,
        content=row.content,
        reason=row.reason,
        signed_at=row.signed_at,
        signed_by=[one.name for one in row.signatures.all()],
        sha256=row.sha256,
        revision=row.version,
    )


def survey_out(row: Ticket) -> SurveyOut | None:
    """Present the survey of a ticket, if it was asked."""
    survey = getattr(row, "survey", None)
    if survey is None:
        return None
    return SurveyOut(asked_at=survey.asked_at, score=survey.score, text=survey.text, answered_at=survey.answered_at)
