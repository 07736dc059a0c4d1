"""Computing every clock anew from the logs, and comparing with the cache: the same after any restart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from tianmu.operations.servicedesk.actions.frame import frame_at
from tianmu.operations.servicedesk.actions.writing import clock_row, entry_of, readings_of, save_clocks
from tianmu.operations.servicedesk.models import Reminder, Ticket, TicketClock, TicketEvent

COMPARED = ("state", "started_at", "due_at", "stopped_at", "limit_seconds", "in_time", "inputs_sha256")
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """A clock whose cache says otherwise than its log."""

    number: str
    clock: str
    field: str
    cached: str
    computed: str


def compare(*, since: datetime | None, now: datetime, write: bool) -> Iterator[int | Difference]:
    """Yield the number of clocks of each ticket, and every difference; with `write` the cache is put right.

    Clocks are read at `now`; what an open clock's cache says of a later instant is not compared.
    """
    frame = frame_at(now)
    rows = Ticket.objects.only(
        "id", "number", "path", "state", "kind", "rank", "due_at", "next_clock"
    ).prefetch_related(
        Prefetch("log", queryset=TicketEvent.objects.order_by("number")),
        "clocks",
        Prefetch("reminders", queryset=Reminder.objects.all()),
    )
    if since is not None:
        rows = rows.filter(raised_at__gte=since)
    for ticket in rows.order_by("id").iterator(chunk_size=CHUNK):
        readings = readings_of([entry_of(row) for row in ticket.log.all()], frame)
        told: dict[tuple[str, str], list[int]] = {}
        for one in ticket.reminders.all():
            told.setdefault((one.clock, one.key), []).append(one.mark)
        fresh = [clock_row(ticket, one, frame, told.get((one.type.value, one.key), [])) for one in readings]
        found = list(_differences(ticket, fresh))
        yield from found
        if found and write:
            TicketClock.objects.filter(ticket=ticket).delete()
            save_clocks(fresh)
        yield len(fresh)


def _differences(ticket: Ticket, fresh: list[TicketClock]) -> Iterator[Difference]:
    cached = {(row.type, row.key): row for row in ticket.clocks.all()}
    for row in fresh:
        known = cached.pop((row.type, row.key), None)
        name = f"{row.type} {row.key}".strip()
        if known is None:
            yield Difference(ticket.number, name, "clock", "missing", row.state)
            continue
        for field in COMPARED:
            before, after = getattr(known, field), getattr(row, field)
            if before != after:
                yield Difference(ticket.number, name, field, str(before), str(after))
    for key in cached:
        yield Difference(ticket.number, " ".join(key).strip(), "clock", "left over", "none")
