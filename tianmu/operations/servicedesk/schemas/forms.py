"""The forms that belong to some tickets: a demand with its plan, a controlled request, a change."""

from datetime import date, datetime

from ninja import Schema

from tianmu.foundation.access.actor import Actor
from tianmu.operations.servicedesk.actions.changes import told_in_time
from tianmu.operations.servicedesk.actions.demands import RIGHT_OF_SIDE
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules import demands as demand_rules
from tianmu.operations.servicedesk.rules.controlled import ControlledState, roles_next, steps_from
from tianmu.operations.servicedesk.selectors.work import role_held, sides_next, steps_allowed

CONFIRMS = {demand_rules.Side.A: Right.AGREE_FOR_A, demand_rules.Side.B: Right.AGREE_FOR_B}


class NodeOut(Schema):
    """A node of a plan."""

    key: str
    title: str
    due: datetime
    proposed_by: str
    confirmed_a_by: str
    confirmed_a_at: datetime | None
    confirmed_b_by: str
    confirmed_b_at: datetime | None
    agreed_at: datetime | None
    lapsed_at: datetime | None
    lapsed_reason: str
    done_at: datetime | None
    impact: bool
    complaint: str
    evidence: str


class DemandOut(Schema):
    """A demand form with its plan."""

    state: str
    moves: list[str]
    my_moves: list[str]
    my_sides: list[str]
    turn: list[str]
    complexity: str
    what: str
    why: str
    wanted_by: date | None
    submitted_at: datetime | None
    feedback_at: datetime | None
    possible: bool | None
    expected_on: date | None
    extra_cost: bool | None
    feedback: str
    method: str
    quotation: str
    agreed_at: datetime | None
    done_at: datetime | None
    accepted_at: datetime | None
    nodes: list[NodeOut]
    version: int


class DeskStepOut(Schema):
    """Who did which step."""

    at: datetime
    step: str
    role: str
    name: str
    note: str


class ControlledOut(Schema):
    """A controlled request without its sealed parts; those have an address of their own."""

    state: str
    next_steps: list[str]
    next_roles: list[str]
    my_role: str
    my_steps: list[str]
    reasons: list[str]
    why: str
    amount: str | None
    doable: bool | None
    planned_for: datetime | None
    answer: str
    target: str
    rows: int | None
    before_sha256: str
    after_sha256: str
    executed_at: datetime | None
    steps: list[DeskStepOut]


class ChangeOut(Schema):
    """A change of environment or site."""

    side: str
    notified_at: datetime
    in_time: bool
    window_from: datetime
    window_to: datetime
    plan: str
    back_out: str
    before: str
    after: str
    witnesses: list[str]
    done_at: datetime | None


def demand_out(row: Ticket, actor: Actor) -> DemandOut | None:
    """Present the demand of a ticket, if it is one."""
    demand = getattr(row, "demand", None)
    if demand is None:
        return None
    fields = {
        name: getattr(demand, name)
        for name in DemandOut.model_fields
        if name not in {"moves", "my_moves", "my_sides", "nodes", "turn"}
    }
    nodes = [
        NodeOut(
            **{name: getattr(one, name) for name in NodeOut.model_fields if name != "agreed_at"},
            agreed_at=max(one.confirmed_a_at, one.confirmed_b_at)
            if one.confirmed_a_at and one.confirmed_b_at
            else None,
        )
        for one in sorted(demand.nodes.all(), key=lambda one: (one.due, one.key))
    ]
    moves = demand_rules.moves_from(demand_rules.DemandState(demand.state))
    sides = [side for side, right in RIGHT_OF_SIDE.items() if actor.may(right, row.path)]
    return DemandOut(
        **fields,
        moves=[move.value for move in moves],
        my_moves=[move.value for move in moves if demand_rules.SIDE_OF_MOVE[move] in sides],
        my_sides=[side.value for side, right in CONFIRMS.items() if actor.may(right, row.path)],
        nodes=nodes,
        turn=[side.value for side in sides_next(demand)],
    )


def controlled_out(row: Ticket, actor: Actor) -> ControlledOut | None:
    """Present the controlled request of a ticket, if it is one."""
    request = getattr(row, "controlled", None)
    if request is None:
        return None
    own = {"next_steps", "next_roles", "my_role", "my_steps", "steps", "amount"}
    role = role_held(actor, request)
    fields = {name: getattr(request, name) for name in ControlledOut.model_fields if name not in own}
    request.ticket = row
    steps = sorted(request.steps.all(), key=lambda one: one.pk)
    return ControlledOut(
        **fields,
        amount=None if request.amount is None else f"{request.amount:.2f}",
        next_steps=[step.value for step in steps_from(ControlledState(request.state))],
        next_roles=[one.value for one in roles_next(ControlledState(request.state))],
        my_role=role.value if role else "",
        my_steps=[step.value for step in steps_allowed(actor, request)],
        steps=[DeskStepOut(at=one.at, step=one.step, role=one.role, name=one.name, note=one.note) for one in steps],
    )


def change_out(row: Ticket) -> ChangeOut | None:
    """Present the change of a ticket, if it is one."""
    change = getattr(row, "change", None)
    if change is None:
        return None
    fields = {name: getattr(change, name) for name in ChangeOut.model_fields if name != "in_time"}
    return ChangeOut(**fields, in_time=told_in_time(change.notified_at, change.window_from))
