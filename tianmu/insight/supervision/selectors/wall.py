"""What hangs on the wall: numbers of today, a ranking, the day's curve beside yesterday's; no person is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour, TruncDay

from tianmu.clinical.ecg.choices import Critical, LiveState
from tianmu.clinical.ecg.models import LiveSession
from tianmu.clinical.ecg.permissions import LIVE
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.insight.supervision.permissions import Right
from tianmu.insight.supervision.rules.indicators import Counted
from tianmu.insight.supervision.selectors.asked import Asked
from tianmu.insight.supervision.selectors.figures import Reach, figures, reach
from tianmu.insight.supervision.selectors.points import WAITING, midnight

RANKED = 8
DAY = timedelta(days=1)
OF_TODAY = ("examinations", "published", "report_in_time", "critical_values", "critical_in_time", "image_quality")


@dataclass(frozen=True, slots=True)
class Wall:
    """The numbers of the wall; `live` is how many streams run in the county."""

    figures: Mapping[str, Counted]
    queue: int
    overdue: int
    critical_open: int
    ranking: list[tuple[str, str, int]]
    today: tuple[int, ...]
    yesterday: tuple[int, ...]
    live: int


def wall(actor: Actor, now: datetime) -> Wall:
    """Return what the wall shows now."""
    here, begun = reach(actor, now), midnight(now)
    open_now = here.orders.order_by().filter(WAITING | Q(critical=Critical.OPEN))
    numbers = open_now.aggregate(
        queue=Count("pk", filter=WAITING),
        overdue=Count("pk", filter=WAITING & Q(due_at__lt=now)),
        critical=Count("pk", filter=Q(critical=Critical.OPEN)),
    )
    recent = here.orders.order_by().filter(acquired_at__gte=begun, acquired_at__lt=now)
    ranking = recent.values_list("origin_id", "origin__unit__name").annotate(n=Count("pk"))
    streams = LIVE.figures(actor, Right.VIEW, LiveSession.objects.exclude(state=LiveState.ENDED))
    today, yesterday = _curves(here, begun, now)
    return Wall(
        figures=figures(actor, Asked(begun, max(now, begun + timedelta(seconds=1))), now, OF_TODAY),
        queue=numbers["queue"],
        overdue=numbers["overdue"],
        critical_open=numbers["critical"],
        ranking=[(str(key), name, n) for key, name, n in ranking.order_by("-n", "origin__unit__name")[:RANKED]],
        today=today,
        yesterday=yesterday,
        live=streams.count(),
    )


def _curves(here: Reach, begun: datetime, now: datetime) -> tuple[tuple[int, ...], tuple[int, ...]]:
    rows: Any = (
        here.orders.order_by()
        .filter(acquired_at__gte=begun - DAY, acquired_at__lt=now)
        .annotate(day=TruncDay("acquired_at", tzinfo=ZONE), hour=ExtractHour("acquired_at", tzinfo=ZONE))
        .values_list("day", "hour")
        .annotate(n=Count("pk"))
    )
    counts = {(day >= begun, hour): n for day, hour, n in rows}
    return (
        tuple(counts.get((True, hour), 0) for hour in range(24)),
        tuple(counts.get((False, hour), 0) for hour in range(24)),
    )
