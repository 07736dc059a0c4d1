"""A ticket as lists and pages show it, and what people write into one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from tianmu.foundation.access.actor import Actor
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.models.tickets import NEVER, OPEN_STATES
from tianmu.operations.servicedesk.selectors.queue import Listed

KINDS = "^(incident|question|request|demand|change|inspection_finding|event)$"
CHANNELS = "^(phone|wechat|qq|web|app|mail|monitor|inspection)$"
MOVES = "^(accept|release|start|wait|resume|resolve|confirm|close|reopen|reject)$"
WAITS = "^(user|party_a_material|vendor|agreed_date)?$"
URGENCIES = "^(low|normal|high)$"
EFFECTS = "^(none|fairly_serious|serious|especially_serious)$"
MOST_INSTITUTIONS = 2_000


class DeskPlace(Schema):
    """An institution."""

    id: UUID
    name: str


class TicketRef(Schema):
    """Another ticket."""

    id: UUID
    number: str
    title: str
    state: str


class TicketOut(Schema):
    """One row of the queue; `due_at` and `next_clock` are of the running clock that ends first."""

    id: UUID
    number: str
    kind: str
    channel: str
    title: str
    state: str
    wait_for: str
    raised_at: datetime
    received_at: datetime
    late_minutes: int
    institution: DeskPlace
    raiser_name: str
    mine: bool
    subsystems: list[str]
    urgency: str
    grade: int | None
    proposed_grade: int | None
    affected_count: int
    assignee_id: UUID | None
    assignee_name: str
    next_clock: str
    due_at: datetime | None
    remaining_seconds: int | None
    used_percent: int | None
    overdue: bool
    responded_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    reopened: int
    excluded: str
    version: int


class TicketIn(Schema):
    """A ticket as an engineer enters it; `raised_at` is when the user spoke, `late_reason` why it is entered late."""

    kind: str = Field(pattern=KINDS)
    channel: str = Field(pattern=CHANNELS)
    title: str = Field(min_length=1, max_length=120)
    text: str = Field("", max_length=20_000)
    institution_id: UUID
    raised_at: AwareDatetime | None = None
    late_reason: str = Field("", max_length=200)
    raiser_name: str = Field("", max_length=120)
    contact: str = Field("", max_length=120)
    subsystems: list[str] = Field(default_factory=list, max_length=9)
    configuration_items: list[str] = Field(default_factory=list, max_length=20)
    urgency: str = Field("normal", pattern=URGENCIES)
    affected: list[UUID] = Field(default_factory=list, max_length=MOST_INSTITUTIONS)
    core_blocked: bool = False
    effect: str = Field("none", pattern=EFFECTS)
    occurred_at: AwareDatetime | None = None
    device_time: str = Field("", max_length=40)


class OwnTicketIn(Schema):
    """What a user fills in: four fields at most."""

    text: str = Field(min_length=1, max_length=4_000)
    subsystem: str = Field("", max_length=40)
    title: str = Field("", max_length=120)
    blocked: bool = False


class TicketPatch(Schema):
    """What is said of a ticket; what is left out stays."""

    title: str | None = Field(None, min_length=1, max_length=120)
    kind: str | None = Field(None, pattern=KINDS)
    urgency: str | None = Field(None, pattern=URGENCIES)
    subsystems: list[str] | None = Field(None, max_length=9)
    configuration_items: list[str] | None = Field(None, max_length=20)
    affected: list[UUID] | None = Field(None, max_length=MOST_INSTITUTIONS)
    data_affected: list[UUID] | None = Field(None, max_length=MOST_INSTITUTIONS)
    core_blocked: bool | None = None
    effect: str | None = Field(None, pattern=EFFECTS)
    problem_kind: str | None = Field(None, max_length=40)
    sensitive: list[str] | None = Field(None, max_length=10)


class MoveIn(Schema):
    """One move; which further fields it needs is in the manual."""

    move: str = Field(pattern=MOVES)
    reason: str = Field("", max_length=400)
    wait_for: str = Field("", pattern=WAITS)
    resolution: str = Field("", max_length=2_000)
    problem_kind: str = Field("", max_length=40)
    at: AwareDatetime | None = None


class AssignIn(Schema):
    """To whom a ticket goes."""

    account_id: UUID
    reason: str = Field("", max_length=400)


class SayIn(Schema):
    """A message; engineers may write what the user said (`inbound`) and when."""

    text: str = Field(min_length=1, max_length=20_000)
    internal: bool = False
    inbound: bool = False
    channel: str = Field("", pattern="^(phone|wechat|qq|web|app|mail)?$")
    at: AwareDatetime | None = None
    author: str = Field("", max_length=120)
    mentions: list[UUID] = Field(default_factory=list, max_length=20)
    canned_id: UUID | None = None


class GradeAnswersIn(Schema):
    """What a grade rests on; what is left out stays as the ticket has it."""

    core_blocked: bool | None = None
    affected: list[UUID] | None = Field(None, max_length=MOST_INSTITUTIONS)
    data_affected: list[UUID] | None = Field(None, max_length=MOST_INSTITUTIONS)
    effect: str | None = Field(None, pattern=EFFECTS)


class GradeIn(Schema):
    """A decided grade, 1 (I) to 4 (IV), with the answers it rests on."""

    grade: int = Field(ge=1, le=4)
    reason: str = Field(min_length=1, max_length=400)
    answers: GradeAnswersIn | None = None


class GradeProposalOut(Schema):
    """The grade that follows from answers: its clause of annex 2, and what made it (outage, data, effect, none)."""

    grade: int
    clause: str
    because: str
    affected_count: int
    data_count: int
    users_count: int


class BulkAssignIn(Schema):
    """Which tickets go to whom."""

    ticket_ids: list[UUID] = Field(min_length=1, max_length=200)
    account_id: UUID
    reason: str = Field("", max_length=400)


class NotAssigned(Schema):
    """A ticket that was not assigned, and why."""

    id: UUID
    code: str
    detail: str


class BulkAssignOut(Schema):
    """How many tickets were assigned, and which were not."""

    assigned: int
    refused: list[NotAssigned]


class ExcludeIn(Schema):
    """Whose doing an incident was; empty takes it back."""

    cause: str = Field("", pattern="^(party_a|third_party|force_majeure)?$")
    reason: str = Field(min_length=1, max_length=400)


class RestoreIn(Schema):
    """Since when service is back."""

    at: AwareDatetime | None = None
    note: str = Field("", max_length=400)


class LimitIn(Schema):
    """A limit agreed with the institution's administrator."""

    until: AwareDatetime
    agreed_with: str = Field(min_length=1, max_length=120)


class VisitIn(Schema):
    """A step of a visit; `minutes` is the agreed time, else the target of the place counts."""

    step: str = Field(pattern="^(dispatch|arrive|leave)$")
    where: str = Field("city", pattern="^(city|township)$")
    minutes: int | None = Field(None, ge=1, le=10_080)
    who: str = Field("", max_length=80)
    note: str = Field("", max_length=400)


class MergeIn(Schema):
    """Into which ticket."""

    into_id: UUID
    reason: str = Field(min_length=1, max_length=400)


class LinkIn(Schema):
    """With which ticket and how."""

    other_id: UUID
    kind: str = Field("related", pattern="^(related|caused_by)$")


class SplitIn(Schema):
    """The part that becomes a ticket of its own."""

    title: str = Field(min_length=1, max_length=120)
    text: str = Field("", max_length=4_000)
    kind: str = Field("question", pattern="^(incident|question|request)$")


class NoteIn(Schema):
    """A status note."""

    text: str = Field(min_length=1, max_length=1_000)


class ReportIn(Schema):
    """The four mandatory parts of a major report."""

    cause: str = Field("", max_length=4_000)
    analysis: str = Field("", max_length=4_000)
    handling: str = Field("", max_length=4_000)
    prevention: str = Field("", max_length=4_000)
    data_loss: bool = False


class DeskReasonIn(Schema):
    """Why."""

    reason: str = Field(min_length=1, max_length=400)


class SurveyIn(Schema):
    """How one was served."""

    score: int = Field(ge=1, le=5)
    text: str = Field("", max_length=1_000)


class DeskCounts(Schema):
    """How much there is to do."""

    by_state: dict[str, int]
    overdue: int
    major: int
    mine: int
    unassigned: int


class FileOut(Schema):
    """A file of a ticket."""

    id: UUID
    name: str
    content_type: str
    size_bytes: int
    added_at: datetime
    added_by: str


def ticket_fields(row: Ticket, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the fields of a ticket as a row of a list has them."""
    return _fields(row, row.institution.name, None, actor, now)


def _fields(row: Ticket | Listed, place: str, limit_seconds: int | None, actor: Actor, now: datetime) -> dict[str, Any]:
    due = row.due_at if row.due_at != NEVER and row.state in OPEN_STATES else None
    late = int((row.received_at - row.raised_at).total_seconds() // 60) if row.late_reason else 0
    return {
        "id": row.id,
        "number": row.number,
        "kind": row.kind,
        "channel": row.channel,
        "title": row.title,
        "state": row.state,
        "wait_for": row.wait_for,
        "raised_at": row.raised_at,
        "received_at": row.received_at,
        "late_minutes": late,
        "institution": DeskPlace.model_construct(id=row.institution_id, name=place),
        "raiser_name": row.raiser_name,
        "mine": row.assignee_id is not None and row.assignee_id == actor.account_id,
        "subsystems": row.subsystems,
        "urgency": row.urgency,
        "grade": row.grade,
        "proposed_grade": row.proposed_grade,
        "affected_count": len(row.affected),
        "assignee_id": row.assignee_id,
        "assignee_name": row.assignee_name,
        "next_clock": row.next_clock if due else "",
        "due_at": due,
        "remaining_seconds": int((due - now).total_seconds()) if due else None,
        "used_percent": _used_percent(due, limit_seconds, now),
        "overdue": due is not None and due < now,
        "responded_at": row.responded_at,
        "resolved_at": row.resolved_at,
        "closed_at": row.closed_at,
        "reopened": row.reopened,
        "excluded": row.excluded,
        "version": row.version,
    }


def _used_percent(due: datetime | None, limit_seconds: int | None, now: datetime) -> int | None:
    """Return how much of the limit of the next clock is used, where a list has read it."""
    if due is None or not limit_seconds:
        return None
    return max(round(100 - 100 * (due - now).total_seconds() / limit_seconds), 0)


def listed_out(row: Listed, actor: Actor, now: datetime) -> TicketOut:
    """Present a row of a list; what comes from typed columns is not checked again, a list has many."""
    return TicketOut.model_construct(**_fields(row, row.place, row.limit_seconds, actor, now))


def ticket_out(row: Ticket, actor: Actor, now: datetime) -> TicketOut:
    """Present a ticket."""
    return TicketOut.model_construct(**ticket_fields(row, actor, now))
