"""Events of monitors: tickets opened after three failed polls or at once, closed when recovered, one for flapping."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.audit.actions import record
from tianmu.operations.servicedesk.actions.frame import frame_at
from tianmu.operations.servicedesk.actions.grading import propose_again
from tianmu.operations.servicedesk.actions.intake import Draft, open_ticket
from tianmu.operations.servicedesk.actions.writing import Pen, demand_past, locked
from tianmu.operations.servicedesk.choices import Channel, TicketKind
from tianmu.operations.servicedesk.models import Check, MonitorEvent, Ticket
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.flapping import WINDOW, Heard, Outcome, Signal, decide, quiet
from tianmu.operations.servicedesk.rules.lifecycle import OPEN, Move, State
from tianmu.operations.servicedesk.rules.log import Kind
from tianmu.registry.organizations.models import Organization

HISTORY = 200
RECOVERED = "监控显示已恢复"


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a monitor sends it; `blocks` says that core medical business stands still."""

    source: str
    check: str
    signal: Signal
    at: datetime
    text: str
    institution: Organization
    subsystem: str = ""
    blocks: bool = False
    affected: Sequence[UUID] = ()


@transaction.atomic
def hear(*, actor: Actor, told: Told, now: datetime) -> tuple[Outcome, Ticket | None]:
    """Take in one event; told twice it counts once, told late it takes its place in time.

    Raises:
        RefusedError: the actor may not feed the desk there.
        TianmuError: the event lies in the future.

    """
    actor.demand(Right.FEED_MONITOR, told.institution.path)
    at = demand_past(told.at, now)
    Check.objects.get_or_create(
        source=told.source,
        name=told.check,
        defaults={"institution": told.institution, "subsystem": told.subsystem},
    )
    check = Check.objects.select_for_update(of=("self",)).get(source=told.source, name=told.check)
    _, fresh = MonitorEvent.objects.get_or_create(
        check_row=check, at=at, signal=told.signal.value, defaults={"text": told.text[:400]}
    )
    if not fresh:
        return Outcome.NOTHING, check.ticket
    history = history_of(check, at)
    ticket = locked(check.ticket_id) if check.ticket_id else None
    is_open = ticket is not None and ticket.state in OPEN
    ended = ticket.resolved_at or ticket.closed_at if ticket is not None else None
    recent = ended is not None and ended >= at - WINDOW
    outcome = decide(history, ticket_open=is_open, recent_ticket=recent)
    ticket = _act(outcome, told, check, ticket, at, now)
    check.ticket, check.signal, check.heard_at = ticket, told.signal.value, at
    check.flapping = outcome is Outcome.FLAPPING or (check.flapping and outcome is Outcome.NOTHING)
    check.version += 1
    check.save()
    if outcome is not Outcome.NOTHING:
        new = {"check": check.name, "signal": told.signal.value, "outcome": outcome.value}
        record(actor=actor, action="servicedesk.monitor.heard", kind="check", key=check.pk, new=new)
    return outcome, ticket


def history_of(check: Check, at: datetime) -> list[Heard]:
    """Return what was heard of a check up to an instant, in order of time."""
    rows = MonitorEvent.objects.filter(check_row=check, at__lte=at).order_by("-at", "-id")[:HISTORY]
    return [Heard(row.at, Signal(row.signal)) for row in reversed(rows)]


def _act(
    outcome: Outcome, told: Told, check: Check, ticket: Ticket | None, at: datetime, now: datetime
) -> Ticket | None:
    desk = system(f"monitor {told.source}"[:120])
    if outcome is Outcome.NOTHING:
        return ticket
    if outcome is Outcome.OPEN or ticket is None:
        return _open(desk, told, at, now)
    pen = Pen(ticket, desk, frame_at(now, ticket.path))
    if outcome is Outcome.RECOVER:
        return recovered(pen, at)
    if ticket.state not in OPEN and told.signal is not Signal.OK:
        pen.step(Move.REOPEN, reason="flapping")
        pen.set(resolved_at=None, closed_at=None, closes_at=None, restored_at=None, reopened=ticket.reopened + 1)
    facts = {"signal": told.signal.value, "flapping": outcome is Outcome.FLAPPING, "check": check.name}
    pen.note(Kind.NOTED, at=at, facts=facts, reason=told.text)
    return pen.finish("monitored")


def _open(desk: Actor, told: Told, at: datetime, now: datetime) -> Ticket:
    draft = Draft(
        kind=TicketKind.INCIDENT if told.blocks else TicketKind.EVENT,
        channel=Channel.MONITOR,
        title=f"{told.check} {told.signal.value}"[:120],
        text=told.text or told.check,
        institution=told.institution,
        raised_at=at,
        late_reason="monitor",
        raiser_name=told.source,
        subsystems=(told.subsystem,) if told.subsystem else (),
        affected=told.affected,
        core_blocked=told.blocks,
        occurred_at=at,
    )
    ticket = open_ticket(actor=desk, draft=draft, now=now)
    if ticket.kind == TicketKind.INCIDENT:
        propose_again(Pen(ticket, desk, frame_at(now, ticket.path)))
    return ticket


def recovered(pen: Pen, at: datetime) -> Ticket:
    """Write that a check is good again: an event closes, an incident is restored and waits to be confirmed."""
    ticket = pen.ticket
    if ticket.kind == TicketKind.INCIDENT:
        pen.note(Kind.RESTORED, at=at, reason=RECOVERED)
        pen.set(restored_at=at)
        return pen.finish("recovered")
    if ticket.state == State.NEW:
        pen.step(Move.ACCEPT)
    pen.step(Move.RESOLVE, reason=RECOVERED)
    pen.step(Move.CLOSE, reason=RECOVERED)
    pen.set(resolved_at=at, closed_at=pen.now, resolution=RECOVERED, closes_at=None)
    return pen.finish("recovered")


@transaction.atomic
def settle_flapping(*, actor: Actor, now: datetime) -> int:
    """End the tickets of checks that flapped and have been good and quiet for 30 minutes; return how many."""
    count = 0
    for check in Check.objects.select_for_update(skip_locked=True).filter(flapping=True, signal=Signal.OK):
        if not quiet(history_of(check, now), now):
            continue
        check.flapping = False
        check.save(update_fields=["flapping"])
        ticket = locked(check.ticket_id) if check.ticket_id else None
        if ticket is not None and ticket.state in OPEN:
            recovered(Pen(ticket, actor, frame_at(now, ticket.path)), check.heard_at or now)
            count += 1
    return count
