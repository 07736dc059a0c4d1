"""The queue and its counts: one statement each, whatever the number of tickets.

A page reads plain rows, not models: with its place's name and the limit of its next clock beside it, each is one tuple.
What every open desk asks for is composed once and kept ready.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol, cast
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.db.composed import Composed
from tianmu.foundation.db.prepared import fetched
from tianmu.operations.servicedesk.models import Ticket, TicketClock
from tianmu.operations.servicedesk.models.tickets import OPEN_STATES
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.words import question_keys

MOST_WORDS = 12
LATELY = (4_000, 40_000)
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
HORIZON = "SELECT received_at FROM servicedesk_ticket ORDER BY received_at DESC, id DESC OFFSET %s LIMIT 1"


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


class Listed(Protocol):
    """A row of a list: fields of the ticket, the name of its place, the limit of its next clock while that runs."""

    id: UUID
    number: str
    kind: str
    channel: str
    title: str
    state: str
    wait_for: str
    raised_at: datetime
    received_at: datetime
    institution_id: UUID
    raiser_name: str
    subsystems: list[str]
    urgency: str
    grade: int | None
    proposed_grade: int | None
    assignee_id: UUID | None
    assignee_name: str
    next_clock: str
    due_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    responded_at: datetime | None
    reopened: int
    excluded: str
    version: int
    affected: list[UUID]
    late_reason: str
    place: str
    limit_seconds: int | None


BESIDE = ("place", "limit_seconds")
ROW = tuple(name for name in Listed.__annotations__ if name not in BESIDE)


def tickets(actor: Actor, wanted: Wanted) -> QuerySet[Ticket]:
    """Return the tickets the actor may see that match."""
    return TICKETS.rows(actor, Right.VIEW, Ticket.objects.filter(_condition(actor, wanted)))


def listed(rows: QuerySet[Ticket]) -> QuerySet[Any]:
    """Return tickets as rows of a list (`Listed`)."""
    clock = TicketClock.objects.filter(
        ticket=OuterRef("pk"), type=OuterRef("next_clock"), due_at=OuterRef("due_at"), state="running"
    )
    limit = clock.values("limit_seconds")[:1]
    found = rows.annotate(place=F("institution__unit__name"), limit_seconds=Subquery(limit))
    return found.values_list(*ROW, *BESIDE, named=True)


def first_listed(actor: Actor, wanted: Wanted, keys: Sequence[str], most: int) -> list[Any] | None:
    """Return the first rows of a list as every open desk asks for it; None where no statement is ready for it.

    They are those of `listed`. A search is planned for its words: how many have them decides the way.
    """
    own = TICKETS.is_own_way(actor, Right.VIEW)
    paths = () if own and not actor.paths(Right.VIEW) else TICKETS.plain_paths(actor, Right.VIEW)
    other = replace(wanted, open_only=False, subsystem="", unassigned=False, raised_by_me=False, assignee_id=None)
    if paths is None or actor.account_id is None or other != Wanted():
        return None
    TICKETS.demand_purpose(actor, Right.VIEW)
    shape = (wanted.open_only, wanted.unassigned, wanted.raised_by_me, own, tuple(keys), most)
    values = {
        "paths": paths,
        "actor": actor.account_id if own or wanted.raised_by_me else None,
        "assignee": wanted.assignee_id,
        "subsystem": wanted.subsystem or None,
    }
    return _FIRST(*shape, **{name: value for name, value in values.items() if value is not None})


def _first(
    open_only: bool,
    unassigned: bool,
    raised_by_me: bool,
    own: bool,
    keys: tuple[str, ...],
    most: int,
    *,
    paths: tuple[str, ...],
    actor: UUID | None = None,
    assignee: UUID | None = None,
    subsystem: str = "",
) -> QuerySet[Any]:
    mine = Q(raiser_id=actor)
    wanted = Wanted(open_only=open_only, unassigned=unassigned, subsystem=subsystem, assignee_id=assignee)
    seen = TICKETS.filter_at(paths) | mine if own else TICKETS.filter_at(paths)
    rows = Ticket.objects.filter(_plainly(wanted), seen)
    page = (rows.filter(mine) if raised_by_me else rows).order_by(*keys)[:most]
    return listed(Ticket.objects.filter(pk__in=page.values("pk"))).order_by(*keys)


_FIRST: Composed[Any] = Composed(_first)


def horizons(behind: Q) -> Iterator[datetime]:
    """Yield since when to search behind a cursor: the few thousand newest tickets, ten times as many, all.

    Words that are common fill a page from the first alone; only what is rare needs all, and is then little to sort.
    """
    for newest in LATELY:
        found = horizon(behind, newest)
        if found is None:
            break
        yield found
    yield FIRST


def horizon(behind: Q, newest: int) -> datetime | None:
    """Return since when so many tickets behind a cursor came, all others' included; None when there are fewer."""
    if not behind:
        rows = fetched(HORIZON, (newest,))
        return cast(datetime, rows[0][0]) if rows else None
    came = Ticket.objects.filter(behind).order_by("-received_at", "-id").values_list("received_at", flat=True)
    return came[newest : newest + 1].first()


def counts(actor: Actor, wanted: Wanted, now: datetime) -> dict[str, object]:
    """Return how many open tickets are in each state, how many are overdue, major, mine, and nobody's."""
    rows = TICKETS.rows(actor, Right.VIEW, Ticket.objects.filter(_condition(actor, wanted)))
    return counted(rows, actor, now)[0]


def counted(rows: QuerySet[Ticket], actor: Actor, now: datetime) -> tuple[dict[str, object], dict[int | None, int]]:
    """Return the counts of the open ones of some tickets, and its incidents by grade, in one statement."""
    found = list(
        rows.filter(state__in=OPEN_STATES)
        .order_by()
        .values("state", "kind", "grade")
        .annotate(
            tickets=Count("id"),
            overdue=Count("id", filter=Q(due_at__lt=now)),
            major=Count("id", filter=Q(kind="incident", rank__lt=3)),
            mine=Count("id", filter=Q(assignee_id=actor.account_id)),
            unassigned=Count("id", filter=Q(assignee_id=None)),
        )
    )
    by_state, by_grade = dict.fromkeys(OPEN_STATES, 0), Counter[int | None]()
    for one in found:
        by_state[one["state"]] += one["tickets"]
        by_grade[one["grade"]] += one["tickets"] if one["kind"] == "incident" else 0
    totals = {name: sum(one[name] for one in found) for name in ("overdue", "major", "mine", "unassigned")}
    return {"by_state": by_state, **totals}, by_grade


def _condition(actor: Actor, wanted: Wanted) -> Q:
    query = _plainly(wanted)
    if wanted.raised_by_me:
        query &= Q(raiser_id=actor.account_id)
    return query & search_condition(wanted.search)


def _plainly(wanted: Wanted) -> Q:
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
    return query & Q(assignee_id=None) if wanted.unassigned else query


def search_condition(text: str) -> Q:
    """Return the condition of a full-text search: the number's beginning, or every word and pair of characters."""
    compact = text.strip()
    if not compact:
        return Q()
    if compact[0].isascii() and "-" in compact and any(character.isdigit() for character in compact):
        return Q(number__startswith=compact.upper())
    keys = question_keys(compact)[:MOST_WORDS]
    return Q(keys__contains=keys) if keys else Q(pk__in=[])
