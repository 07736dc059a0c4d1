"""Tickets that belong together: merged into one, linked, split; and visits to the institution."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError
from tianmu.operations.servicedesk.actions.contract_facts import withdraw_from_contract
from tianmu.operations.servicedesk.actions.frame import frame_at
from tianmu.operations.servicedesk.actions.grading import propose_again
from tianmu.operations.servicedesk.actions.intake import next_number
from tianmu.operations.servicedesk.actions.writing import Pen, demand_reason, locked, pen_for
from tianmu.operations.servicedesk.choices import LinkKind, TicketKind
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import Ticket, TicketLink, TicketMessage
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.lifecycle import OPEN, Move
from tianmu.operations.servicedesk.rules.log import Kind
from tianmu.operations.servicedesk.rules.words import text_keys


@transaction.atomic
def merge(*, actor: Actor, ticket_id: UUID, into_id: UUID, reason: str, now: datetime) -> Ticket:
    """Merge a ticket into another: it points there, and its affected institutions go over.

    Raises:
        ConflictError: one of both is over, or they are the same.

    """
    why = demand_reason(reason)
    both = sorted({ticket_id, into_id})
    if len(both) != 2:
        raise ConflictError(Code.MERGE, "A ticket cannot be merged into itself.", state="")
    for key in both:
        seen = TICKETS.one(actor, Right.VIEW, Ticket.objects.all(), key)
        TICKETS.demand(actor, Right.WORK, seen)
    held = {key: locked(key) for key in both}
    ticket, survivor = held[ticket_id], held[into_id]
    if survivor.state not in OPEN or ticket.state not in OPEN:
        detail = "Only open tickets are merged. Link the two instead."
        raise ConflictError(Code.MERGE, detail, state=survivor.state if survivor.state not in OPEN else ticket.state)
    _absorb(Pen(survivor, actor, frame_at(now, survivor.path)), ticket)
    pen = Pen(ticket, actor, frame_at(now, ticket.path))
    pen.step(Move.MERGE, facts={"into": survivor.number}, reason=why)
    pen.set(survivor_id=survivor.pk, closed_at=now)
    merged = pen.finish("merged", reason=why)
    withdraw_from_contract(merged, actor=actor, reason=f"merged into {survivor.number}: {why}", now=now)
    return merged


def _absorb(pen: Pen, ticket: Ticket) -> None:
    survivor = pen.ticket
    pen.note(Kind.ABSORBED, facts={"number": ticket.number, "affected": [str(one) for one in ticket.affected]})
    pen.set(
        affected=list(dict.fromkeys([*survivor.affected, *ticket.affected])),
        data_affected=list(dict.fromkeys([*survivor.data_affected, *ticket.data_affected])),
        core_blocked=survivor.core_blocked or ticket.core_blocked,
        keys=list(dict.fromkeys([*survivor.keys, *ticket.keys]))[:1500],
    )
    if survivor.kind == TicketKind.INCIDENT:
        propose_again(pen)
    pen.finish("absorbed")


@transaction.atomic
def link(*, actor: Actor, ticket_id: UUID, other_id: UUID, kind: str, now: datetime) -> TicketLink:
    """Link two tickets; linking twice changes nothing.

    Raises:
        ConflictError: a ticket is not linked to itself.

    """
    if ticket_id == other_id:
        raise ConflictError(Code.MERGE, "A ticket is not linked to itself.", state="")
    other = TICKETS.one(actor, Right.VIEW, Ticket.objects.all(), other_id)
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    row, fresh = TicketLink.objects.get_or_create(
        source=pen.ticket, target=other, kind=LinkKind(kind).value, defaults={"at": now, "by": actor.name}
    )
    if fresh:
        pen.note(Kind.LINKED, facts={"kind": row.kind, "number": other.number})
        pen.finish("linked")
    return row


@transaction.atomic
def split(*, actor: Actor, ticket_id: UUID, title: str, text: str, kind: str, now: datetime) -> Ticket:
    """Make a ticket of its own from a part of another; it keeps the instant at which the user raised it."""
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    whole = pen.ticket
    part = Ticket.objects.create(
        number=next_number(pen.frame.levels.number_prefix, now),
        kind=kind,
        channel=whole.channel,
        title=demand_reason(title, "title")[:120],
        raised_at=whole.raised_at,
        received_at=now,
        late_reason=f"split from {whole.number}",
        institution_id=whole.institution_id,
        path=whole.path,
        raiser_id=whole.raiser_id,
        raiser_name=whole.raiser_name,
        opened_by=actor.name,
        subsystems=whole.subsystems,
        urgency=whole.urgency,
        occurred_at=whole.occurred_at,
        keys=text_keys(title, text),
    )
    TicketLink.objects.create(source=part, target=whole, kind=LinkKind.SPLIT_FROM, at=now, by=actor.name)
    TicketMessage.objects.create(
        ticket=part, direction="inbound", channel=whole.channel, author=whole.raiser_name or actor.name,
        at=whole.raised_at, recorded_at=now, text=text.strip() or title,
    )  # fmt: skip
    other = Pen(part, actor, pen.frame)
    other.note(Kind.RAISED, at=whole.raised_at, facts={"ticket_kind": kind, "channel": whole.channel})
    if kind == TicketKind.INCIDENT:
        propose_again(other)
    other.finish("opened")
    pen.note(Kind.SPLIT, facts={"number": part.number})
    pen.finish("split")
    return part


@transaction.atomic
def dispatch(*, actor: Actor, ticket_id: UUID, where: str, minutes: int | None, who: str, now: datetime) -> Ticket:
    """Send somebody to the institution (O-006); the visit's clock runs from here."""
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    number = pen.ticket.log.filter(kind=Kind.DISPATCHED).count() + 1
    facts = {"visit": str(number), "where": where, "who": who or actor.name}
    pen.note(Kind.DISPATCHED, facts={**facts, "minutes": minutes} if minutes else facts)
    return pen.finish("dispatched")


@transaction.atomic
def arrive(*, actor: Actor, ticket_id: UUID, note: str, now: datetime) -> Ticket:
    """Say that the last visit has arrived.

    Raises:
        ConflictError: nobody is on the way.

    """
    return _visit(actor, ticket_id, Kind.ARRIVED, note, now)


@transaction.atomic
def leave(*, actor: Actor, ticket_id: UUID, note: str, now: datetime) -> Ticket:
    """Say that the visit is over, with what was done and who signed the sheet there."""
    return _visit(actor, ticket_id, Kind.LEFT, demand_reason(note, "note"), now)


def _visit(actor: Actor, ticket_id: UUID, kind: Kind, note: str, now: datetime) -> Ticket:
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    kinds = [Kind.DISPATCHED, Kind.ARRIVED, Kind.LEFT]
    newest = pen.ticket.log.filter(kind__in=kinds).order_by("number").last()
    expected = Kind.DISPATCHED if kind is Kind.ARRIVED else Kind.ARRIVED
    if newest is None or newest.kind != expected:
        raise ConflictError(Code.STATE_CONFLICT, "No visit is on its way.", state=pen.ticket.state)
    pen.note(kind, facts={"visit": newest.facts["visit"]}, reason=note)
    return pen.finish("visit")
