"""Demands: the form, the first feedback, the plan that both sides confirm, building and acceptance (O-100..104)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.access.models import Account
from tianmu.operations.servicedesk.actions.intake import Draft, open_ticket
from tianmu.operations.servicedesk.actions.writing import Pen, demand_past, demand_reason, pen_for
from tianmu.operations.servicedesk.choices import Channel, Complaint, TicketKind
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import Demand, PlanNode
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.demands import (
    FEEDBACK_MOVES,
    PLANNED,
    REASONED,
    SIDE_OF_MOVE,
    DemandMove,
    DemandState,
    Side,
    after,
)
from tianmu.operations.servicedesk.rules.lifecycle import Move, State
from tianmu.operations.servicedesk.rules.log import Kind
from tianmu.registry.organizations.models import Organization

RIGHT_OF_SIDE = {Side.A: Right.SUBMIT_DEMAND, Side.B: Right.WORK}
MOST_NODES = 40


@dataclass(frozen=True, slots=True)
class Form:
    """A demand form."""

    title: str
    what: str
    why: str
    institution: Organization
    subsystems: Sequence[str]
    complexity: str = "ordinary"
    wanted_by: date | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """B's first answer: can it be done, when, does it cost extra (annex 2, 5.4.4-1)."""

    text: str
    possible: bool | None = None
    expected_on: date | None = None
    extra_cost: bool | None = None
    quotation: str = ""


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """A node as somebody proposes it; a key such as 2.1 replaces node 2."""

    key: str
    title: str
    due: datetime


@transaction.atomic
def write_demand(*, actor: Actor, form: Form, now: datetime) -> Demand:
    """Write a demand form as a draft; its ticket is opened with it, its clock starts when it is submitted."""
    actor.demand(Right.SUBMIT_DEMAND, form.institution.path)
    account = Account.objects.filter(pk=actor.demand_account()).first()
    draft = Draft(
        kind=TicketKind.DEMAND,
        channel=Channel.WEB,
        title=form.title,
        text=form.what,
        institution=form.institution,
        raiser=account,
        raiser_name=actor.name,
        subsystems=form.subsystems,
    )
    ticket = open_ticket(actor=actor, draft=draft, now=now)
    return Demand.objects.create(
        ticket=ticket,
        what=form.what[:4000],
        why=form.why[:2000],
        complexity=form.complexity,
        wanted_by=form.wanted_by,
    )


@transaction.atomic
def move_demand(
    *,
    actor: Actor,
    ticket_id: UUID,
    move: DemandMove,
    feedback: Feedback | None = None,
    reason: str = "",
    now: datetime,
) -> Demand:
    """Move a demand on: each side has its own moves; declining, quoting and answering are first feedback.

    Raises:
        ConflictError: the move is not possible now.
        TianmuError: the reason or the feedback is missing.

    """
    pen, demand = _locked(actor, RIGHT_OF_SIDE[SIDE_OF_MOVE[move]], ticket_id, now)
    following = after(move, DemandState(demand.state))
    if following is None:
        detail = "This is not possible in the demand's present state. Refresh to see where it stands."
        raise ConflictError(Code.STATE_CONFLICT, detail, state=demand.state)
    if move in REASONED:
        reason = demand_reason(reason)
    old, demand.state = demand.state, following.value
    if move is DemandMove.SUBMIT:
        demand.submitted_at = now
        pen.note(Kind.SUBMITTED, facts={"complexity": demand.complexity})
    if move in FEEDBACK_MOVES:
        _answer(pen, demand, move, feedback or Feedback(text=reason))
    if move is DemandMove.HAND_OVER:
        demand.done_at = now
    if move is DemandMove.SEND_BACK:
        demand.done_at = None
    if move is DemandMove.ACCEPT:
        demand.accepted_at = now
    pen.note(Kind.STEP, facts={"step": move.value, "from": old, "to": demand.state}, reason=reason)
    _follow(pen, move, reason)
    _save(demand)
    pen.finish(f"demand_{move.value}", reason=reason, old={"demand": old}, new={"demand": demand.state})
    return demand


def _answer(pen: Pen, demand: Demand, move: DemandMove, feedback: Feedback) -> None:
    demand.feedback = demand_reason(feedback.text, "text")
    demand.possible = move is not DemandMove.DECLINE if feedback.possible is None else feedback.possible
    demand.expected_on, demand.extra_cost = feedback.expected_on, feedback.extra_cost
    demand.quotation = feedback.quotation[:400]
    if demand.feedback_at is None:
        demand.feedback_at = pen.now
        pen.note(Kind.FEEDBACK_GIVEN, facts={"as": move.value})
    if pen.ticket.responded_at is None:
        pen.set(responded_at=pen.now)


def _follow(pen: Pen, move: DemandMove, reason: str) -> None:
    """Let the ticket follow its demand."""
    ticket = pen.ticket
    if move is DemandMove.TRIAGE and ticket.state == State.NEW:
        pen.step(Move.ACCEPT, facts={"by": str(pen.actor.account_id)})
        pen.set(assignee_id=pen.actor.account_id, assignee_name=pen.actor.name)
    if move is DemandMove.CLOSE and ticket.state != State.CLOSED:
        if ticket.state == State.NEW:
            pen.step(Move.ACCEPT)
        if ticket.state in {State.ACCEPTED, State.IN_PROGRESS, State.WAITING}:
            pen.step(Move.RESOLVE)
            pen.set(resolved_at=pen.now, resolution=reason[:2000] or "accepted")
        pen.step(Move.CLOSE)
        pen.set(closed_at=pen.now, closes_at=None, confirmed_by=pen.actor.name)


@transaction.atomic
def set_complexity(*, actor: Actor, ticket_id: UUID, complexity: str, reason: str, now: datetime) -> Demand:
    """Change whether a demand is ordinary (24 h) or complex (72 h); both the old and the reason are kept."""
    pen, demand = _locked(actor, Right.AGREE_FOR_A, ticket_id, now)
    why, old = demand_reason(reason), demand.complexity
    demand.complexity = complexity
    pen.note(Kind.CHANGED, facts={"complexity": complexity, "former": {"complexity": old}}, reason=why)
    _save(demand)
    pen.finish("complexity", reason=why, old={"complexity": old}, new={"complexity": complexity})
    return demand


@transaction.atomic
def propose_plan(
    *, actor: Actor, ticket_id: UUID, method: str, nodes: Sequence[PlannedNode], now: datetime
) -> list[PlanNode]:
    """Propose nodes, at first or anew at any time; they bind nobody before both sides have confirmed them (R-17).

    Raises:
        ConflictError: there was no feedback yet, or the demand is over.
        TianmuError: a node lies in the past, or its key is taken.

    """
    side = _side(actor)
    pen, demand = _locked(actor, side, ticket_id, now)
    if DemandState(demand.state) not in PLANNED:
        raise ConflictError(Code.STATE_CONFLICT, "A plan follows the first feedback.", state=demand.state)
    taken = set(demand.nodes.values_list("key", flat=True))
    keys = [node.key for node in nodes]
    if not 1 <= len(nodes) <= MOST_NODES or len(set(keys)) != len(keys) or taken & set(keys):
        detail = "Each node needs a key of its own, such as 1, 2, or 2.1 for one that replaces 2."
        raise TianmuError(Code.NODE, detail, status=422, fields={"nodes": "keys"})
    if any(node.due <= now for node in nodes):
        raise TianmuError(Code.NODE, "A node lies in the future.", status=422, fields={"nodes": "past"})
    if method.strip():
        demand.method = method.strip()[:4000]
    rows = PlanNode.objects.bulk_create(
        PlanNode(demand=demand, key=node.key, title=node.title[:200], due=node.due, proposed_by=actor.name)
        for node in nodes
    )
    pen.note(Kind.STEP, facts={"step": "proposed", "nodes": keys})
    _save(demand)
    pen.finish("plan_proposed")
    return rows


@transaction.atomic
def confirm_plan(*, actor: Actor, ticket_id: UUID, side: Side, now: datetime) -> Demand:
    """Confirm every node that is open for one side; a node that both confirmed is agreed from the later of the two.

    Raises:
        ConflictError: there is nothing to confirm.

    """
    right = Right.AGREE_FOR_A if side is Side.A else Right.AGREE_FOR_B
    pen, demand = _locked(actor, right, ticket_id, now)
    mine = "confirmed_a" if side is Side.A else "confirmed_b"
    nodes = list(demand.nodes.filter(**{f"{mine}_at": None, "done_at": None}).order_by("due", "key"))
    if not nodes:
        raise ConflictError(Code.PLAN_NOT_AGREED, "There is no node to confirm.", state=demand.state)
    for node in nodes:
        setattr(node, f"{mine}_at", now)
        setattr(node, f"{mine}_by", actor.name)
        node.version += 1
        node.save(update_fields=[f"{mine}_at", f"{mine}_by", "version", "changed_at"])
        if node.confirmed_a_at is not None and node.confirmed_b_at is not None:
            pen.note(Kind.NODE_AGREED, facts={"node": node.key, "due": node.due.isoformat()})
            demand.agreed_at = demand.agreed_at or now
            if demand.state == DemandState.FEEDBACK_GIVEN:
                demand.state = DemandState.AGREED.value
    pen.note(Kind.STEP, facts={"step": "confirmed", "side": side.value, "nodes": [node.key for node in nodes]})
    _save(demand)
    pen.finish("plan_confirmed")
    return demand


@transaction.atomic
def lapse_node(*, actor: Actor, ticket_id: UUID, key: str, reason: str, now: datetime) -> PlanNode:
    """Write down that method or demand changed with both sides' knowledge: the node lapses until a new one (R-17)."""
    pen, demand = _locked(actor, Right.AGREE_FOR_A, ticket_id, now)
    node = _node(demand, key)
    node.lapsed_at, node.lapsed_reason = now, demand_reason(reason)
    pen.note(Kind.NODE_CHANGED, facts={"node": key}, reason=node.lapsed_reason)
    _save_node(node, "lapsed_at", "lapsed_reason")
    pen.finish("node_lapsed", reason=node.lapsed_reason)
    return node


@transaction.atomic
def finish_node(*, actor: Actor, ticket_id: UUID, key: str, at: datetime | None, now: datetime) -> PlanNode:
    """Say that a node is done."""
    pen, demand = _locked(actor, Right.WORK, ticket_id, now)
    node = _node(demand, key)
    node.done_at = demand_past(at, now) if at else now
    pen.note(Kind.NODE_DONE, at=node.done_at, facts={"node": key})
    _save_node(node, "done_at")
    pen.finish("node_done")
    return node


@transaction.atomic
def note_consequence(
    *, actor: Actor, ticket_id: UUID, key: str, impact: bool, complaint: str, evidence: str, now: datetime
) -> PlanNode:
    """Write down what a missed node led to: business affected, a complaint; with evidence (annex 2, 5.4.4-2, -3)."""
    pen, demand = _locked(actor, Right.AGREE_FOR_A, ticket_id, now)
    node = _node(demand, key)
    node.impact, node.complaint = impact, Complaint(complaint).value
    node.evidence, node.evidence_by = demand_reason(evidence, "evidence"), actor.name
    facts = {"step": "consequence", "node": key, "impact": impact, "complaint": node.complaint}
    pen.note(Kind.STEP, facts=facts, reason=node.evidence)
    _save_node(node, "impact", "complaint", "evidence", "evidence_by")
    pen.finish("node_consequence", reason=node.evidence)
    return node


def _side(actor: Actor) -> str:
    return Right.AGREE_FOR_B if actor.may(Right.AGREE_FOR_B) else Right.AGREE_FOR_A


def _locked(actor: Actor, right: str, ticket_id: UUID, now: datetime) -> tuple[Pen, Demand]:
    pen = pen_for(actor, right, ticket_id, now)
    demand = Demand.objects.select_for_update(of=("self",)).filter(ticket=pen.ticket).first()
    if demand is None:
        raise ConflictError(Code.STATE_CONFLICT, "This ticket is no demand.", state=pen.ticket.state)
    demand.ticket = pen.ticket
    TICKETS.demand(actor, right, pen.ticket)
    return pen, demand


def _node(demand: Demand, key: str) -> PlanNode:
    node = demand.nodes.filter(key=key).first()
    if node is None:
        raise TianmuError(Code.NODE, "There is no node with this key.", status=404)
    if node.confirmed_a_at is None or node.confirmed_b_at is None:
        raise ConflictError(Code.PLAN_NOT_AGREED, "Both sides must have confirmed this node first.", state=demand.state)
    return node


def _save(demand: Demand) -> None:
    demand.version += 1
    demand.save()


def _save_node(node: PlanNode, *fields: str) -> None:
    node.version += 1
    node.save(update_fields=[*fields, "version", "changed_at"])
