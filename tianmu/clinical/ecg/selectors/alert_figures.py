"""What the figures of critical values count, as conditions of the database: one place for numbers and for rows.

通报率: confirmed values that were notified, among all confirmed.
及时率: confirmed values that were confirmed, notified and acknowledged within the limits, among all confirmed.
处置率: confirmed values whose disposal is entered, among all confirmed.
误报率: values that a doctor ruled out, among all that a doctor decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from tianmu.clinical.ecg.choices import AlertState
from tianmu.clinical.ecg.models import Alert
from tianmu.clinical.ecg.rules.critical_figures import Figure, Index
from tianmu.clinical.ecg.rules.critical_loop import Stage


@dataclass(frozen=True, slots=True)
class Share:
    """A rate: what it counts, among what."""

    counted: Q
    among: Q


_PARTS = ("counted", "among")
_TOLD = [str(one) for one in (Stage.CONFIRM, Stage.NOTIFY, Stage.ACKNOWLEDGE)]
DECIDED = Q(decided_at__isnull=False)
CONFIRMED = DECIDED & ~Q(state=AlertState.REJECTED)
SHARES: Mapping[Index, Share] = {
    Index.NOTIFIED: Share(CONFIRMED & Q(notified_at__isnull=False), CONFIRMED),
    Index.TIMELY: Share(
        CONFIRMED & Q(notified_at__isnull=False, acknowledged_at__isnull=False) & ~Q(late__overlap=_TOLD), CONFIRMED
    ),
    Index.DISPOSED: Share(CONFIRMED & Q(disposed_at__isnull=False), CONFIRMED),
    Index.FALSE: Share(DECIDED & Q(state=AlertState.REJECTED), DECIDED),
}


def figures_of(rows: QuerySet[Alert]) -> tuple[Figure, ...]:
    """Return the four figures of critical values, in one statement."""
    counts = {f"{one}_{part}": Count("pk", filter=getattr(SHARES[one], part)) for one in Index for part in _PARTS}
    found = rows.order_by().aggregate(**counts)
    return tuple(Figure(one, found[f"{one}_counted"], found[f"{one}_among"]) for one in Index)
