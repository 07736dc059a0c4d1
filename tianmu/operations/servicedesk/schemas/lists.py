"""Rows of the lists of demands, controlled requests and letters."""

from datetime import date, datetime
from uuid import UUID

from ninja import Schema

from tianmu.foundation.access.actor import Actor
from tianmu.operations.servicedesk.models import ControlledRequest, Demand, ReceivedLetter
from tianmu.operations.servicedesk.rules.controlled import ControlledState, roles_next
from tianmu.operations.servicedesk.schemas.tickets import DeskPlace
from tianmu.operations.servicedesk.selectors.work import role_held, sides_next, steps_allowed


class DemandRowOut(Schema):
    """A demand on the board: `id` is its ticket, `turn` the sides that must act, `due_at` of the first clock."""

    id: UUID
    number: str
    title: str
    institution: DeskPlace
    subsystems: list[str]
    state: str
    complexity: str
    submitted_at: datetime | None
    feedback_at: datetime | None
    wanted_by: date | None
    turn: list[str]
    clock: str
    clock_key: str
    due_at: datetime | None
    overdue: bool
    late_before: int
    nodes: int
    nodes_done: int


class ControlledRowOut(Schema):
    """A controlled request in the list: `id` is its ticket; whose turn it is, and whether it is mine."""

    id: UUID
    number: str
    title: str
    institution: DeskPlace
    state: str
    reasons: list[str]
    amount: str | None
    planned_for: datetime | None
    asked_at: datetime
    next_roles: list[str]
    my_role: str
    my_steps: list[str]


class DeskLetterOut(Schema):
    """A letter that came, and what became of it."""

    id: UUID
    sender: str
    subject: str
    received_at: datetime
    outcome: str
    ticket_id: UUID | None
    ticket_number: str


def demand_row(row: Demand, now: datetime) -> DemandRowOut:
    """Present a demand."""
    ticket = row.ticket
    clocks = list(ticket.clocks.all())
    running = next((one for one in clocks if one.state == "running" and one.due_at is not None), None)
    nodes = [one for one in row.nodes.all() if one.lapsed_at is None]
    return DemandRowOut(
        id=ticket.pk,
        number=ticket.number,
        title=ticket.title,
        institution=DeskPlace(id=ticket.institution_id, name=ticket.institution.name),
        subsystems=ticket.subsystems,
        state=row.state,
        complexity=row.complexity,
        submitted_at=row.submitted_at,
        feedback_at=row.feedback_at,
        wanted_by=row.wanted_by,
        turn=[side.value for side in sides_next(row)],
        clock=running.type if running else "",
        clock_key=running.key if running else "",
        due_at=running.due_at if running else None,
        overdue=running is not None and running.due_at is not None and running.due_at < now,
        late_before=sum(one.in_time is False for one in clocks),
        nodes=len(nodes),
        nodes_done=sum(one.done_at is not None for one in nodes),
    )


def controlled_row(row: ControlledRequest, actor: Actor) -> ControlledRowOut:
    """Present a controlled request."""
    ticket, role = row.ticket, role_held(actor, row)
    return ControlledRowOut(
        id=ticket.pk,
        number=ticket.number,
        title=ticket.title,
        institution=DeskPlace(id=ticket.institution_id, name=ticket.institution.name),
        state=row.state,
        reasons=row.reasons,
        amount=None if row.amount is None else f"{row.amount:.2f}",
        planned_for=row.planned_for,
        asked_at=ticket.raised_at,
        next_roles=[one.value for one in roles_next(ControlledState(row.state))],
        my_role=role.value if role else "",
        my_steps=[step.value for step in steps_allowed(actor, row)],
    )


def letter_out(row: ReceivedLetter) -> DeskLetterOut:
    """Present a letter."""
    return DeskLetterOut(
        id=row.pk,
        sender=row.sender,
        subject=row.subject,
        received_at=row.received_at,
        outcome=row.outcome,
        ticket_id=row.ticket_id,
        ticket_number=row.ticket.number if row.ticket else "",
    )
