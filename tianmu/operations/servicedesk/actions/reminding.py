"""Reminders of clocks at 50, 80, 100 % and every further 100 %: each mark once, also after a standstill."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.live.actions import tell
from tianmu.foundation.messages.actions import send
from tianmu.operations.servicedesk.actions.frame import frame_at
from tianmu.operations.servicedesk.actions.writing import clock_row, locked, log_of, readings_of, save_clocks
from tianmu.operations.servicedesk.models import Reminder, Ticket, TicketClock
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.clocks import ClockReading
from tianmu.operations.servicedesk.rules.reminders import due_now

MOST_TICKETS = 500


def remind(*, actor: Actor, now: datetime) -> int:
    """Send every reminder that is due; return how many were sent. The clocks are read from the logs, not the cache."""
    actor.demand(Right.WORK, "/")
    due = TicketClock.objects.filter(state="running", remind_at__lte=now)
    keys = list(due.order_by("remind_at").values_list("ticket_id", flat=True)[:MOST_TICKETS])
    return sum(_remind_of(key, now) for key in dict.fromkeys(keys))


@transaction.atomic
def _remind_of(ticket_id: UUID, now: datetime) -> int:
    ticket = locked(ticket_id)
    frame = frame_at(now, ticket.path)
    told: dict[tuple[str, str], list[int]] = {}
    for clock, key, mark in Reminder.objects.filter(ticket=ticket).values_list("clock", "key", "mark"):
        told.setdefault((clock, key), []).append(mark)
    sent, rows = 0, []
    for one in readings_of(log_of(ticket), frame):
        known = told.setdefault((one.type.value, one.key), [])
        for mark in due_now(one, known, frame.calendar, now):
            _send(ticket, one, mark, now)
            known.append(mark)
            sent += 1
        rows.append(clock_row(ticket, one, frame, known))
    save_clocks(rows)
    if sent:
        facts = {"ticket": str(ticket.pk), "state": ticket.state}
        tell("servicedesk.ticket", right=Right.VIEW, path=ticket.path, facts=facts)
    return sent


def _send(ticket: Ticket, one: ClockReading, mark: int, now: datetime) -> None:
    Reminder.objects.create(ticket=ticket, clock=one.type.value, key=one.key, mark=mark, sent_at=now)
    send(
        account_ids=_receivers(ticket, mark, now),
        topic="servicedesk.reminder",
        facts={"number": ticket.number, "clock": one.type.value, "percent": mark},
        link=("ticket", ticket.pk),
        once=f"servicedesk.clock:{ticket.pk}:{one.type.value}:{one.key}:{mark}",
    )


def _receivers(ticket: Ticket, mark: int, now: datetime) -> set[UUID]:
    """Return who is told: the assignee; from 80 % on who assigns; from 100 % on who signs for B as well."""
    everybody = {ticket.assignee_id} if ticket.assignee_id else set(accounts_with(Right.WORK, ticket.path, now))
    if mark >= 80:
        everybody |= set(accounts_with(Right.ASSIGN, ticket.path, now))
    if mark >= 100:
        everybody |= set(accounts_with(Right.SIGN_REPORT, ticket.path, now))
    return everybody
