"""Lists of demands and controlled requests: where each stands, what is due, and who must act next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.operations.servicedesk.actions.controlled import RIGHT_OF_STEP
from tianmu.operations.servicedesk.models import (
    ControlledRequest,
    ControlledStep,
    Demand,
    PlanNode,
    Ticket,
    TicketClock,
)
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.controlled import (
    ControlledState,
    Role,
    Step,
    held_otherwise,
    steps_from,
)
from tianmu.operations.servicedesk.rules.demands import DemandState, Node, Side, turn
from tianmu.operations.servicedesk.selectors.queue import search_condition

OVER = ("closed", "declined")


@dataclass(frozen=True, slots=True)
class WorkWanted:
    """What a list of demands or controlled requests shows."""

    states: Sequence[str] = ()
    open_only: bool = True
    complexity: str = ""
    reason: str = ""
    subsystem: str = ""
    late_at: datetime | None = None
    search: str = ""


def demands(actor: Actor, wanted: WorkWanted) -> QuerySet[Demand]:
    """Return the demands that the actor may see, each with its ticket, nodes and running clocks."""
    clocks = TicketClock.objects.filter(type__in=["feedback", "node"]).order_by("due_at")
    rows = Demand.objects.select_related("ticket__institution__unit").prefetch_related(
        Prefetch("nodes", queryset=PlanNode.objects.order_by("due", "key")),
        Prefetch("ticket__clocks", queryset=clocks),
    )
    condition = _common(actor, wanted)
    if wanted.open_only and not wanted.states:
        condition &= ~Q(state__in=["closed"])
    if wanted.complexity:
        condition &= Q(complexity=wanted.complexity)
    if wanted.late_at is not None:
        late = TicketClock.objects.filter(ticket=OuterRef("ticket"), type__in=["feedback", "node"])
        condition &= Q(Exists(late.filter(Q(in_time=False) | Q(state="running", due_at__lt=wanted.late_at))))
    return rows.filter(condition)


def controlled_requests(actor: Actor, wanted: WorkWanted) -> QuerySet[ControlledRequest]:
    """Return the controlled requests that the actor may see, without what is sealed of them."""
    rows = ControlledRequest.objects.select_related("ticket__institution__unit").prefetch_related(
        Prefetch("steps", queryset=ControlledStep.objects.order_by("id"))
    )
    condition = _common(actor, wanted)
    if wanted.open_only and not wanted.states:
        condition &= ~Q(state__in=OVER)
    if wanted.reason:
        condition &= Q(reasons__contains=[wanted.reason])
    return rows.filter(condition).defer("what", "statement", "image_query", "rollback", "before_image", "after_image")


def _common(actor: Actor, wanted: WorkWanted) -> Q:
    seen = TICKETS.rows(actor, Right.VIEW, Ticket.objects.all())
    if wanted.search:
        seen = seen.filter(search_condition(wanted.search))
    if wanted.subsystem:
        seen = seen.filter(subsystems__contains=[wanted.subsystem])
    condition = Q(ticket__in=seen)
    return condition & Q(state__in=wanted.states) if wanted.states else condition


def sides_next(demand: Demand) -> list[Side]:
    """Return which side must act next."""
    nodes = [
        Node(one.key, one.due, one.confirmed_a_at, one.confirmed_b_at, one.lapsed_at, one.done_at)
        for one in demand.nodes.all()
        if one.lapsed_at is None
    ]
    return turn(DemandState(demand.state), nodes)


def holders_of(request: ControlledRequest) -> dict[Role, str]:
    """Return which account holds which role of a request."""
    return {Role(one.role): str(one.account_id) for one in request.steps.all() if one.role}


def steps_allowed(actor: Actor, request: ControlledRequest) -> list[Step]:
    """Return the steps that the actor may take now: it is their turn, she has the right, and holds no other role."""
    account, holders = str(actor.account_id or ""), holders_of(request)
    return [
        step
        for step in steps_from(ControlledState(request.state))
        if account
        and actor.may(RIGHT_OF_STEP[step], request.ticket.path)
        and held_otherwise(step, account, holders) is None
    ]


def role_held(actor: Actor, request: ControlledRequest) -> Role | None:
    """Return the role that the actor holds in a request."""
    account = str(actor.account_id or "")
    return next((role for role, holder in holders_of(request).items() if holder == account), None)
