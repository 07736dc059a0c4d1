"""How long answering and solving took, by institution, kind and engineer: one statement each, whatever the number."""

from datetime import timedelta
from typing import Any

from django.db.models import Aggregate, Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from tianmu.operations.servicedesk.models import Ticket

MOST_GROUPS = 200
ANSWER = ExpressionWrapper(F("responded_at") - F("raised_at"), output_field=DurationField())
SOLVE = ExpressionWrapper(F("resolved_at") - F("raised_at"), output_field=DurationField())
GROUPS = {
    "institutions": ("institution_id", "institution__unit__name"),
    "kinds": ("kind",),
    "engineers": ("assignee_id", "assignee_name"),
}


class NinetiethPercentile(Aggregate):
    """The 90th percentile of durations, between neighbours."""

    template = "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def times(rows: QuerySet[Ticket]) -> dict[str, list[dict[str, Any]]]:
    """Return for each group its tickets, what was solved and reopened, and what answering and solving took."""
    return {name: _times_by(rows, fields) for name, fields in GROUPS.items()}


def _times_by(rows: QuerySet[Ticket], fields: tuple[str, ...]) -> list[dict[str, Any]]:
    if "assignee_id" in fields:
        rows = rows.exclude(assignee=None)
    found = (
        rows.order_by()
        .values_list(*fields)
        .annotate(
            tickets=Count("id"),
            solved=Count("id", filter=Q(resolved_at__isnull=False)),
            reopened_count=Count("id", filter=Q(reopened__gt=0)),
            answer=Avg(ANSWER),
            answer_90=NinetiethPercentile(ANSWER),
            solve=Avg(SOLVE),
            solve_90=NinetiethPercentile(SOLVE),
        )
        .order_by("-tickets", fields[-1])[:MOST_GROUPS]
    )
    return [
        {
            "key": str(one[0]),
            "name": str(one[len(fields) - 1]),
            "tickets": one[-7],
            "solved": one[-6],
            "reopened": one[-5],
            "answer_seconds": _seconds(one[-4]),
            "answer_p90_seconds": _seconds(one[-3]),
            "solve_seconds": _seconds(one[-2]),
            "solve_p90_seconds": _seconds(one[-1]),
        }
        for one in found
    ]


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())
