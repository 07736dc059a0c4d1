"""What people send of demands, controlled requests, changes and intake, and what comes back."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from tianmu.operations.servicedesk.models import ChatGroup
from tianmu.operations.servicedesk.schemas.tickets import DeskPlace, TicketOut

SUBSYSTEMS: Any = Field(default_factory=list, max_length=9)


class DemandIn(Schema):
    """A demand form."""

    title: str = Field(min_length=1, max_length=120)
    what: str = Field(min_length=1, max_length=4_000)
    why: str = Field("", max_length=2_000)
    institution_id: UUID | None = None
    subsystems: list[str] = SUBSYSTEMS
    complexity: str = Field("ordinary", pattern="^(ordinary|complex)$")
    wanted_by: date | None = None


class DemandMoveIn(Schema):
    """A move of a demand; declining, quoting and answering carry the first feedback."""

    move: str = Field(pattern="^(submit|triage|decline|quote|feed_back|build|hand_over|send_back|accept|close)$")
    reason: str = Field("", max_length=400)
    feedback: str = Field("", max_length=2_000)
    possible: bool | None = None
    expected_on: date | None = None
    extra_cost: bool | None = None
    quotation: str = Field("", max_length=400)


class ComplexityIn(Schema):
    """Ordinary or complex, and why."""

    complexity: str = Field(pattern="^(ordinary|complex)$")
    reason: str = Field(min_length=1, max_length=400)


class PlanNodeIn(Schema):
    """A node that somebody proposes."""

    key: str = Field(min_length=1, max_length=20, pattern=r"^[0-9]{1,3}(\.[0-9]{1,3})?$")
    title: str = Field(min_length=1, max_length=200)
    due: AwareDatetime


class PlanIn(Schema):
    """A plan."""

    method: str = Field("", max_length=4_000)
    nodes: list[PlanNodeIn] = Field(min_length=1, max_length=40)


class SideIn(Schema):
    """For which side."""

    side: str = Field(pattern="^(party_a|party_b)$")


class NodeStepIn(Schema):
    """A step of a node: it lapsed, is done, or what missing it led to."""

    step: str = Field(pattern="^(lapse|finish|consequence)$")
    reason: str = Field("", max_length=400)
    at: AwareDatetime | None = None
    impact: bool = False
    complaint: str = Field("none", pattern="^(none|bureau|city)$")
    evidence: str = Field("", max_length=400)


class ControlledIn(Schema):
    """A controlled request as the institution's administrator asks for it."""

    title: str = Field(min_length=1, max_length=120)
    what: str = Field(min_length=1, max_length=4_000)
    why: str = Field("", max_length=2_000)
    institution_id: UUID | None = None
    subsystems: list[str] = SUBSYSTEMS
    medical_document: bool = False
    database: bool = False
    amount: Decimal | None = Field(None, ge=0, max_digits=12, decimal_places=2)


class ControlledStepIn(Schema):
    """A step of a controlled request."""

    step: str = Field(pattern="^(take|confirm|answer|check|send_back|close|decline)$")
    note: str = Field("", max_length=1_000)
    doable: bool | None = None
    planned_for: AwareDatetime | None = None


class PrepareIn(Schema):
    """A prepared change: a statement for a target, or the image before by hand."""

    target: str = Field("", max_length=60)
    statement: str = Field("", max_length=10_000)
    image_query: str = Field("", max_length=4_000)
    rollback: str = Field("", max_length=10_000)
    before: str = Field("", max_length=20_000)
    note: str = Field("", max_length=1_000)


class ExecuteIn(Schema):
    """The image after, where no statement is run."""

    after: str = Field("", max_length=20_000)
    note: str = Field("", max_length=1_000)


class SealedPartsOut(Schema):
    """The sealed parts of a controlled request; looking at them is written down."""

    what: str
    statement: str
    image_query: str
    rollback: str
    before_image: str
    after_image: str


class ChangeIn(Schema):
    """A change of environment or site that is announced."""

    title: str = Field(min_length=1, max_length=120)
    side: str = Field(pattern="^(party_a|party_b)$")
    window_from: AwareDatetime
    window_to: AwareDatetime
    plan: str = Field(min_length=1, max_length=4_000)
    back_out: str = Field("", max_length=2_000)
    institution_id: UUID | None = None
    subsystems: list[str] = SUBSYSTEMS


class ChangeDoneIn(Schema):
    """What a change found and left."""

    before: str = Field(min_length=1, max_length=2_000)
    after: str = Field(min_length=1, max_length=2_000)
    witnesses: list[str] = Field(default_factory=list, max_length=10)


class GroupIn(Schema):
    """A work group."""

    name: str = Field(min_length=1, max_length=80)
    channel: str = Field(pattern="^(wechat|qq)$")
    institution_id: UUID | None = None
    active: bool = True
    id: UUID | None = None


class ChatGroupOut(Schema):
    """A work group."""

    id: UUID
    name: str
    channel: str
    institution: DeskPlace | None
    active: bool


class PasteIn(Schema):
    """A pasted chat."""

    group_id: UUID
    text: str = Field(min_length=1, max_length=400_000)


class PasteTakeIn(PasteIn):
    """What becomes of a pasted chat: `answers` are the keys of the engineers' messages."""

    kind: str = Field("question", pattern="^(incident|question|request)$")
    title: str = Field("", max_length=120)
    subsystems: list[str] = SUBSYSTEMS
    institution_id: UUID | None = None
    ticket_id: UUID | None = None
    answers: list[str] = Field(default_factory=list, max_length=5_000)
    left_out: list[str] = Field(default_factory=list, max_length=5_000)


class PastedMessage(Schema):
    """One message of a paste."""

    key: str
    sender: str
    at: datetime
    text: str


class PastePreview(Schema):
    """What a paste holds."""

    messages: list[PastedMessage]
    known: int
    unread: list[str]


class PasteTaken(Schema):
    """What became of a paste."""

    ticket: TicketOut | None
    fresh: int


class MonitorEventIn(Schema):
    """What a monitor says of a check."""

    source: str = Field(min_length=1, max_length=60)
    check: str = Field(min_length=1, max_length=120)
    signal: str = Field(pattern="^(ok|poll_failed|failed)$")
    at: AwareDatetime
    text: str = Field("", max_length=400)
    institution_code: str = Field("", max_length=40)
    subsystem: str = Field("", max_length=40)
    blocks: bool = False
    affected_codes: list[str] = Field(default_factory=list, max_length=200)


class MonitorIn(Schema):
    """Events in the order in which they happened."""

    events: list[MonitorEventIn] = Field(min_length=1, max_length=200)


class MonitorOutcome(Schema):
    """What follows from one event."""

    outcome: str
    ticket_number: str


class CallerIn(Schema):
    """Whose number this is."""

    phone: str = Field(min_length=3, max_length=40)
    name: str = Field("", max_length=80)
    institution_id: UUID


class CallerOut(Schema):
    """Who calls, and what this institution has open."""

    institution: DeskPlace | None
    name: str
    open_tickets: list[TicketOut]


class UsersIn(Schema):
    """Which institutions use a sub-system."""

    institutions: list[UUID] = Field(max_length=2_000)


class UsersOut(Schema):
    """How many institutions use a sub-system."""

    subsystem: str
    count: int


def group_out(row: ChatGroup) -> ChatGroupOut:
    """Present a work group."""
    place = DeskPlace(id=row.institution.pk, name=row.institution.name) if row.institution else None
    return ChatGroupOut(id=row.pk, name=row.name, channel=row.channel, institution=place, active=row.active)
