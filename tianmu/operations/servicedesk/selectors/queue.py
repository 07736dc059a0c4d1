"""The queue and its counts: few statements each, whatever the number of tickets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.operations.servicedesk.models import Ticket, TicketClock
from tianmu.operations.servicedesk.models.tickets import OPEN_STATES
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.words import question_keys

MOST_WORDS = 12
LATELY = 4_000
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LIST_FIELDS = (
    "id", "number", "kind", "channel", "title", "state", "wait_for", "raised_at", "received_at", "institution", "path",
    "raiser", "raiser_name", "subsystems", "urgency", "grade", "proposed_grade", "assignee", "assignee_name", "rank",
    "next_clock", "due_at", "resolved_at", "closed_at", "responded_at", "reopened", "excluded", "version", "affected",
    "acknowledged_at", "late_reason", "institution__unit__name", "institution__unit__code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows; every part may be left out."""

    open_only: bool = False
    states: Sequence[str] = ()
    kinds: Sequence[str] = ()
    channels: Sequence[str] = ()
    grades: Sequence[int] = ()
    subsystem: str = ""
    unit_path: str = ""
    assignee_id: UUID | None = None
    unassigned: bool = False
    raised_by_me: bool = False
    overdue_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    problem_id: UUID | None = None
    search: str = ""
    excluded_states: Sequence[str] = field(default=())


def tickets(actor: Actor, wanted: Wanted) -> QuerySet[Ticket]:
    """Return the tickets the actor may see that match, with everything a row shows."""
    running = TicketClock.objects.filter(state="running").only("ticket_id", "type", "due_at", "limit_seconds")
    rows = Ticket.objects.select_related("institution__unit").only(*LIST_FIELDS)
    rows = rows.prefetch_related(Prefetch("clocks", queryset=running, to_attr="running_clocks"))
    return TICKETS.rows(actor, Right.VIEW, rows.filter(_condition(actor, wanted)))


def horizon(behind: Q) -> datetime:
    """Return since when the few thousand newest tickets behind a cursor came, all others' included.

    Words that are common fill a page from these alone, in the order of the index; only what is rare needs the index of
    words, and is then little to sort.
    """
    newest = Ticket.objects.filter(behind).order_by("-received_at", "-id").values_list("received_at", flat=True)
    return newest[LATELY : LATELY + 1].first() or FIRST


def counts(actor: Actor, wanted: Wanted, now: datetime) -> dict[str, object]:
    """Return how many open tickets are in each state, how many are overdue, major, mine, and nobody's."""
    rows = TICKETS.rows(actor, Right.VIEW, Ticket.objects.filter(_condition(actor, wanted), state__in=OPEN_STATES))
    found = list(
        rows.order_by()
        .values("state")
        .annotate(
            tickets=Count("id"),
            overdue=Count("id", filter=Q(due_at__lt=now)),
            major=Count("id", filter=Q(kind="incident", rank__lt=3)),
            mine=Count("id", filter=Q(assignee_id=actor.account_id)),
            unassigned=Count("id", filter=Q(assignee_id=None)),
        )
    )
    by_state = {one["state"]: one["tickets"] for one in found}
    totals = {name: sum(one[name] for one in found) for name in ("overdue", "major", "mine", "unassigned")}
    return {"by_state": {state: by_state.get(state, 0) for state in OPEN_STATES}, **totals}


def _condition(actor: Actor, wanted: Wanted) -> Q:
    plain = {
        "state__in": [*wanted.states] or (OPEN_STATES if wanted.open_only else None),
        "kind__in": [*wanted.kinds] or None,
        "channel__in": [*wanted.channels] or None,
        "grade__in": [*wanted.grades] or None,
        "subsystems__contains": [wanted.subsystem] if wanted.subsystem else None,
        "path__startswith": wanted.unit_path or None,
        "assignee_id": wanted.assignee_id,
        "due_at__lt": wanted.overdue_at,
        "received_at__gte": wanted.since,
        "received_at__lt": wanted.until,
        "problem_id": wanted.problem_id,
    }
    query = Q(**{name: value for name, value in plain.items() if value is not None})
    if wanted.unassigned:
        query &= Q(assignee_id=None)
    if wanted.raised_by_me:
        query &= Q(raiser_id=actor.account_id)
    return query & search_condition(wanted.search)


def search_condition(text: str) -> Q:
    """Return the condition of a full-text search: the number's beginning, or every word and pair of characters."""
    compact = text.strip()
    if not compact:
        return Q()
    if compact[0].isascii() and "-" in compact and any(character.isdigit() for character in compact):
        return Q(number__startswith=compact.upper())
    keys = question_keys(compact)[:MOST_WORDS]
    return Q(keys__contains=keys) if keys else Q(pk__in=[])
