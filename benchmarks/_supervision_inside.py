"""The part of the supervision benchmark that runs with the platform's database: sums, and the loop beside them."""

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from tianmu.clinical.ecg.models import Order
from tianmu.foundation.access.actor import system
from tianmu.insight.supervision.rules.indicators import Counted
from tianmu.insight.supervision.selectors.asked import Asked
from tianmu.insight.supervision.selectors.figures import figures, indicator_of, split

TIMES = 5
YEAR = timedelta(days=366)
SAME = (
    "examinations", "published", "positive_rate", "report_in_time", "acquire_to_publish", "returned_rate",
    "image_quality", "resident_read", "referred_up", "again_rate", "reversal_rate",
)  # fmt: skip
REVERSALS = {"limb_reversal", "chest_reversal"}


def inside() -> dict[str, Any]:
    """Return how long figures take and where they differ from the loop."""
    now, actor = timezone.now(), system("benchmark")
    year, month = Asked(now - YEAR, now), Asked(now - timedelta(days=90), now - timedelta(days=60))

    def timed(work: Callable[[], object]) -> float:
        took = []
        for _ in range(TIMES):
            started = time.perf_counter()
            work()
            took.append(time.perf_counter() - started)
        return 1000 * statistics.median(took)

    started = time.perf_counter()
    loop = naive(year.since, year.until)
    naive_ms = 1000 * (time.perf_counter() - started)
    found = figures(actor, year, now, SAME)
    return {
        "orders": Order.objects.count(),
        "month_ms": timed(lambda: figures(actor, month, now)),
        "year_ms": timed(lambda: figures(actor, year, now)),
        "same_ms": timed(lambda: figures(actor, year, now, SAME)),
        "split_ms": timed(lambda: split(actor, indicator_of("acquire_to_publish"), year, "organization", "month", now)),
        "naive_ms": naive_ms,
        "differ": {key: f"{loop[key]} is not {found[key]}" for key in SAME if not alike(loop[key], found[key])},
    }


def alike(one: Counted, other: Counted) -> bool:
    """Tell whether two counts are the same; of a duration also its median."""
    same = abs(one.numerator - other.numerator) < 1e-6 * max(1.0, one.numerator)
    medians = one.median is None or (other.median is not None and abs(one.median - other.median) < 1e-6)
    return same and one.denominator == other.denominator and medians


def naive(since: datetime, until: datetime) -> dict[str, Counted]:
    """Count eleven figures the way a loop over rows does."""
    rows = [
        row
        for row in Order.objects.select_related("patient")
        .prefetch_related("steps", "consultations")
        .filter(acquired_at__gte=since, acquired_at__lt=until)
        if row.state != "void" and not row.patient.name.casefold().startswith(("测试", "test"))
    ]
    out = [row for row in rows if row.published_version]
    minutes = [
        (row.published_at - row.acquired_at).total_seconds() / 60
        for row in rows
        if row.published_at and row.acquired_at
    ]
    graded = [row for row in rows if row.quality_grade in {"A", "B", "C", "D"}]
    resting = [row for row in graded if row.kind == "resting"]
    again = [
        row
        for row in rows
        if any(step.move == "import" and step.from_state in {"returned", "rejected"} for step in row.steps.all())
    ]
    referred = [row for row in rows if any(one.state != "cancelled" for one in row.consultations.all())]
    returned = [row for row in rows if any(step.move == "return" for step in row.steps.all())]
    return {
        "examinations": Counted(len(rows), len(rows)),
        "published": Counted(len(out), len(out)),
        "positive_rate": Counted(sum(row.conclusion_class == "abnormal" for row in out), len(out)),
        "report_in_time": Counted(
            sum(bool(row.published_at and row.published_at <= row.due_at) for row in out), len(out)
        ),
        "acquire_to_publish": Counted(sum(minutes), len(minutes), median=statistics.median(minutes)),
        "returned_rate": Counted(len(returned), len(rows)),
        "image_quality": Counted(sum(row.quality_grade != "D" for row in graded), len(graded)),
        "resident_read": Counted(sum(row.seen_at is not None for row in out), len(out)),
        "referred_up": Counted(len(referred), len(rows)),
        "again_rate": Counted(len(again), len(rows)),
        "reversal_rate": Counted(
            sum(not REVERSALS.isdisjoint([*row.statement_codes, *row.conclusion_codes]) for row in resting),
            len(resting),
        ),
    }
