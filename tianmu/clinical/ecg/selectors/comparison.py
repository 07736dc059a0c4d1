"""Serial comparison of an order with an earlier one of the same person (ecg.md section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tianmu.clinical.ecg.actions.analysis import rules_at
from tianmu.clinical.ecg.engine.criteria import Criteria
from tianmu.clinical.ecg.engine.serial.compare import Comparison, compare
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Order, StoredAnalysis
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.clinical.ecg.rules.stored import analysis_of
from tianmu.clinical.ecg.selectors.measured import result_that_counts, with_remeasurements
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.audit.actions import record_views

LONGEST = timedelta(days=3653)
LIMITS = {
    "ventricular_rate": "serial.rate",
    "pr_ms": "serial.pr_ms",
    "qrs_ms": "serial.qrs_ms",
    "qtc_fridericia_ms": "serial.qtc_ms",
    "qrs_axis_deg": "serial.axis_deg",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the order, its values that count, and the machine's median beat."""

    order: Order
    recording_id: UUID
    result: Mapping[str, Any]
    median: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides, what changed, and the thresholds that said so."""

    now: Side
    earlier: Side
    comparison: Comparison
    criteria: Criteria


def comparable(actor: Actor, order: Order) -> QuerySet[Order]:
    """Return the person's earlier reported orders of the same kind of at most ten years, the newest first."""
    at = order.acquired_at or order.registered_at
    rows = Order.objects.filter(
        patient_id=order.patient_id,
        kind=order.kind,
        published_version__gt=0,
        acquired_at__lt=at,
        acquired_at__gte=at - LONGEST,
    ).exclude(pk=order.pk)
    return ORDERS.rows(actor, Right.VIEW, rows).order_by("-acquired_at", "-id")


def compared(actor: Actor, order_id: UUID, earlier_id: UUID | None, now: datetime) -> Compared:
    """Compare an order with the one chosen, or with the last one before it; looking at both is written down.

    Raises:
        ConflictError: there is no earlier one, or one of the two was not analysed.

    """
    order = ORDERS.one(actor, Right.VIEW, Order.objects.all(), order_id)
    rows = comparable(actor, order)
    other = (rows.filter(pk=earlier_id) if earlier_id else rows).first()
    if other is None:
        raise ConflictError(Code.NO_EARLIER, "There is no earlier ECG to compare with.", state=order.state)
    sides = _side(order), _side(other)
    subjects = [(one.pk, one.patient_id) for one in (order, other)]
    record_views(actor=actor, action="ecg.order.compare", kind="ecg_order", subjects=subjects)
    criteria = rules_at(order.centre_path, now).criteria
    found = compare(analysis_of(sides[1].result), analysis_of(sides[0].result), criteria=criteria)
    return Compared(sides[0], sides[1], found, criteria)


def _side(order: Order) -> Side:
    rows = StoredAnalysis.objects.select_related("recording").filter(recording__order=order, recording__active=True)
    found = with_remeasurements(rows).order_by("-recording_id", "-id").first()
    if found is None:
        detail = f"The ECG {order.number} has not been analysed."
        raise ConflictError(Code.ANALYSIS_MISSING, detail, state=order.state)
    result = result_that_counts(found)
    return Side(order, found.recording_id, result, result.get("median"))
