"""What an incident is: whom it hits, how heavily, whose doing it was; the grade is proposed, A decides it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.events.actions import publish
from tianmu.operations.servicedesk.actions.intake import propose_for
from tianmu.operations.servicedesk.actions.writing import Pen, demand_past, demand_reason, pen_for
from tianmu.operations.servicedesk.choices import Excluded, TicketKind
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.events import IncidentGraded
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.grades import Effect
from tianmu.operations.servicedesk.rules.lifecycle import MAJOR_GRADES
from tianmu.operations.servicedesk.rules.log import Kind
from tianmu.registry.organizations.models import Organization

CHANGEABLE = frozenset({"title", "kind", "urgency", "subsystems", "items", "affected", "data_affected", "core_blocked",
                        "effect", "problem_kind", "sensitive"})  # fmt: skip
_GRADING = frozenset({"kind", "subsystems", "affected", "data_affected", "core_blocked", "effect"})


@transaction.atomic
def describe(*, actor: Actor, ticket_id: UUID, values: Mapping[str, Any], now: datetime) -> Ticket:
    """Change what a ticket says of itself; former values stay in the log, and an incident's grade is proposed anew.

    Raises:
        TianmuError: an institution is unknown.

    """
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    old, facts = _change(pen, values)
    return pen.finish("described", old=old, new=facts) if facts else pen.ticket


def _change(pen: Pen, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs, with its entry of the log; return the former and the fresh values, empty when none did."""
    ticket = pen.ticket
    fresh = {name: value for name, value in values.items() if name in CHANGEABLE and value is not None}
    for name in ("affected", "data_affected"):
        if name in fresh:
            fresh[name] = _institutions(fresh[name], name)
    if "effect" in fresh:
        fresh["effect"] = Effect(fresh["effect"]).value
    changes = {name: value for name, value in fresh.items() if getattr(ticket, name) != value}
    if not changes:
        return {}, {}
    old = {name: _plain(getattr(ticket, name)) for name in changes}
    facts = {name: _plain(value) for name, value in changes.items()}
    if "kind" in changes:
        facts["ticket_kind"] = changes["kind"]
    pen.set(**changes)
    pen.note(Kind.CHANGED, facts={**facts, "former": old})
    if ticket.kind == TicketKind.INCIDENT and _GRADING & changes.keys():
        propose_again(pen)
    return old, facts


def propose_again(pen: Pen) -> None:
    """Propose the grade anew; it counts while nobody has decided."""
    proposed = propose_for(pen.ticket)
    if proposed != pen.ticket.proposed_grade:
        pen.set(proposed_grade=proposed)
        pen.note(Kind.GRADED, facts={"grade": proposed, "proposed": True})


@transaction.atomic
def decide_grade(
    *,
    actor: Actor,
    ticket_id: UUID,
    grade: int,
    reason: str,
    now: datetime,
    answers: Mapping[str, Any] | None = None,
) -> Ticket:
    """Decide the grade of an incident (1 to 4), with a reason; every decision is kept with its instant.

    `answers` are what it rests on (institutions, data, effect): they are written to the ticket with the decision.

    Raises:
        ConflictError: the ticket is no incident, or merged.

    """
    pen = pen_for(actor, Right.DECIDE_GRADE, ticket_id, now)
    ticket = pen.ticket
    if ticket.kind != TicketKind.INCIDENT or ticket.state == "merged":
        raise ConflictError(Code.STATE_CONFLICT, "Only an incident has a grade.", state=ticket.state)
    why = demand_reason(reason)
    if answers:
        _change(pen, {name: value for name, value in answers.items() if name in _GRADING})
    old = ticket.grade
    pen.note(Kind.GRADED, facts={"grade": grade, "proposed": False, "former": old}, reason=why)
    pen.set(grade=grade)
    if grade in MAJOR_GRADES and old not in MAJOR_GRADES:
        publish(IncidentGraded(ticket_id=ticket.pk, grade=grade, at=now))
    if ticket.closes_at is not None and grade in MAJOR_GRADES:
        pen.set(closes_at=None)
    return pen.finish("graded", reason=why, old={"grade": old}, new={"grade": grade})


@transaction.atomic
def exclude(*, actor: Actor, ticket_id: UUID, cause: str, reason: str, now: datetime) -> Ticket:
    """Say that an incident was not party B's doing (O-012, 016-018, 031), or take that back; with a reason."""
    pen = pen_for(actor, Right.DECIDE_GRADE, ticket_id, now)
    ticket, why = pen.ticket, demand_reason(reason)
    if ticket.kind != TicketKind.INCIDENT:
        raise ConflictError(Code.STATE_CONFLICT, "Only an incident has an excluded cause.", state=ticket.state)
    old = ticket.excluded
    pen.note(Kind.CHANGED, facts={"excluded": Excluded(cause).value, "former": {"excluded": old}}, reason=why)
    pen.set(excluded=Excluded(cause).value, excluded_reason=why)
    return pen.finish("excluded", reason=why, old={"excluded": old}, new={"excluded": ticket.excluded})


@transaction.atomic
def restore(*, actor: Actor, ticket_id: UUID, at: datetime | None, note: str, now: datetime) -> Ticket:
    """Say since when service is back; the clock of the incident ends once an institution confirms it.

    Raises:
        ConflictError: the ticket is no incident, or is over.

    """
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    ticket = pen.ticket
    if ticket.kind != TicketKind.INCIDENT or ticket.state in {"closed", "merged", "rejected"}:
        raise ConflictError(Code.STATE_CONFLICT, "Only an open incident is restored.", state=ticket.state)
    happened = demand_past(at, now) if at else now
    pen.note(Kind.RESTORED, at=happened, reason=note)
    pen.set(restored_at=happened)
    return pen.finish("restored", reason=note)


@transaction.atomic
def confirm_restoration(*, actor: Actor, ticket_id: UUID, now: datetime) -> Ticket:
    """Say for an institution that it works again (R-19), also before the engineers have written the solution.

    Raises:
        ConflictError: nobody said yet that service is back.

    """
    pen = pen_for(actor, Right.CONFIRM, ticket_id, now)
    ticket = pen.ticket
    if ticket.kind != TicketKind.INCIDENT or ticket.restored_at is None:
        raise ConflictError(Code.STATE_CONFLICT, "Service is not said to be back yet.", state=ticket.state)
    pen.note(Kind.RESTORATION_CONFIRMED, facts={"by": actor.home_path})
    pen.set(confirmed_by=actor.name)
    return pen.finish("restoration_confirmed")


@transaction.atomic
def acknowledge(*, actor: Actor, ticket_id: UUID, now: datetime) -> Ticket:
    """Say that the call was heard; nobody further along the chain is called."""
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    if pen.ticket.acknowledged_at is None:
        pen.set(acknowledged_at=now)
        pen.note(Kind.STEP, facts={"step": "acknowledged"})
    return pen.finish("acknowledged")


def _institutions(keys: Sequence[UUID], field: str) -> list[UUID]:
    wanted = list(dict.fromkeys(keys))
    if Organization.objects.filter(pk__in=wanted).count() != len(wanted):
        detail = "An institution is not known. Choose it from the list."
        raise TianmuError(Code.UNKNOWN_KEY, detail, status=422, fields={field: "unknown"})
    return wanted


def _plain(value: object) -> object:
    return [str(one) for one in value] if isinstance(value, list) else value
