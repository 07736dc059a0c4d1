"""Opening a ticket, by whichever way it came: one transaction, one log entry, the clocks running from the message."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.models import Account
from tianmu.foundation.events.actions import event_to_write, queue_deliveries
from tianmu.foundation.events.listening import listeners_of
from tianmu.operations.servicedesk.actions.contract_facts import TOLD_KINDS
from tianmu.operations.servicedesk.actions.frame import Frame, frame_at
from tianmu.operations.servicedesk.actions.writing import Pen, demand_past
from tianmu.operations.servicedesk.choices import Channel, Direction, TicketKind, Urgency
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.events import TicketRaised
from tianmu.operations.servicedesk.models import SubsystemUse, Ticket, TicketMessage
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.clocks import entered_late
from tianmu.operations.servicedesk.rules.grades import Effect, Proposal, propose
from tianmu.operations.servicedesk.rules.log import Kind
from tianmu.operations.servicedesk.rules.words import text_keys
from tianmu.registry.organizations.models import Organization

OWN_CHANNELS = frozenset({Channel.WEB, Channel.APP})
ANSWERED_AT_ONCE = frozenset({Channel.WEB, Channel.APP, Channel.MAIL})
ACKNOWLEDGED = "已收到，工单编号 {number}。工程师将尽快回复。"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a matter when it comes in; `raised_at` is the instant of the user's message."""

    kind: str
    channel: str
    title: str
    text: str
    institution: Organization
    raised_at: datetime | None = None
    late_reason: str = ""
    raiser: Account | None = None
    raiser_name: str = ""
    contact: str | None = None
    subsystems: Sequence[str] = ()
    items: Sequence[str] = ()
    urgency: str = Urgency.NORMAL
    affected: Sequence[UUID] = ()
    core_blocked: bool = False
    effect: str = Effect.NONE.value
    occurred_at: datetime | None = None
    source_key: str | None = None
    device_time: str = ""


def open_ticket(*, actor: Actor, draft: Draft, now: datetime) -> Ticket:
    """Open a ticket: for oneself with the right to raise, for somebody else with the right to work on tickets.

    One statement writes all that belongs to it; a transaction is opened only when somebody else is told of it as well.

    Raises:
        RefusedError: the actor may do neither there.
        TianmuError: it was typed in more than five minutes late without a reason, or lies in the future.

    """
    own = draft.raiser is not None and draft.raiser.pk == actor.account_id and draft.channel in OWN_CHANNELS
    actor.demand(Right.RAISE if own else Right.WORK, None if own else draft.institution.path)
    frame = frame_at(now, draft.institution.path)
    raised_at = demand_past(draft.raised_at, now) if draft.raised_at else now
    if entered_late(raised_at, now, frame.levels) is not None and not draft.late_reason.strip():
        minutes = int((now - raised_at).total_seconds() // 60)
        detail = f"This is entered {minutes} minutes after it was raised. Say why."
        raise TianmuError(Code.LATE_REASON, detail, status=422, fields={"late_reason": "required"}, minutes=minutes)
    ticket = _row(actor, draft, frame, raised_at)
    proposed = propose_for(ticket) if ticket.kind == TicketKind.INCIDENT else None
    ticket.proposed_grade = proposed
    pen = Pen(ticket, actor, frame, new=True)
    pen.note(Kind.RAISED, at=raised_at, facts=_facts(draft, ticket))
    if proposed is not None:
        pen.note(Kind.GRADED, facts={"grade": proposed, "proposed": True})
    raised = event_to_write(TicketRaised(ticket_id=ticket.pk, at=now))
    pen.beside = [*_messages(actor, draft, ticket, raised_at, now), raised]
    with transaction.atomic() if ticket.kind in TOLD_KINDS or listeners_of(raised.name) else nullcontext():
        pen.finish("opened", reason=draft.late_reason.strip())
        queue_deliveries(raised)
    return ticket


def _row(actor: Actor, draft: Draft, frame: Frame, raised_at: datetime) -> Ticket:
    title = " ".join(draft.title.split())[:120] or draft.text.strip()[:40]
    return Ticket(
        number=next_number(frame.levels.number_prefix, frame.now),
        kind=draft.kind,
        channel=draft.channel,
        title=title,
        raised_at=raised_at,
        received_at=frame.now,
        late_reason=draft.late_reason.strip()[:200],
        institution=draft.institution,
        path=draft.institution.path,
        raiser=draft.raiser,
        raiser_name=draft.raiser_name or (draft.raiser.name if draft.raiser else ""),
        raiser_contact=draft.contact or None,
        opened_by=actor.name,
        subsystems=list(dict.fromkeys(draft.subsystems)),
        items=list(draft.items),
        urgency=draft.urgency,
        affected=list(dict.fromkeys(draft.affected or ([draft.institution.pk] if draft.core_blocked else []))),
        core_blocked=draft.core_blocked,
        effect=draft.effect,
        occurred_at=min(draft.occurred_at, raised_at) if draft.occurred_at else raised_at,
        keys=text_keys(title, draft.text),
    )


def _facts(draft: Draft, ticket: Ticket) -> dict[str, object]:
    facts: dict[str, object] = {"ticket_kind": draft.kind, "channel": draft.channel}
    if draft.occurred_at is not None:
        facts["occurred_at"] = ticket.occurred_at.isoformat() if ticket.occurred_at else None
    if ticket.subsystems:
        facts["subsystems"] = ticket.subsystems
    return facts


def _messages(actor: Actor, draft: Draft, ticket: Ticket, at: datetime, now: datetime) -> list[TicketMessage]:
    said = TicketMessage(
        ticket=ticket,
        direction=Direction.INBOUND,
        channel=draft.channel,
        author=ticket.raiser_name or actor.name,
        account_id=draft.raiser.pk if draft.raiser else None,
        human=draft.channel != Channel.MONITOR,
        at=at,
        recorded_at=now,
        text=draft.text[:20_000] or ticket.title,
        device_time=draft.device_time[:40],
        source_key=draft.source_key,
    )
    if draft.channel not in ANSWERED_AT_ONCE:
        return [said]
    answer = TicketMessage(
        ticket=ticket,
        direction=Direction.OUTBOUND,
        channel=draft.channel,
        author="服务台",
        human=False,
        at=now,
        recorded_at=now,
        text=ACKNOWLEDGED.format(number=ticket.number),
    )
    return [said, answer]


def next_number(prefix: str, now: datetime) -> str:
    """Return the next ticket number, such as LY-2023-000123."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('servicedesk_ticket_number')")
        number = cursor.fetchone()[0]
    return f"{prefix}-{timezone.localtime(now):%Y}-{number:06d}"


def propose_for(ticket: Ticket) -> int:
    """Return the grade that follows from an incident's institutions, data and effect (R-22)."""
    return proposal_for(ticket).grade


def proposal_for(ticket: Ticket, users: set[str] | None = None) -> Proposal:
    """Return the proposed grade with what made it; `users` of the sub-systems are read when they are not given."""
    users = users_of(ticket.subsystems) if users is None else users
    return propose(
        affected=[str(one) for one in ticket.affected],
        users=users,
        core_blocked=ticket.core_blocked,
        data_affected=[str(one) for one in ticket.data_affected],
        effect=Effect(ticket.effect),
    )


def users_of(subsystems: Sequence[str]) -> set[str]:
    """Return the institutions that use any of the sub-systems."""
    rows = SubsystemUse.objects.filter(subsystem__in=list(subsystems)).values_list("institution_id", flat=True)
    return {str(one) for one in rows}
