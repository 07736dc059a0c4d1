"""The queue, one ticket, its moves, what is said in it, and what it belongs to."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import AwareDatetime, Field

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.request import typed
from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, beyond, page, sorting
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.servicedesk.actions import joining, moving, talk
from tianmu.operations.servicedesk.actions.grading import describe
from tianmu.operations.servicedesk.actions.helpers import answer_survey
from tianmu.operations.servicedesk.actions.intake import Draft, open_ticket
from tianmu.operations.servicedesk.choices import TicketKind
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.schemas.details import (
    SurveyOut,
    TicketDetail,
    TicketMessageOut,
    file_out,
    message_out,
    ticket_detail,
)
from tianmu.operations.servicedesk.schemas.tickets import (
    AssignIn,
    DeskCounts,
    FileOut,
    LimitIn,
    LinkIn,
    MergeIn,
    MoveIn,
    OwnTicketIn,
    SayIn,
    SplitIn,
    SurveyIn,
    TicketIn,
    TicketOut,
    TicketPatch,
    VisitIn,
    listed_out,
    ticket_out,
)
from tianmu.operations.servicedesk.selectors.places import demand_known, place_for
from tianmu.operations.servicedesk.selectors.queue import Wanted, counts, first_listed, horizons, listed, tickets
from tianmu.operations.servicedesk.selectors.tickets import similar_tickets, whole_ticket

router = Router()
QUEUE_ORDER = (SortKey("rank"), SortKey("due_at"), SortKey("id"))
NEWEST_ORDER = (SortKey("received_at", descending=True), SortKey("id", descending=True))


class QueueQuery(PageQuery):
    """What a list shows."""

    open: bool = True
    state: list[str] = Field(default_factory=list, max_length=9)
    kind: list[str] = Field(default_factory=list, max_length=7)
    channel: list[str] = Field(default_factory=list, max_length=8)
    grade: list[int] = Field(default_factory=list, max_length=4)
    subsystem: str = Field("", max_length=40)
    unit: str = Field("", max_length=400)
    assignee: str = Field("", max_length=40, pattern="^(me|nobody|[0-9a-f-]{36})?$")
    raised_by: str = Field("", pattern="^(me)?$")
    overdue: bool = False
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    problem_id: UUID | None = None
    search: str = Field("", max_length=60)
    order: str = Field("queue", pattern="^(queue|newest)$")


class SimilarOut(Schema):
    """Tickets that may be the same matter."""

    items: list[TicketOut]


def wanted_of(query: QueueQuery, actor: Actor, now: datetime) -> Wanted:
    """Return what a query asks for."""
    named = query.assignee not in {"", "me", "nobody"}
    return Wanted(
        open_only=query.open and not query.state,
        states=tuple(query.state),
        kinds=tuple(query.kind),
        channels=tuple(query.channel),
        grades=tuple(query.grade),
        subsystem=query.subsystem,
        unit_path=query.unit,
        assignee_id=actor.account_id if query.assignee == "me" else UUID(query.assignee) if named else None,
        unassigned=query.assignee == "nobody",
        raised_by_me=query.raised_by == "me",
        overdue_at=now if query.overdue else None,
        since=query.since,
        until=query.until,
        problem_id=query.problem_id,
        search=query.search,
    )


@router.get("/tickets", response={200: Page[TicketOut], **PROBLEMS})
def queue(request: HttpRequest, query: Query[QueueQuery]) -> Page[TicketOut]:
    """List tickets: major incidents first, then urgent ones, then what is due first; or the newest first."""
    actor, now = actor_of(request), timezone.now()
    wanted, order = wanted_of(query, actor, now), QUEUE_ORDER if query.order == "queue" else NEWEST_ORDER

    def shown(rows: QuerySet[Any], first: list[Any] | None = None) -> Page[TicketOut]:
        return page(rows, order, query, lambda row: listed_out(row, actor, now), first=first)

    if not query.cursor:
        first = first_listed(actor, wanted, sorting(order), query.limit + 1)
        if first is not None:
            return shown(Ticket.objects.none(), first)
    rows = listed(tickets(actor, wanted))
    if query.search and order is NEWEST_ORDER:
        for since in horizons(beyond(order, query)):
            found = shown(rows.filter(received_at__gte=since))
            if found.next_cursor:
                return found
        return found
    return shown(rows)


@router.get("/counts", response={200: DeskCounts, **PROBLEMS})
def queue_counts(request: HttpRequest, query: Query[QueueQuery]) -> DeskCounts:
    """Count open tickets under the same filters."""
    actor, now = actor_of(request), timezone.now()
    return DeskCounts.model_validate(counts(actor, wanted_of(query, actor, now), now))


@router.post("/tickets", response={201: TicketOut, **PROBLEMS})
def enter(request: HttpRequest, body: TicketIn) -> Status[TicketOut]:
    """Enter a ticket for somebody who called or wrote."""
    actor, now = actor_of(request), timezone.now()
    given = body.model_dump(exclude={"institution_id", "contact", "configuration_items"})
    demand_known(body.subsystems)
    draft = Draft(
        **given,
        items=body.configuration_items,
        institution=place_for(actor, body.institution_id),
        contact=body.contact or None,
    )
    return Status(201, ticket_out(open_ticket(actor=actor, draft=draft, now=now), actor, now))


@router.post("/my-tickets", response={201: TicketOut, **PROBLEMS})
def raise_own(request: HttpRequest, body: OwnTicketIn) -> Status[TicketOut]:
    """Raise a ticket of one's own: what, where, and whether work stands still."""
    actor, now = actor_of(request), timezone.now()
    demand_known([body.subsystem] if body.subsystem else [])
    draft = Draft(
        kind=TicketKind.INCIDENT if body.blocked else TicketKind.QUESTION,
        channel="app" if request.headers.get("X-Tianmu-Client") == "point" else "web",
        title=body.title,
        text=body.text,
        institution=place_for(actor, None),
        raiser=_own_account(request, actor),
        subsystems=(body.subsystem,) if body.subsystem else (),
        core_blocked=body.blocked,
    )
    return Status(201, ticket_out(open_ticket(actor=actor, draft=draft, now=now), actor, now))


def _own_account(request: HttpRequest, actor: Actor) -> Account:
    session = typed(request).session_row
    return session.account if session is not None else Account.objects.get(pk=actor.demand_account())


@router.get("/tickets/{ticket_id}", response={200: TicketDetail, **PROBLEMS})
def detail(request: HttpRequest, ticket_id: UUID) -> TicketDetail:
    """Show one ticket with everything about it; its clocks are recomputed from the log."""
    return _detail(actor_of(request), ticket_id)


@router.patch("/tickets/{ticket_id}", response={200: TicketDetail, **PROBLEMS})
def patch(request: HttpRequest, ticket_id: UUID, body: TicketPatch) -> TicketDetail:
    """Change what a ticket says of itself."""
    actor = actor_of(request)
    values = body.model_dump(exclude_unset=True)
    demand_known(values.get("subsystems") or [])
    if "configuration_items" in values:
        values["items"] = values.pop("configuration_items")
    describe(actor=actor, ticket_id=ticket_id, values=values, now=timezone.now())
    return _detail(actor, ticket_id)


@router.post("/tickets/{ticket_id}/moves", response={200: TicketDetail, **PROBLEMS})
def move(request: HttpRequest, ticket_id: UUID, body: MoveIn) -> TicketDetail:
    """Move a ticket on."""
    actor, now = actor_of(request), timezone.now()
    if body.move == "resolve":
        moving.resolve(
            actor=actor,
            ticket_id=ticket_id,
            resolution=body.resolution,
            problem_kind=body.problem_kind,
            at=body.at,
            now=now,
        )
    elif body.move == "wait":
        if not body.wait_for:
            detail = "Say for whom or what the ticket waits."
            raise TianmuError(Code.REASON_MISSING, detail, status=422, fields={"wait_for": "required"})
        moving.wait(actor=actor, ticket_id=ticket_id, wait_for=body.wait_for, reason=body.reason, now=now)
    elif body.move in REASONED_MOVES:
        REASONED_MOVES[body.move](actor=actor, ticket_id=ticket_id, reason=body.reason, now=now)
    else:
        PLAIN_MOVES[body.move](actor=actor, ticket_id=ticket_id, now=now)
    return _detail(actor, ticket_id)


PLAIN_MOVES = {
    "accept": moving.accept,
    "start": moving.start,
    "resume": moving.resume,
    "confirm": moving.confirm,
    "close": moving.close,
}
REASONED_MOVES = {"release": moving.release, "reopen": moving.reopen, "reject": moving.reject}


@router.post("/tickets/{ticket_id}/assign", response={200: TicketDetail, **PROBLEMS})
def assign(request: HttpRequest, ticket_id: UUID, body: AssignIn) -> TicketDetail:
    """Give a ticket to an engineer."""
    actor = actor_of(request)
    moving.assign(actor=actor, ticket_id=ticket_id, account_id=body.account_id, reason=body.reason, now=timezone.now())
    return _detail(actor, ticket_id)


@router.post("/tickets/{ticket_id}/messages", response={201: TicketMessageOut, **PROBLEMS})
def say(request: HttpRequest, ticket_id: UUID, body: SayIn) -> Status[TicketMessageOut]:
    """Write a message."""
    said = talk.Said(**body.model_dump())
    row = talk.say(actor=actor_of(request), ticket_id=ticket_id, said=said, now=timezone.now())
    return Status(201, message_out(row))


@router.post("/tickets/{ticket_id}/files", response={201: FileOut, **PROBLEMS})
def attach(request: HttpRequest, ticket_id: UUID, file: Annotated[UploadedFile, File()]) -> Status[FileOut]:
    """Keep a file of a ticket."""
    row = talk.attach(
        actor=actor_of(request),
        ticket_id=ticket_id,
        name=file.name or "file",
        content_type=file.content_type or "",
        data=file.read(),
        now=timezone.now(),
    )
    return Status(201, file_out(row))


@router.get("/files/{file_id}", response={200: bytes, **PROBLEMS})
def download(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Send a file of a ticket; pictures may be shown in place, everything else is saved."""
    row, data = talk.file_of(actor_of(request), file_id)
    response = HttpResponse(data, content_type=row.content_type)
    shown = "inline" if row.content_type.startswith("image/") else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{row.sha256[:16]}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


@router.post("/tickets/{ticket_id}/limit", response={200: TicketDetail, **PROBLEMS})
def agree_limit(request: HttpRequest, ticket_id: UUID, body: LimitIn) -> TicketDetail:
    """Write down a longer limit agreed with the administrator."""
    actor = actor_of(request)
    moving.agree_limit(
        actor=actor, ticket_id=ticket_id, until=body.until, agreed_with=body.agreed_with, now=timezone.now()
    )
    return _detail(actor, ticket_id)


@router.post("/tickets/{ticket_id}/visits", response={200: TicketDetail, **PROBLEMS})
def visit(request: HttpRequest, ticket_id: UUID, body: VisitIn) -> TicketDetail:
    """Dispatch somebody, say that she has arrived, or that the visit is over."""
    actor, now = actor_of(request), timezone.now()
    if body.step == "dispatch":
        joining.dispatch(
            actor=actor, ticket_id=ticket_id, where=body.where, minutes=body.minutes, who=body.who, now=now
        )
    elif body.step == "arrive":
        joining.arrive(actor=actor, ticket_id=ticket_id, note=body.note, now=now)
    else:
        joining.leave(actor=actor, ticket_id=ticket_id, note=body.note, now=now)
    return _detail(actor, ticket_id)


@router.post("/tickets/{ticket_id}/merge", response={200: TicketDetail, **PROBLEMS})
def merge(request: HttpRequest, ticket_id: UUID, body: MergeIn) -> TicketDetail:
    """Merge a ticket into another."""
    actor = actor_of(request)
    joining.merge(actor=actor, ticket_id=ticket_id, into_id=body.into_id, reason=body.reason, now=timezone.now())
    return _detail(actor, ticket_id)


@router.post("/tickets/{ticket_id}/links", response={200: TicketDetail, **PROBLEMS})
def link(request: HttpRequest, ticket_id: UUID, body: LinkIn) -> TicketDetail:
    """Link a ticket with another."""
    actor = actor_of(request)
    joining.link(actor=actor, ticket_id=ticket_id, other_id=body.other_id, kind=body.kind, now=timezone.now())
    return _detail(actor, ticket_id)


@router.post("/tickets/{ticket_id}/split", response={201: TicketOut, **PROBLEMS})
def split(request: HttpRequest, ticket_id: UUID, body: SplitIn) -> Status[TicketOut]:
    """Make a ticket of its own from a part of another."""
    actor, now = actor_of(request), timezone.now()
    part = joining.split(actor=actor, ticket_id=ticket_id, title=body.title, text=body.text, kind=body.kind, now=now)
    return Status(201, ticket_out(part, actor, now))


@router.get("/tickets/{ticket_id}/similar", response={200: SimilarOut, **PROBLEMS})
def similar(request: HttpRequest, ticket_id: UUID) -> SimilarOut:
    """List tickets that may be the same matter."""
    actor, now = actor_of(request), timezone.now()
    row = TICKETS.one(actor, Right.VIEW, Ticket.objects.all(), ticket_id)
    rows = similar_tickets(actor, row).select_related("institution__unit")
    return SimilarOut(items=[ticket_out(one, actor, now) for one in rows])


@router.post("/tickets/{ticket_id}/survey", response={200: SurveyOut, **PROBLEMS})
def survey(request: HttpRequest, ticket_id: UUID, body: SurveyIn) -> SurveyOut:
    """Say how one was served."""
    row = answer_survey(
        actor=actor_of(request), ticket_id=ticket_id, score=body.score, text=body.text, now=timezone.now()
    )
    return SurveyOut(asked_at=row.asked_at, score=row.score, text=row.text, answered_at=row.answered_at)


def _detail(actor: Actor, ticket_id: UUID) -> TicketDetail:
    now = timezone.now()
    return ticket_detail(whole_ticket(actor, ticket_id, now), actor, now)
