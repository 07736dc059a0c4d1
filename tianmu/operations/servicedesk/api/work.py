"""Demands, controlled requests and changes."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.servicedesk.actions import changes, controlled, demands
from tianmu.operations.servicedesk.rules.controlled import Step
from tianmu.operations.servicedesk.rules.demands import DemandMove, Side
from tianmu.operations.servicedesk.schemas.details import TicketDetail, ticket_detail
from tianmu.operations.servicedesk.schemas.lists import (
    ControlledRowOut,
    DemandRowOut,
    controlled_row,
    demand_row,
)
from tianmu.operations.servicedesk.schemas.work import (
    ChangeDoneIn,
    ChangeIn,
    ComplexityIn,
    ControlledIn,
    ControlledStepIn,
    DemandIn,
    DemandMoveIn,
    ExecuteIn,
    NodeStepIn,
    PlanIn,
    PrepareIn,
    SealedPartsOut,
    SideIn,
)
from tianmu.operations.servicedesk.selectors import work as selected
from tianmu.operations.servicedesk.selectors.places import demand_known, place_for
from tianmu.operations.servicedesk.selectors.sealed_parts import sealed_parts, target_names
from tianmu.operations.servicedesk.selectors.tickets import whole_ticket

router = Router()
NEWEST = (SortKey("id", descending=True),)


class DemandQuery(PageQuery):
    """What a list of demands shows."""

    open: bool = True
    state: list[str] = Field(default_factory=list, max_length=11)
    complexity: str = Field("", pattern="^(ordinary|complex)?$")
    subsystem: str = Field("", max_length=40)
    late: bool = False
    search: str = Field("", max_length=60)


class ControlledQuery(PageQuery):
    """What a list of controlled requests shows."""

    open: bool = True
    state: list[str] = Field(default_factory=list, max_length=9)
    reason: str = Field("", pattern="^(medical_document|money|database)?$")
    search: str = Field("", max_length=60)


class TargetsOut(Schema):
    """The databases that controlled requests may change."""

    items: list[str]


@router.get("/demands", response={200: Page[DemandRowOut], **PROBLEMS})
def list_demands(request: HttpRequest, query: Query[DemandQuery]) -> Page[DemandRowOut]:
    """List demands, the newest first."""
    actor, now = actor_of(request), timezone.now()
    wanted = selected.WorkWanted(
        states=query.state,
        open_only=query.open,
        complexity=query.complexity,
        subsystem=query.subsystem,
        late_at=now if query.late else None,
        search=query.search,
    )
    return page(selected.demands(actor, wanted), NEWEST, query, lambda row: demand_row(row, now))


@router.get("/controlled", response={200: Page[ControlledRowOut], **PROBLEMS})
def list_controlled(request: HttpRequest, query: Query[ControlledQuery]) -> Page[ControlledRowOut]:
    """List controlled requests, the newest first."""
    actor = actor_of(request)
    wanted = selected.WorkWanted(states=query.state, open_only=query.open, reason=query.reason, search=query.search)
    return page(selected.controlled_requests(actor, wanted), NEWEST, query, lambda row: controlled_row(row, actor))


@router.post("/demands", response={201: TicketDetail, **PROBLEMS})
def write_demand(request: HttpRequest, body: DemandIn) -> Status[TicketDetail]:
    """Write a demand form as a draft."""
    actor = actor_of(request)
    demand_known(body.subsystems)
    form = demands.Form(
        **body.model_dump(exclude={"institution_id"}), institution=place_for(actor, body.institution_id)
    )
    row = demands.write_demand(actor=actor, form=form, now=timezone.now())
    return Status(201, _detail(actor, row.ticket_id))


@router.post("/demands/{ticket_id}/moves", response={200: TicketDetail, **PROBLEMS})
def move_demand(request: HttpRequest, ticket_id: UUID, body: DemandMoveIn) -> TicketDetail:
    """Move a demand on."""
    actor = actor_of(request)
    feedback = demands.Feedback(
        text=body.feedback or body.reason,
        possible=body.possible,
        expected_on=body.expected_on,
        extra_cost=body.extra_cost,
        quotation=body.quotation,
    )
    demands.move_demand(
        actor=actor,
        ticket_id=ticket_id,
        move=DemandMove(body.move),
        feedback=feedback,
        reason=body.reason,
        now=timezone.now(),
    )
    return _detail(actor, ticket_id)


@router.post("/demands/{ticket_id}/complexity", response={200: TicketDetail, **PROBLEMS})
def set_complexity(request: HttpRequest, ticket_id: UUID, body: ComplexityIn) -> TicketDetail:
    """Say whether a demand is ordinary or complex."""
    actor = actor_of(request)
    demands.set_complexity(
        actor=actor, ticket_id=ticket_id, complexity=body.complexity, reason=body.reason, now=timezone.now()
    )
    return _detail(actor, ticket_id)


@router.post("/demands/{ticket_id}/plan", response={200: TicketDetail, **PROBLEMS})
def propose_plan(request: HttpRequest, ticket_id: UUID, body: PlanIn) -> TicketDetail:
    """Propose nodes, at first or anew."""
    actor = actor_of(request)
    nodes = [demands.PlannedNode(one.key, one.title, one.due) for one in body.nodes]
    demands.propose_plan(actor=actor, ticket_id=ticket_id, method=body.method, nodes=nodes, now=timezone.now())
    return _detail(actor, ticket_id)


@router.post("/demands/{ticket_id}/plan/confirm", response={200: TicketDetail, **PROBLEMS})
def confirm_plan(request: HttpRequest, ticket_id: UUID, body: SideIn) -> TicketDetail:
    """Confirm the open nodes for one side."""
    actor = actor_of(request)
    demands.confirm_plan(actor=actor, ticket_id=ticket_id, side=Side(body.side), now=timezone.now())
    return _detail(actor, ticket_id)


@router.post("/demands/{ticket_id}/nodes/{key}", response={200: TicketDetail, **PROBLEMS})
def step_node(request: HttpRequest, ticket_id: UUID, key: str, body: NodeStepIn) -> TicketDetail:
    """Say that a node lapsed, is done, or what missing it led to."""
    actor, now = actor_of(request), timezone.now()
    if body.step == "lapse":
        demands.lapse_node(actor=actor, ticket_id=ticket_id, key=key, reason=body.reason, now=now)
    elif body.step == "finish":
        demands.finish_node(actor=actor, ticket_id=ticket_id, key=key, at=body.at, now=now)
    else:
        demands.note_consequence(
            actor=actor,
            ticket_id=ticket_id,
            key=key,
            impact=body.impact,
            complaint=body.complaint,
            evidence=body.evidence,
            now=now,
        )
    return _detail(actor, ticket_id)


@router.post("/controlled", response={201: TicketDetail, **PROBLEMS})
def ask_controlled(request: HttpRequest, body: ControlledIn) -> Status[TicketDetail]:
    """Ask for a change of medical documents, large fees or data in a database."""
    actor = actor_of(request)
    demand_known(body.subsystems)
    asked = controlled.Asked(
        **body.model_dump(exclude={"institution_id"}), institution=place_for(actor, body.institution_id)
    )
    row = controlled.ask(actor=actor, asked=asked, now=timezone.now())
    return Status(201, _detail(actor, row.ticket_id))


@router.post("/controlled/{ticket_id}/steps", response={200: TicketDetail, **PROBLEMS})
def advance_controlled(request: HttpRequest, ticket_id: UUID, body: ControlledStepIn) -> TicketDetail:
    """Take, confirm, answer, check, send back, decline or close a controlled request."""
    actor = actor_of(request)
    controlled.advance(
        actor=actor,
        ticket_id=ticket_id,
        step=Step(body.step),
        note=body.note,
        doable=body.doable,
        planned_for=body.planned_for,
        now=timezone.now(),
    )
    return _detail(actor, ticket_id)


@router.post("/controlled/{ticket_id}/prepare", response={200: TicketDetail, **PROBLEMS})
def prepare_controlled(request: HttpRequest, ticket_id: UUID, body: PrepareIn) -> TicketDetail:
    """Prepare a change with a dry run, or with the image before."""
    actor = actor_of(request)
    change = controlled.Change(**body.model_dump(exclude={"note"}))
    controlled.prepare(actor=actor, ticket_id=ticket_id, change=change, note=body.note, now=timezone.now())
    return _detail(actor, ticket_id)


@router.post("/controlled/{ticket_id}/execute", response={200: TicketDetail, **PROBLEMS})
def execute_controlled(request: HttpRequest, ticket_id: UUID, body: ExecuteIn) -> TicketDetail:
    """Do what was prepared and checked."""
    actor = actor_of(request)
    controlled.execute(actor=actor, ticket_id=ticket_id, after_image=body.after, note=body.note, now=timezone.now())
    return _detail(actor, ticket_id)


@router.get("/controlled/{ticket_id}/sealed", response={200: SealedPartsOut, **PROBLEMS})
def show_sealed(request: HttpRequest, ticket_id: UUID) -> SealedPartsOut:
    """Show the sealed parts of a controlled request to those who take part in it."""
    return SealedPartsOut(**sealed_parts(actor_of(request), ticket_id))


@router.get("/controlled-targets", response={200: TargetsOut, **PROBLEMS})
def list_targets(request: HttpRequest) -> TargetsOut:
    """Name the databases that controlled requests may change."""
    return TargetsOut(items=target_names(actor_of(request)))


@router.post("/changes", response={201: TicketDetail, **PROBLEMS})
def announce_change(request: HttpRequest, body: ChangeIn) -> Status[TicketDetail]:
    """Announce a change of environment or site."""
    actor = actor_of(request)
    demand_known(body.subsystems)
    given = body.model_dump(exclude={"institution_id", "side"})
    notice = changes.Notice(**given, side=Side(body.side), institution=place_for(actor, body.institution_id))
    row = changes.announce(actor=actor, notice=notice, now=timezone.now())
    return Status(201, _detail(actor, row.ticket_id))


@router.post("/changes/{ticket_id}/finish", response={200: TicketDetail, **PROBLEMS})
def finish_change(request: HttpRequest, ticket_id: UUID, body: ChangeDoneIn) -> TicketDetail:
    """Write what a change found and left, and who was there."""
    actor = actor_of(request)
    changes.finish_change(actor=actor, ticket_id=ticket_id, **body.model_dump(), now=timezone.now())
    return _detail(actor, ticket_id)


def _detail(actor: Actor, ticket_id: UUID) -> TicketDetail:
    now = timezone.now()
    return ticket_detail(whole_ticket(actor, ticket_id, now), actor, now)
