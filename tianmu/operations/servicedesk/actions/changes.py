"""Changes of system environment or site: A tells B seven days before, else A bears what follows (O-012, O-017)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.access.models import Account
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.servicedesk.actions.intake import Draft, open_ticket
from tianmu.operations.servicedesk.actions.writing import demand_reason, pen_for
from tianmu.operations.servicedesk.choices import Channel, TicketKind
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import ChangeRecord
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.demands import Side
from tianmu.operations.servicedesk.rules.log import Kind
from tianmu.registry.organizations.models import Organization

NOTICE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Notice:
    """What will be changed by whom and when, and how it is taken back."""

    title: str
    side: Side
    window_from: datetime
    window_to: datetime
    plan: str
    back_out: str
    institution: Organization
    subsystems: Sequence[str]


def told_in_time(notified_at: datetime, window_from: datetime) -> bool:
    """Tell whether seven full calendar days lie between the day of notice and the day of the change (O-012)."""
    days = window_from.astimezone(ZONE).date() - notified_at.astimezone(ZONE).date()
    return days >= timedelta(days=NOTICE_DAYS)


@transaction.atomic
def announce(*, actor: Actor, notice: Notice, now: datetime) -> ChangeRecord:
    """Announce a change.

    Raises:
        TianmuError: the window ends before it begins.

    """
    actor.demand(Right.RAISE)
    if notice.window_to <= notice.window_from:
        raise TianmuError(Code.NODE, "The window ends before it begins.", status=422, fields={"window_to": "order"})
    draft = Draft(
        kind=TicketKind.CHANGE,
        channel=Channel.WEB,
        title=notice.title,
        text=notice.plan,
        institution=notice.institution,
        raiser=Account.objects.filter(pk=actor.demand_account()).first(),
        raiser_name=actor.name,
        subsystems=notice.subsystems,
    )
    ticket = open_ticket(actor=actor, draft=draft, now=now)
    return ChangeRecord.objects.create(
        ticket=ticket,
        side=notice.side.value,
        notified_at=now,
        window_from=notice.window_from,
        window_to=notice.window_to,
        plan=demand_reason(notice.plan, "plan"),
        back_out=notice.back_out[:2000],
    )


@transaction.atomic
def finish_change(
    *, actor: Actor, ticket_id: UUID, before: str, after: str, witnesses: Sequence[str], now: datetime
) -> ChangeRecord:
    """Write what a change found and left, and who was there.

    Raises:
        ConflictError: the ticket is no change, or it is done.

    """
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    row = ChangeRecord.objects.select_for_update(of=("self",)).filter(ticket=pen.ticket).first()
    if row is None or row.done_at is not None:
        raise ConflictError(Code.STATE_CONFLICT, "There is no change to finish here.", state=pen.ticket.state)
    row.before, row.after = demand_reason(before, "before"), demand_reason(after, "after")
    row.witnesses, row.done_at = [one.strip()[:80] for one in witnesses if one.strip()][:10], now
    row.version += 1
    row.save()
    pen.note(Kind.STEP, facts={"step": "changed", "witnesses": row.witnesses})
    pen.finish("change_done")
    return row
