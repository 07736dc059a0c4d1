"""The desk's figures of a period, each from one statement; whoever holds them may open the tickets behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.operations.servicedesk.models import Article, Survey, Ticket, TicketClock
from tianmu.operations.servicedesk.models.tickets import OPEN_STATES
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.figures import age_bands, availability, percentile, share
from tianmu.operations.servicedesk.selectors.times import times

OBLIGATIONS = {
    "response": "O-074", "handle": "O-075", "incident": "O-084",
    "report": "O-088", "feedback": "O-102", "node": "O-103",
}  # fmt: skip
MOST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant up to another."""

    since: datetime
    until: datetime


def scope(actor: Actor) -> QuerySet[Ticket]:
    """Return the tickets whose figures the actor may see.

    Raises:
        RefusedError: she may see none.

    """
    actor.demand(Right.VIEW_FIGURES)
    return TICKETS.rows(actor, Right.VIEW_FIGURES, Ticket.objects.all())


def figures(actor: Actor, period: Period, now: datetime) -> dict[str, Any]:
    """Return every figure of the dashboards for a period."""
    rows = scope(actor)
    raised = rows.filter(raised_at__gte=period.since, raised_at__lt=period.until)
    return {
        "since": period.since,
        "until": period.until,
        "on_time": on_time(rows, period),
        "raised": raised.count(),
        "by_kind": _by(raised, "kind"),
        "by_channel": _by(raised, "channel"),
        "backlog": age_bands(rows.filter(state__in=OPEN_STATES).values_list("raised_at", flat=True), now),
        "quality": _quality(raised),
        "survey": _survey(raised),
        "subsystems": subsystems(rows, period, now),
        "institutions": _institutions(raised),
        "repeats": _repeats(raised),
        "load": _load(rows, now),
        "times": times(raised),
        "trend": _trend(raised),
        "deflected": sum(Article.objects.values_list("deflected", flat=True)),
    }


def on_time(rows: QuerySet[Ticket], period: Period) -> list[dict[str, Any]]:
    """Return for each kind of clock how many ended in time, mean and 90th percentile of what they took."""
    ended = TicketClock.objects.filter(
        ticket__in=rows, started_at__gte=period.since, started_at__lt=period.until
    ).values_list("type", "in_time", "elapsed_seconds", "due_at")
    by_type: dict[str, list[tuple[bool | None, int | None, datetime | None]]] = {}
    for kind, kept, elapsed, due in ended:
        by_type.setdefault(kind, []).append((kept, elapsed, due))
    found = []
    for kind, clocks in sorted(by_type.items()):
        took = [float(elapsed) for _, elapsed, _ in clocks if elapsed is not None]
        kept_count = sum(kept is True for kept, _, _ in clocks)
        late = sum(
            kept is False or (kept is None and due is not None and due < period.until) for kept, _, due in clocks
        )
        found.append(
            {
                "clock": kind,
                "obligation": OBLIGATIONS.get(kind, ""),
                "ended": len(took),
                "open": len(clocks) - len(took),
                "in_time": kept_count,
                "late": late,
                "percent": share(kept_count, kept_count + late),
                "mean_seconds": round(sum(took) / len(took)) if took else None,
                "p90_seconds": percentile(took, 90),
            }
        )
    return found


def subsystems(rows: QuerySet[Ticket], period: Period, now: datetime) -> list[dict[str, Any]]:
    """Return MTTA, MTTR and availability of each sub-system: down is from occurrence to restoration, grades I-III."""
    incidents = rows.filter(kind="incident", occurred_at__lt=period.until).filter(
        Q(restored_at=None) | Q(restored_at__gt=period.since)
    )
    fields = ("subsystems", "grade", "proposed_grade", "occurred_at", "acknowledged_at", "restored_at", "excluded")
    downs: dict[str, list[tuple[datetime, datetime]]] = {}
    acknowledged: dict[str, list[float]] = {}
    repaired: dict[str, list[float]] = {}
    end = min(period.until, now)
    for keys, grade, proposed, occurred, seen, restored, _excluded in incidents.exclude(state="merged").values_list(
        *fields
    ):
        for key in keys:
            if (grade or proposed) in {1, 2, 3}:
                downs.setdefault(key, []).append((occurred, restored or end))
            if seen is not None:
                acknowledged.setdefault(key, []).append(max((seen - occurred).total_seconds(), 0))
            if restored is not None:
                repaired.setdefault(key, []).append((restored - occurred).total_seconds())
    return [
        {
            "subsystem": key,
            "incidents": len(downs.get(key, [])),
            "mtta_seconds": _mean(acknowledged.get(key, [])),
            "mttr_seconds": _mean(repaired.get(key, [])),
            "availability": availability(downs.get(key, []), period.since, end),
        }
        for key in sorted({*downs, *acknowledged, *repaired})
    ]


def open_majors(actor: Actor) -> QuerySet[Ticket]:
    """Return the major incidents that are not confirmed yet, the gravest first."""
    rows = scope(actor).select_related("institution__unit").filter(kind="incident", rank__lt=3, state__in=OPEN_STATES)
    return rows.order_by("rank", "due_at", "id")[:20]


def running_clocks(actor: Actor, limit: int = 20) -> QuerySet[TicketClock]:
    """Return the clocks that end soonest: they are of the tickets that are due soonest, at most as many."""
    due = scope(actor).filter(state__in=OPEN_STATES).order_by("due_at", "id").values("pk")[:limit]
    rows = TicketClock.objects.select_related("ticket").filter(state="running", due_at__isnull=False)
    return rows.filter(ticket__in=due).order_by("due_at", "id")[:limit]


def _by(rows: QuerySet[Ticket], field: str) -> dict[str, int]:
    found = rows.order_by().values_list(field).annotate(count=Count("id"))
    return dict(sorted(found, key=lambda one: -one[1]))


def _quality(rows: QuerySet[Ticket]) -> dict[str, Any]:
    counted = rows.aggregate(
        solved=Count("id", filter=Q(resolved_at__isnull=False)),
        first=Count("id", filter=Q(first_contact=True, reopened=0, resolved_at__isnull=False)),
        reopened=Count("id", filter=Q(reopened__gt=0)),
        late=Count("id", filter=~Q(late_reason="")),
    )
    return {
        **counted,
        "first_percent": share(counted["first"], counted["solved"]),
        "reopened_percent": share(counted["reopened"], counted["solved"]),
    }


def _survey(rows: QuerySet[Ticket]) -> dict[str, Any]:
    asked = Survey.objects.filter(ticket__in=rows)
    counted = asked.aggregate(asked=Count("id"), answered=Count("id", filter=Q(score__isnull=False)), mean=Avg("score"))
    mean = counted["mean"]
    return {
        "asked": counted["asked"],
        "answered": counted["answered"],
        "mean": round(float(mean), 2) if mean is not None else None,
        "answer_percent": share(counted["answered"], counted["asked"]),
    }


def _institutions(rows: QuerySet[Ticket]) -> list[dict[str, Any]]:
    found = (
        rows.order_by()
        .values("institution_id", "institution__unit__name")
        .annotate(tickets=Count("id"), incidents=Count("id", filter=Q(kind="incident")))
        .order_by("-tickets", "institution__unit__name")[:MOST_ROWS]
    )
    return [
        {
            "id": one["institution_id"],
            "name": one["institution__unit__name"],
            "tickets": one["tickets"],
            "incidents": one["incidents"],
        }
        for one in found
    ]


def _repeats(rows: QuerySet[Ticket]) -> list[dict[str, Any]]:
    found = (
        rows.filter(kind="incident", grade__in=[1, 2, 3], excluded="")
        .exclude(problem_kind="")
        .order_by()
        .values("subsystems", "grade", "problem_kind")
        .annotate(count=Count("id"))
        .filter(count__gte=2)
        .order_by("-count")[:MOST_ROWS]
    )
    return [dict(one) for one in found]


def _load(rows: QuerySet[Ticket], now: datetime) -> list[dict[str, Any]]:
    found = (
        rows.filter(state__in=OPEN_STATES)
        .exclude(assignee=None)
        .order_by()
        .values("assignee_id", "assignee_name")
        .annotate(open=Count("id"), overdue=Count("id", filter=Q(due_at__lt=now)))
        .order_by("-open", "assignee_name")
    )
    return [
        {"id": one["assignee_id"], "name": one["assignee_name"], "open": one["open"], "overdue": one["overdue"]}
        for one in found
    ]


def _trend(rows: QuerySet[Ticket]) -> list[dict[str, Any]]:
    days: dict[str, list[int]] = {}
    for raised, kind in rows.values_list("raised_at", "kind"):
        day = days.setdefault(f"{timezone.localtime(raised):%Y-%m-%d}", [0, 0])
        day[0] += 1
        day[1] += kind == "incident"
    return [{"day": day, "tickets": one[0], "incidents": one[1]} for day, one in sorted(days.items())]


def _mean(values: Sequence[float]) -> int | None:
    return round(sum(values) / len(values)) if values else None


def month_before(now: datetime) -> Period:
    """Return the calendar month before the one of an instant."""
    first = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Period((first - timedelta(days=1)).replace(day=1), first)
