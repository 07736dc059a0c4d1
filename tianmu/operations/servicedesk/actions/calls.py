"""Calling about major incidents along the chain until somebody acknowledges, and reminding of status notes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.messages.actions import send
from tianmu.operations.servicedesk.actions.frame import frame_at
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.models.tickets import OPEN_STATES
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.ports import chain_of
from tianmu.operations.servicedesk.rules.escalation import called_by, notes_due

MOST_MAJORS = 50


def call_on(*, actor: Actor, now: datetime) -> int:
    """Call who is next about each major incident that nobody has acknowledged; return how many were told.

    Without a chain (no roster answers) everybody who assigns work is told at once.
    """
    actor.demand(Right.WORK, "/")
    return sum(_call(ticket, now) for ticket in _majors().filter(acknowledged_at=None)[:MOST_MAJORS])


@transaction.atomic
def _call(ticket: Ticket, now: datetime) -> int:
    subsystem = ticket.subsystems[0] if ticket.subsystems else ""
    chain = [str(one) for one in chain_of(subsystem, now)]
    called = [str(one) for one in accounts_with(Right.ASSIGN, ticket.path, now)]
    if chain:
        called = called_by(
            chain,
            grade=ticket.grade or ticket.proposed_grade,
            since=ticket.received_at,
            acknowledged_at=ticket.acknowledged_at,
            every=frame_at(now, ticket.path).levels.call_every,
            now=now,
        )
    for account in called:
        send(
            account_ids=[UUID(account)],
            topic="servicedesk.major",
            facts={"number": ticket.number, "grade": ticket.grade or ticket.proposed_grade},
            link=("ticket", ticket.pk),
            once=f"servicedesk.call:{ticket.pk}",
        )
    return len(called)


def remind_of_notes(*, actor: Actor, now: datetime) -> int:
    """Remind the assignee of each status note that is due and not written; return how many were due."""
    actor.demand(Right.WORK, "/")
    return sum(_remind_of_note(ticket, now) for ticket in _majors().exclude(assignee=None)[:MOST_MAJORS])


@transaction.atomic
def _remind_of_note(ticket: Ticket, now: datetime) -> int:
    grade = ticket.grade or ticket.proposed_grade or 0
    every = frame_at(now, ticket.path).levels.status_note.get(grade)
    if every is None or ticket.assignee_id is None:
        return 0
    newest = ticket.notes.order_by("-at").values_list("at", flat=True).first()
    due = notes_due(since=newest or ticket.received_at, every=every, until=ticket.restored_at, now=now)
    if not due:
        return 0
    send(
        account_ids=[ticket.assignee_id],
        topic="servicedesk.note_due",
        facts={"number": ticket.number},
        link=("ticket", ticket.pk),
        once=f"servicedesk.note:{ticket.pk}:{due[-1].isoformat()}",
    )
    return 1


def _majors() -> QuerySet[Ticket]:
    return Ticket.objects.filter(kind="incident", rank__lt=3, state__in=OPEN_STATES).order_by("rank", "received_at")
