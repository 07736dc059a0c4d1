"""Writing to a ticket: under its row lock, into its log, then clocks, place in the queue, audit line and live news.

Everything that changes a ticket goes through `Pen`, so that no figure can move without an entry of the log.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.audit.actions import line_to_write
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.clocks.clock import ClockState
from tianmu.foundation.db.together import insert_together
from tianmu.foundation.live.actions import notice_of, tell
from tianmu.operations.servicedesk.actions.contract_facts import tell_contract
from tianmu.operations.servicedesk.actions.frame import Frame, calendars_named, frame_at
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import Reminder, Ticket, TicketClock, TicketEvent
from tianmu.operations.servicedesk.models.tickets import NEVER
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.clocks import ClockReading, read_clocks
from tianmu.operations.servicedesk.rules.lifecycle import OPEN, Move, State, after
from tianmu.operations.servicedesk.rules.log import Entry, Kind
from tianmu.operations.servicedesk.rules.reminders import next_due

SLACK = timedelta(minutes=1)
CLOCK_FIELDS = (
    "state", "started_at", "due_at", "stopped_at", "limit_seconds", "elapsed_seconds", "in_time", "calendar", "rule",
    "inputs_sha256", "remind_at",
)  # fmt: skip
_RANK_OF_URGENCY = {"high": 3, "normal": 5, "low": 7}
_MAY_END_CLOCKS = frozenset({Kind.GRADED, Kind.CHANGED})


class Pen:
    """Writes one ticket: `note` adds entries to its log, `finish` settles what follows from them."""

    def __init__(self, ticket: Ticket, actor: Actor, frame: Frame, *, new: bool = False) -> None:
        self.new = new
        self.ticket = ticket
        self.actor = actor
        self.frame = frame
        self.fresh: list[TicketEvent] = []
        self.beside: list[Model] = []
        self.changed: dict[str, None] = {}

    @property
    def now(self) -> datetime:
        """Return the instant of this write."""
        return self.frame.now

    def note(
        self, kind: Kind, *, at: datetime | None = None, facts: Mapping[str, Any] | None = None, reason: str = ""
    ) -> TicketEvent:
        """Add an entry: what happened at `at`, or now; it is written by `finish`."""
        self.ticket.events += 1
        event = TicketEvent(
            ticket=self.ticket,
            number=self.ticket.events,
            at=at or self.now,
            recorded_at=self.now,
            kind=kind.value,
            actor=self.actor.name,
            account_id=self.actor.account_id,
            facts=dict(facts or {}),
            reason=reason[:400],
            calendar=self.frame.calendar.version,
            levels=self.frame.levels.version,
        )
        self.fresh.append(event)
        return event

    def set(self, **values: object) -> None:
        """Set fields of the ticket, to be saved by `finish`."""
        for name, value in values.items():
            setattr(self.ticket, name, value)
            self.changed[name] = None

    def step(self, move: Move, *, facts: Mapping[str, Any] | None = None, reason: str = "") -> None:
        """Move the ticket on, with the entry that says so.

        Raises:
            ConflictError: the move is not possible from the ticket's state.

        """
        following = after(move, State(self.ticket.state))
        if following is None:
            detail = "This is not possible in the ticket's present state. Refresh to see where it stands."
            raise ConflictError(Code.STATE_CONFLICT, detail, state=self.ticket.state, holder=self.ticket.assignee_name)
        self.set(state=following.value)
        if following is not State.WAITING:
            self.set(wait_for="")
        self.note(ENTRY_OF_MOVE[move], facts=facts, reason=reason)

    def finish(
        self,
        action: str,
        *,
        reason: str = "",
        old: Mapping[str, object] | None = None,
        new: Mapping[str, object] | None = None,
    ) -> Ticket:
        """Write log, clocks, place in the queue, audit line; tell the contract and the open screens."""
        entries = None if self.new else self._written()
        kinds = [one.kind for one in self.fresh]
        line = line_to_write(
            actor=self.actor,
            action=f"servicedesk.ticket.{action}",
            kind="ticket",
            key=self.ticket.pk,
            old=old,
            new={"number": self.ticket.number, "state": self.ticket.state, "log": kinds, **(new or {})},
            reason=reason,
        )
        if entries is None:
            entries = self._written_new(line)
        else:
            line.save(force_insert=True)
            show(self.ticket)
        tell_contract(self.ticket, entries, actor=self.actor, now=self.now)
        return self.ticket

    def _written_new(self, line: AuditLine) -> list[Entry]:
        """Write a new ticket with everything that belongs to it in one statement: of it, everything is known."""
        entries = [entry_of(row) for row in self.fresh]
        readings = readings_of(entries, self.frame)
        place(self.ticket, readings)
        clocks = [clock_row(self.ticket, one, self.frame, ()) for one in readings]
        rows = [self.ticket, *self.fresh, *clocks, line, *self.beside]
        insert_together(rows, notices=[notice_of("servicedesk.ticket", **_hearing(self.ticket))])
        return entries

    def _written(self) -> list[Entry]:
        """Write what is new of a ticket: log, clocks, place in the queue."""
        TicketEvent.objects.bulk_create(self.fresh)
        entries = log_of(self.ticket)
        self._settle_clocks(entries)
        self.ticket.version += 1
        self.ticket.save(update_fields=[*self.changed, "events", "version", "changed_at"])
        return entries

    def _settle_clocks(self, entries: Sequence[Entry]) -> None:
        readings = readings_of(entries, self.frame)
        told = _told(self.ticket) if any(one.reading.state is ClockState.RUNNING for one in readings) else {}
        rows = [clock_row(self.ticket, one, self.frame, told.get((one.type.value, one.key), ())) for one in readings]
        if any(event.kind in _MAY_END_CLOCKS for event in self.fresh):
            kept = [(row.type, row.key) for row in rows]
            for row in TicketClock.objects.filter(ticket=self.ticket):
                if (row.type, row.key) not in kept:
                    row.delete()
        save_clocks(rows)
        place(self.ticket, readings)
        self.changed.update(dict.fromkeys(("rank", "next_clock", "due_at")))


ENTRY_OF_MOVE = {
    Move.ACCEPT: Kind.ACCEPTED,
    Move.RELEASE: Kind.RELEASED,
    Move.START: Kind.STARTED,
    Move.WAIT: Kind.WAITING,
    Move.RESUME: Kind.RESUMED,
    Move.RESOLVE: Kind.RESOLVED,
    Move.CONFIRM: Kind.CONFIRMED,
    Move.CLOSE: Kind.CLOSED,
    Move.REOPEN: Kind.REOPENED,
    Move.REJECT: Kind.REJECTED,
    Move.MERGE: Kind.MERGED,
}


def pen_for(actor: Actor, right: str, ticket_id: UUID, now: datetime) -> Pen:
    """Take a ticket under its row lock, if the actor may see it and holds `right` where it belongs.

    Raises:
        MissingError: there is none that she may see.
        RefusedError: she may look, but not do this.

    """
    seen = TICKETS.one(actor, Right.VIEW, Ticket.objects.all(), ticket_id)
    TICKETS.demand(actor, right, seen)
    return Pen(locked(ticket_id), actor, frame_at(now, seen.path))


def locked(ticket_id: UUID) -> Ticket:
    """Return a ticket under its row lock."""
    return Ticket.objects.select_for_update(of=("self",)).select_related("institution__unit").get(pk=ticket_id)


def log_of(ticket: Ticket) -> list[Entry]:
    """Return the log of a ticket as the rules read it, in the order in which it was written."""
    rows = TicketEvent.objects.filter(ticket=ticket).order_by("number")
    return [entry_of(row) for row in rows]


def entry_of(row: TicketEvent) -> Entry:
    """Return a row of the log as the rules read it."""
    return Entry(row.at, Kind(row.kind), row.facts, row.calendar, row.levels)


def readings_of(entries: Sequence[Entry], frame: Frame) -> list[ClockReading]:
    """Read the clocks of a log with the rules in force; closed ones with the calendar they ended with."""
    calendars = calendars_named({entry.calendar for entry in entries}, frame.calendar)
    return read_clocks(entries, frame.levels, calendars, frame.calendar, frame.now)


def clock_row(ticket: Ticket, one: ClockReading, frame: Frame, told: Sequence[int]) -> TicketClock:
    """Return a reading as its row of the cache."""
    ended = one.stopped_at is not None
    return TicketClock(
        ticket=ticket,
        type=one.type.value,
        key=one.key,
        state=one.reading.state.value,
        started_at=one.started_at,
        due_at=one.reading.deadline,
        stopped_at=one.stopped_at,
        limit_seconds=int(one.limit.span.total_seconds()),
        elapsed_seconds=int(one.reading.elapsed.total_seconds()) if ended else None,
        in_time=one.in_time if ended else None,
        calendar=one.calendar,
        rule=one.limit.version,
        inputs_sha256=one.reading.inputs_sha256,
        remind_at=next_due(one, list(told), frame.calendar, frame.now),
    )


def save_clocks(rows: Sequence[TicketClock]) -> None:
    """Write rows of the cache over those of the same clocks."""
    if rows:
        TicketClock.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["ticket", "type", "key"],
            update_fields=CLOCK_FIELDS,
        )


def place(ticket: Ticket, readings: Sequence[ClockReading]) -> None:
    """Set where a ticket stands in the queue: major incidents, urgent ones, then by what is due first."""
    running = [one for one in readings if one.reading.state is ClockState.RUNNING and one.reading.deadline is not None]
    soonest = min(running, key=lambda one: one.reading.deadline or NEVER, default=None)
    ticket.next_clock = soonest.type.value if soonest else ""
    ticket.due_at = (soonest.reading.deadline if soonest else None) or NEVER
    ticket.rank = rank_of(ticket)


def rank_of(ticket: Ticket) -> int:
    """Return the rank: 0 to 2 for major incidents by grade, then urgency; what is over comes last."""
    if ticket.state not in OPEN:
        return 9
    grade = ticket.grade or ticket.proposed_grade
    if ticket.kind == "incident" and grade in {1, 2, 3}:
        return int(grade) - 1
    return _RANK_OF_URGENCY[ticket.urgency]


def show(ticket: Ticket) -> None:
    """Tell every open screen that may show this ticket, and who raised it."""
    hearing = _hearing(ticket)
    tell("servicedesk.ticket", **hearing)
    if ticket.raiser_id is not None:
        tell("servicedesk.ticket", account_id=ticket.raiser_id, facts=hearing["facts"])


def _hearing(ticket: Ticket) -> dict[str, Any]:
    return {"right": Right.VIEW, "path": ticket.path, "facts": {"ticket": str(ticket.pk), "state": ticket.state}}


def demand_reason(reason: str, field: str = "reason") -> str:
    """Return the reason without surrounding blanks.

    Raises:
        TianmuError: there is none.

    """
    given = reason.strip()
    if not given:
        raise TianmuError(Code.REASON_MISSING, "Say why.", status=422, fields={field: "required"})
    return given[:400]


def demand_past(at: datetime, now: datetime) -> datetime:
    """Return an instant that somebody stated; only the server's time counts, with a minute of slack.

    Raises:
        TianmuError: it lies in the future.

    """
    if at > now + SLACK:
        detail = "This instant lies in the future. Check the time."
        raise TianmuError(Code.IN_THE_FUTURE, detail, status=422, fields={"at": "in the future"})
    return min(at, now)


def _told(ticket: Ticket) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for clock, key, mark in Reminder.objects.filter(ticket=ticket).values_list("clock", "key", "mark"):
        found.setdefault((clock, key), []).append(mark)
    return found
