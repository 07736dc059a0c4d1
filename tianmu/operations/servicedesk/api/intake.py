"""The ways in: pasted chats, letters, monitors, callers; and what may be chosen."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.servicedesk.actions import callers, chats
from tianmu.operations.servicedesk.actions.letters import take_letter
from tianmu.operations.servicedesk.actions.monitors import Told, hear
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.flapping import Signal
from tianmu.operations.servicedesk.rules.letters import MOST_BYTES
from tianmu.operations.servicedesk.schemas.tickets import DeskPlace, listed_out, ticket_out
from tianmu.operations.servicedesk.schemas.work import (
    CallerIn,
    CallerOut,
    ChatGroupOut,
    GroupIn,
    MonitorEventIn,
    MonitorIn,
    MonitorOutcome,
    PastedMessage,
    PasteIn,
    PastePreview,
    PasteTakeIn,
    PasteTaken,
    UsersIn,
    UsersOut,
    group_out,
)
from tianmu.operations.servicedesk.selectors.knowledge import demand_reader
from tianmu.operations.servicedesk.selectors.places import (
    caller_of,
    catalogue,
    chat_groups,
    demand_known,
    place_for,
    places_by_code,
    uses,
)
from tianmu.operations.servicedesk.selectors.queue import Wanted, listed, tickets
from tianmu.registry.organizations.models import Organization

router = Router()
MOST_OPEN = 10


class CatalogueOut(Schema):
    """What may be chosen: sub-systems and kinds of problem, each with its names."""

    subsystems: list[dict[str, Any]]
    problem_kinds: list[dict[str, Any]]


class LetterOut(Schema):
    """What became of a letter."""

    outcome: str
    ticket_number: str


class UseOut(Schema):
    """Which institutions use a sub-system."""

    subsystem: str
    institutions: list[UUID]


@router.get("/catalogue", response={200: CatalogueOut, **PROBLEMS})
def show_catalogue(request: HttpRequest) -> CatalogueOut:
    """Name sub-systems and kinds of problem."""
    demand_reader(actor_of(request))
    return CatalogueOut(subsystems=catalogue()["subsystems"], problem_kinds=catalogue()["problem_kinds"])


@router.get("/intake/groups", response={200: list[ChatGroupOut], **PROBLEMS})
def list_groups(request: HttpRequest) -> list[ChatGroupOut]:
    """List the work groups."""
    return [group_out(row) for row in chat_groups(actor_of(request))]


@router.post("/intake/groups", response={201: ChatGroupOut, **PROBLEMS})
def save_group(request: HttpRequest, body: GroupIn) -> Status[ChatGroupOut]:
    """Name a work group."""
    actor = actor_of(request)
    place = place_for(actor, body.institution_id) if body.institution_id else None
    row = chats.save_group(
        actor=actor, name=body.name, channel=body.channel, institution=place, group_id=body.id, active=body.active
    )
    return Status(201, group_out(row))


@router.post("/intake/chat/preview", response={200: PastePreview, **PROBLEMS})
def preview_chat(request: HttpRequest, body: PasteIn) -> PastePreview:
    """Read a pasted chat; nothing is kept."""
    found = chats.preview(actor=actor_of(request), group_id=body.group_id, text=body.text, now=timezone.now())
    group = str(found.group.pk)
    messages = [
        PastedMessage(key=one.key(group), sender=one.sender, at=one.at, text=one.text) for one in found.messages
    ]
    return PastePreview(messages=messages, known=found.known, unread=list(found.unread))


@router.post("/intake/chat", response={200: PasteTaken, **PROBLEMS})
def take_chat(request: HttpRequest, body: PasteTakeIn) -> PasteTaken:
    """Keep the fresh messages of a pasted chat."""
    actor, now = actor_of(request), timezone.now()
    demand_known(body.subsystems)
    kept = chats.Kept(
        group_id=body.group_id,
        text=body.text,
        kind=body.kind,
        title=body.title,
        subsystems=body.subsystems,
        institution=place_for(actor, body.institution_id) if body.institution_id else None,
        ticket_id=body.ticket_id,
        answers=frozenset(body.answers),
        left_out=frozenset(body.left_out),
    )
    ticket, fresh = chats.take_chat(actor=actor, kept=kept, now=now)
    return PasteTaken(ticket=ticket_out(ticket, actor, now) if ticket else None, fresh=fresh)


@router.post("/intake/mail", response={200: LetterOut, **PROBLEMS})
def take_mail(request: HttpRequest) -> LetterOut:
    """Take in one e-mail (message/rfc822)."""
    actor = actor_of(request)
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise TianmuError(Code.FILE_TOO_LARGE, "A letter may have 25 MB.", status=413)
    row = take_letter(actor=actor, data=request.body, now=timezone.now())
    return LetterOut(outcome=row.outcome, ticket_number=row.ticket.number if row.ticket else "")


@router.post("/intake/monitor", response={200: list[MonitorOutcome], **PROBLEMS})
def take_events(request: HttpRequest, body: MonitorIn) -> list[MonitorOutcome]:
    """Take in events of monitors, up to 200 at once."""
    actor, now = actor_of(request), timezone.now()
    actor.demand(Right.FEED_MONITOR)
    codes = {code for one in body.events for code in (one.institution_code, *one.affected_codes)}
    places = places_by_code(codes)
    demand_known([one.subsystem for one in body.events if one.subsystem])
    found = []
    for event in body.events:
        outcome, ticket = hear(actor=actor, told=_told(event, places), now=now)
        found.append(MonitorOutcome(outcome=outcome.value, ticket_number=ticket.number if ticket else ""))
    return found


def _told(event: MonitorEventIn, places: dict[str, Organization]) -> Told:
    unknown = [code for code in (event.institution_code, *event.affected_codes) if code not in places]
    if unknown:
        detail = f"There is no institution with the code {unknown[0]!r}."
        raise TianmuError(Code.UNKNOWN_KEY, detail, status=422, fields={"institution_code": "unknown"})
    return Told(
        source=event.source,
        check=event.check,
        signal=Signal(event.signal),
        at=event.at,
        text=event.text,
        institution=places[event.institution_code],
        subsystem=event.subsystem,
        blocks=event.blocks,
        affected=[places[code].pk for code in event.affected_codes],
    )


@router.get("/intake/caller", response={200: CallerOut, **PROBLEMS})
def show_caller(request: HttpRequest, phone: Annotated[str, Query(min_length=3, max_length=40)]) -> CallerOut:
    """Say who calls, with what her institution has open."""
    actor, now = actor_of(request), timezone.now()
    row = caller_of(actor, phone)
    if row is None:
        return CallerOut(institution=None, name="", open_tickets=[])
    place = row.institution
    rows = listed(tickets(actor, Wanted(open_only=True, unit_path=place.path))).order_by("rank", "due_at", "id")[
        :MOST_OPEN
    ]
    return CallerOut(
        institution=DeskPlace(id=place.pk, name=place.name),
        name=row.name,
        open_tickets=[listed_out(one, actor, now) for one in rows],
    )


@router.post("/intake/callers", response={204: None, **PROBLEMS})
def save_caller(request: HttpRequest, body: CallerIn) -> Status[None]:
    """Keep whose number this is."""
    actor = actor_of(request)
    place = place_for(actor, body.institution_id)
    callers.save_caller(actor=actor, phone=body.phone, name=body.name, institution=place)
    return Status(204, None)


@router.get("/subsystems", response={200: list[UseOut], **PROBLEMS})
def list_uses(request: HttpRequest) -> list[UseOut]:
    """List which institutions use which sub-system."""
    return [UseOut(subsystem=key, institutions=places) for key, places in uses(actor_of(request)).items()]


@router.put("/subsystems/{subsystem}/users", response={200: UsersOut, **PROBLEMS})
def set_users(request: HttpRequest, subsystem: str, body: UsersIn) -> UsersOut:
    """Say which institutions use a sub-system."""
    actor = actor_of(request)
    demand_known([subsystem])
    count = callers.set_users(actor=actor, subsystem=subsystem, institutions=body.institutions)
    return UsersOut(subsystem=subsystem, count=count)
