"""What makes work lighter: ready answers, saved views, and the survey at the end."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import ConflictError, MissingError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import end_of_day
from tianmu.operations.servicedesk.actions.intake import Draft, open_ticket
from tianmu.operations.servicedesk.choices import Channel, TicketKind, Urgency
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import CannedAnswer, SavedView, Survey, Ticket
from tianmu.operations.servicedesk.permissions import TICKETS, Right

UNHAPPY = 2
FOLLOW_UP_WORKDAYS = 1


@transaction.atomic
def save_canned(
    *, actor: Actor, title: str, text: str, shared: bool, canned_id: UUID | None, now: datetime
) -> CannedAnswer:
    """Keep a ready answer: one's own, or everybody's with the right to manage the desk."""
    actor.demand(Right.MANAGE if shared else Right.WORK)
    account = None if shared else actor.demand_account()
    if canned_id is None:
        row = CannedAnswer.objects.create(account_id=account, title=title[:60], text=text[:2000])
    else:
        row = _canned(actor, canned_id)
        row.title, row.text, row.account_id, row.version = title[:60], text[:2000], account, row.version + 1
        row.save()
    new = {"title": row.title, "at": now.isoformat()}
    record(actor=actor, action="servicedesk.canned.saved", kind="canned", key=row.pk, new=new)
    return row


@transaction.atomic
def drop_canned(*, actor: Actor, canned_id: UUID) -> None:
    """Throw a ready answer away."""
    row = _canned(actor, canned_id)
    record(actor=actor, action="servicedesk.canned.dropped", kind="canned", key=row.pk, old={"title": row.title})
    row.delete()


def _canned(actor: Actor, canned_id: UUID) -> CannedAnswer:
    row = CannedAnswer.objects.filter(pk=canned_id).first()
    if row is None or row.account_id not in {None, actor.account_id}:
        raise MissingError("canned answer")
    actor.demand(Right.WORK if row.account_id else Right.MANAGE)
    return row


@transaction.atomic
def save_view(*, actor: Actor, name: str, filters: Mapping[str, Any], shared: bool) -> SavedView:
    """Keep a set of filters under a name; the same name again replaces it."""
    actor.demand(Right.MANAGE if shared else Right.RAISE)
    row, _ = SavedView.objects.update_or_create(
        account_id=actor.demand_account(), name=name[:60], defaults={"filters": dict(filters), "shared": shared}
    )
    record(actor=actor, action="servicedesk.view.saved", kind="saved_view", key=row.pk, new={"name": row.name})
    return row


@transaction.atomic
def drop_view(*, actor: Actor, view_id: UUID) -> None:
    """Throw a saved view of one's own away."""
    row = SavedView.objects.filter(pk=view_id, account_id=actor.demand_account()).first()
    if row is None:
        raise MissingError("saved view")
    record(actor=actor, action="servicedesk.view.dropped", kind="saved_view", key=row.pk, old={"name": row.name})
    row.delete()


@transaction.atomic
def answer_survey(*, actor: Actor, ticket_id: UUID, score: int, text: str, now: datetime) -> Survey:
    """Say how one was served, once; 2 points or less open a follow-up due in one working day.

    Raises:
        ConflictError: it is answered already, or was not asked yet.

    """
    ticket = TICKETS.one(actor, Right.CONFIRM, Ticket.objects.select_related("institution__unit"), ticket_id)
    survey = Survey.objects.select_for_update().filter(ticket=ticket).first()
    if survey is None:
        raise ConflictError(Code.STATE_CONFLICT, "You are asked once you have confirmed.", state=ticket.state)
    if survey.answered_at is not None:
        raise ConflictError(Code.ANSWERED, "This survey is answered already. Thank you.", state=ticket.state)
    survey.score, survey.text, survey.answered_at = score, text.strip()[:1000], now
    if score <= UNHAPPY:
        survey.follow_up = _follow_up(ticket, survey, now)
    survey.save()
    record(actor=actor, action="servicedesk.survey.answered", kind="ticket", key=ticket.pk, new={"score": score})
    return survey


def _follow_up(ticket: Ticket, survey: Survey, now: datetime) -> Ticket:
    draft = Draft(
        kind=TicketKind.REQUEST,
        channel=Channel.INSPECTION,
        title=f"回访 {ticket.number}"[:120],
        text=survey.text or f"满意度 {survey.score}",
        institution=ticket.institution,
        raiser_name=ticket.raiser_name,
        subsystems=ticket.subsystems,
        urgency=Urgency.HIGH,
    )
    opened = open_ticket(actor=system("service desk"), draft=draft, now=now)
    today = timezone.localdate(now)
    opened.due_at = end_of_day(calendar_in_force(today).add_workdays(today, FOLLOW_UP_WORKDAYS)) - timedelta(seconds=1)
    opened.save(update_fields=["due_at"])
    return opened
