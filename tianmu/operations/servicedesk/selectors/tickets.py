"""One ticket with everything about it; looking at it is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.audit.actions import record
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.documents.selectors import versions_of
from tianmu.operations.servicedesk.actions.frame import frame_at
from tianmu.operations.servicedesk.actions.major import REPORT
from tianmu.operations.servicedesk.actions.writing import entry_of, readings_of
from tianmu.operations.servicedesk.choices import Direction
from tianmu.operations.servicedesk.models import Attachment, Ticket, TicketEvent, TicketMessage
from tianmu.operations.servicedesk.models.tickets import OPEN_STATES
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.clocks import ClockReading
from tianmu.registry.organizations.models import Organization

MOST_SIMILAR = 5


@dataclass(frozen=True, slots=True)
class Whole:
    """A ticket, its log and messages as far as the actor may see them, and its clocks recomputed now."""

    ticket: Ticket
    log: Sequence[TicketEvent]
    messages: Sequence[TicketMessage]
    clocks: Sequence[ClockReading]
    institutions: dict[UUID, str]
    reports: Sequence[DocumentVersion]
    inside: bool


def whole_ticket(actor: Actor, ticket_id: UUID, now: datetime) -> Whole:
    """Return one ticket; internal notes and the log's inner facts only for who works on tickets there.

    Raises:
        MissingError: there is none that the actor may see.

    """
    rows = Ticket.objects.select_related(
        "institution__unit", "survivor", "demand", "controlled", "change", "survey", "problem"
    ).prefetch_related(
        Prefetch("log", queryset=TicketEvent.objects.order_by("number")),
        Prefetch("messages", queryset=TicketMessage.objects.order_by("at", "id")),
        Prefetch("attachments", queryset=Attachment.objects.order_by("id")),
        "links__target",
        "linked_by__source",
        "merged",
        "notes",
        "demand__nodes",
        "controlled__steps",
    )
    ticket = TICKETS.one(actor, Right.VIEW, rows, ticket_id)
    record(actor=actor, action="servicedesk.ticket.view", kind="ticket", key=ticket.pk)
    inside = any(TICKETS.allows(actor, right, ticket) for right in (Right.WORK, Right.DECIDE_GRADE))
    log = list(ticket.log.all())
    messages = [one for one in ticket.messages.all() if inside or one.direction != Direction.INTERNAL]
    names = Organization.objects.filter(pk__in=[*ticket.affected, *ticket.data_affected])
    return Whole(
        ticket=ticket,
        log=log,
        messages=messages,
        clocks=readings_of([entry_of(row) for row in log], frame_at(now, ticket.path)),
        institutions=dict(names.values_list("pk", "unit__name")),
        reports=_reports(ticket, inside=inside),
        inside=inside,
    )


def _reports(ticket: Ticket, *, inside: bool) -> list[DocumentVersion]:
    if ticket.kind != "incident":
        return []
    versions = versions_of(REPORT, ticket.pk)
    return list(versions if inside else versions.filter(state=VersionState.SIGNED))


def similar_tickets(actor: Actor, ticket: Ticket) -> QuerySet[Ticket]:
    """Return tickets of the same sub-system that are open or share its problem, newest first."""
    rows = Ticket.objects.filter(subsystems__overlap=ticket.subsystems).exclude(pk=ticket.pk)
    same = Q(state__in=OPEN_STATES)
    if ticket.problem_kind:
        same |= Q(problem_kind=ticket.problem_kind)
    return TICKETS.rows(actor, Right.VIEW, rows.filter(same)).order_by("-received_at", "-id")[:MOST_SIMILAR]


def engineers(actor: Actor, path: str, now: datetime) -> QuerySet[Account]:
    """Return who works on tickets of a place, for assigning and mentioning."""
    actor.demand(Right.WORK)
    return Account.objects.filter(pk__in=accounts_with(Right.WORK, path, now)).order_by("name", "id")
