"""The life of a ticket, move by move; who accepts first has it, who comes second sees who that was."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.events.actions import publish
from tianmu.operations.servicedesk.actions.writing import Pen, demand_past, demand_reason, pen_for
from tianmu.operations.servicedesk.choices import Direction, TicketKind
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.events import TicketResolved
from tianmu.operations.servicedesk.models import Survey, Ticket
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.lifecycle import MAJOR_GRADES, Move, State, Wait, closes_at, may_reopen
from tianmu.operations.servicedesk.rules.log import Kind

LONGEST_LIMIT = timedelta(days=366)


@transaction.atomic
def accept(*, actor: Actor, ticket_id: UUID, now: datetime) -> Ticket:
    """Take a new ticket.

    Raises:
        ConflictError: somebody was quicker; `holder` says who.

    """
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    ticket = pen.ticket
    if ticket.state != State.NEW and ticket.assignee_id != actor.account_id:
        detail = f"{ticket.assignee_name or 'Somebody'} has this ticket already."
        raise ConflictError(Code.TAKEN, detail, holder=ticket.assignee_name, state=ticket.state)
    pen.step(Move.ACCEPT, facts={"by": str(actor.account_id)})
    pen.set(assignee_id=actor.demand_account(), assignee_name=actor.name)
    if ticket.acknowledged_at is None:
        pen.set(acknowledged_at=now)
    return pen.finish("accepted")


@transaction.atomic
def assign(*, actor: Actor, ticket_id: UUID, account_id: UUID, reason: str, now: datetime) -> Ticket:
    """Give a ticket to another engineer; clocks and pauses go on as they are.

    Raises:
        MissingError: nobody of that key works on tickets there.
        ConflictError: the ticket is over.

    """
    pen = pen_for(actor, Right.ASSIGN, ticket_id, now)
    ticket = pen.ticket
    if account_id not in accounts_with(Right.WORK, ticket.path, now):
        raise MissingError("engineer")
    if ticket.state not in {State.NEW, State.ACCEPTED, State.IN_PROGRESS, State.WAITING}:
        raise ConflictError(Code.STATE_CONFLICT, "This ticket is over. Reopen it first.", state=ticket.state)
    account = Account.objects.get(pk=account_id)
    old = ticket.assignee_name
    pen.note(Kind.ASSIGNED, facts={"to": str(account_id), "from": old}, reason=reason)
    if ticket.state == State.NEW:
        pen.step(Move.ACCEPT, facts={"by": str(account_id)})
    pen.set(assignee_id=account_id, assignee_name=account.name)
    return pen.finish("assigned", reason=reason, old={"assignee": old}, new={"assignee": account.name})


@transaction.atomic
def release(*, actor: Actor, ticket_id: UUID, reason: str, now: datetime) -> Ticket:
    """Give a ticket back to the queue."""
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    pen.step(Move.RELEASE, reason=demand_reason(reason))
    pen.set(assignee_id=None, assignee_name="")
    return pen.finish("released", reason=reason)


@transaction.atomic
def start(*, actor: Actor, ticket_id: UUID, now: datetime) -> Ticket:
    """Begin to work."""
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    pen.step(Move.START)
    return pen.finish("started")


@transaction.atomic
def wait(*, actor: Actor, ticket_id: UUID, wait_for: str, reason: str, now: datetime) -> Ticket:
    """Wait for somebody; only waiting for party A's material stops a clock, and the reason says for what (R-08)."""
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    pen.step(Move.WAIT, facts={"for": Wait(wait_for).value}, reason=demand_reason(reason))
    pen.set(wait_for=Wait(wait_for).value)
    return pen.finish("waiting", reason=reason)


@transaction.atomic
def resume(*, actor: Actor, ticket_id: UUID, now: datetime) -> Ticket:
    """Go on."""
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    pen.step(Move.RESUME)
    return pen.finish("resumed")


@transaction.atomic
def resolve(
    *, actor: Actor, ticket_id: UUID, resolution: str, problem_kind: str, at: datetime | None = None, now: datetime
) -> Ticket:
    """Say what solved it; of an incident also which kind of problem it was, and service counts as restored.

    Raises:
        TianmuError: an incident without a kind of problem, or a controlled request without its images.

    """
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    ticket = pen.ticket
    if ticket.kind == TicketKind.INCIDENT and not (problem_kind or ticket.problem_kind):
        detail = "Say which kind of problem it was."
        raise TianmuError(Code.UNKNOWN_KEY, detail, status=422, fields={"problem_kind": "required"})
    demand_images(ticket)
    happened = demand_past(at, now) if at else now
    if ticket.kind == TicketKind.INCIDENT and ticket.restored_at is None:
        pen.note(Kind.RESTORED, at=happened)
        pen.set(restored_at=happened)
    pen.step(Move.RESOLVE, facts={"first_contact": is_first_contact(ticket)})
    pen.fresh[-1].at = happened
    closing = closes_at(
        incident=ticket.kind == TicketKind.INCIDENT,
        grade=ticket.grade,
        resolved_at=happened,
        calendar=pen.frame.calendar,
    )
    pen.set(
        resolution=demand_reason(resolution, "resolution"),
        problem_kind=problem_kind or ticket.problem_kind,
        resolved_at=happened,
        closes_at=closing,
        first_contact=is_first_contact(ticket),
    )
    publish(TicketResolved(ticket_id=ticket.pk, at=now))
    return pen.finish("resolved")


def is_first_contact(ticket: Ticket) -> bool:
    """Tell whether the first answer solved it: never waited, given away or reopened, and the user wrote once."""
    kinds = set(ticket.log.values_list("kind", flat=True))
    written = ticket.messages.filter(direction=Direction.INBOUND).count()
    return not kinds & {Kind.WAITING, Kind.ASSIGNED, Kind.RELEASED, Kind.REOPENED} and written <= 1


def demand_images(ticket: Ticket) -> None:
    """Refuse to end a controlled request without its images before and after (O-076).

    Raises:
        ConflictError: one is missing.

    """
    controlled = getattr(ticket, "controlled", None)
    if controlled is None or controlled.state == "declined":
        return
    if not (controlled.before_sha256 and controlled.after_sha256):
        detail = "A controlled request ends with the images before and after. Execute it first, or decline it."
        raise ConflictError(Code.IMAGES_MISSING, detail, state=controlled.state)


@transaction.atomic
def confirm(*, actor: Actor, ticket_id: UUID, now: datetime) -> Ticket:
    """Say for the institution that it works again; asks for the survey, and ends the clock of an incident (R-19)."""
    pen = pen_for(actor, Right.CONFIRM, ticket_id, now)
    ticket = pen.ticket
    pen.step(Move.CONFIRM)
    if ticket.kind == TicketKind.INCIDENT and not _is_confirmed(pen):
        pen.note(Kind.RESTORATION_CONFIRMED)
    pen.set(confirmed_by=actor.name)
    Survey.objects.get_or_create(ticket=ticket, defaults={"asked_at": now})
    return pen.finish("confirmed")


def _is_confirmed(pen: Pen) -> bool:
    kinds = list(pen.ticket.log.order_by("number").values_list("kind", flat=True))
    newest = [kind for kind in kinds if kind in {Kind.RESTORATION_CONFIRMED, Kind.REOPENED}]
    return newest[-1:] == [Kind.RESTORATION_CONFIRMED.value]


@transaction.atomic
def close(*, actor: Actor, ticket_id: UUID, now: datetime) -> Ticket:
    """Close a ticket that was confirmed, or one without an answer.

    Raises:
        ConflictError: a major incident that nobody confirmed, or one without a decided grade.

    """
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    ticket = pen.ticket
    if ticket.kind == TicketKind.INCIDENT:
        if ticket.grade is None:
            detail = "The grade of this incident is not decided. The information section decides it first."
            raise ConflictError(Code.GRADE_MISSING, detail, state=ticket.state)
        if ticket.grade in MAJOR_GRADES and ticket.state != State.CONFIRMED:
            detail = "An incident of grade I to III closes only after an institution has confirmed that it works."
            raise ConflictError(Code.STATE_CONFLICT, detail, state=ticket.state)
    return _closed(pen, "")


def _closed(pen: Pen, reason: str) -> Ticket:
    pen.step(Move.CLOSE, reason=reason)
    pen.set(closed_at=pen.now, closes_at=None)
    return pen.finish("closed", reason=reason)


@transaction.atomic
def reopen(*, actor: Actor, ticket_id: UUID, reason: str, now: datetime) -> Ticket:
    """Take a ticket back to work within seven days; its first instant stays.

    Raises:
        ConflictError: it ended more than seven days ago.

    """
    right = Right.CONFIRM if not actor.may(Right.WORK) else Right.WORK
    pen = pen_for(actor, right, ticket_id, now)
    ticket = pen.ticket
    ended = ticket.resolved_at or ticket.closed_at
    if not may_reopen(ended, now):
        detail = "This ticket ended more than seven days ago. Open a new one and link it."
        raise ConflictError(Code.TOO_LATE_TO_REOPEN, detail, state=ticket.state)
    pen.step(Move.REOPEN, reason=demand_reason(reason))
    pen.set(
        restored_at=None,
        resolved_at=None,
        closed_at=None,
        closes_at=None,
        confirmed_by="",
        reopened=ticket.reopened + 1,
    )
    return pen.finish("reopened", reason=reason)


@transaction.atomic
def reject(*, actor: Actor, ticket_id: UUID, reason: str, now: datetime) -> Ticket:
    """Refuse a ticket, with the reason that the user will read."""
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    pen.step(Move.REJECT, reason=demand_reason(reason))
    pen.set(closed_at=now, resolution=reason.strip()[:2000])
    return pen.finish("rejected", reason=reason)


@transaction.atomic
def close_silent(*, actor: Actor, now: datetime, limit: int = 500) -> int:
    """Close what was solved and never answered for three working days; return how many."""
    due = Ticket.objects.filter(state=State.RESOLVED, closes_at__lte=now).order_by("closes_at")[:limit]
    count = 0
    for key in list(due.values_list("pk", flat=True)):
        pen = pen_for(actor, Right.WORK, key, now)
        if pen.ticket.state == State.RESOLVED and pen.ticket.closes_at is not None and pen.ticket.closes_at <= now:
            if pen.ticket.kind == TicketKind.INCIDENT and pen.ticket.grade in {None, *MAJOR_GRADES}:
                pen.ticket.closes_at = None
                pen.ticket.save(update_fields=["closes_at"])
                continue
            _closed(pen, "no answer within three working days")
            count += 1
    return count


@transaction.atomic
def agree_limit(*, actor: Actor, ticket_id: UUID, until: datetime, agreed_with: str, now: datetime) -> Ticket:
    """Write down a longer limit agreed with the institution's administrator (O-075); it counts if agreed in time.

    Raises:
        TianmuError: the limit lies in the past, or nobody is named with whom it was agreed.

    """
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    whom = demand_reason(agreed_with, "agreed_with")
    if not now < until <= now + LONGEST_LIMIT:
        detail = "An agreed limit lies in the future, at most a year ahead."
        raise TianmuError(Code.NODE, detail, status=422, fields={"until": "past"})
    pen.note(Kind.LIMIT_AGREED, facts={"until": until.isoformat(), "with": whom})
    return pen.finish("limit_agreed")
