"""The rows that indicators count, and by what they can be narrowed: orders, critical values, consultations, work.

Each starts from the orders whose figures the actor may see and that count (`ecg.selectors.counting`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, FloatField, Min, OuterRef, Q, QuerySet, Subquery, Sum

from tianmu.clinical.ecg.actions.reports import REPORT
from tianmu.clinical.ecg.choices import ConsultationState, InvitationState, OrderState
from tianmu.clinical.ecg.models import Alert, Consultation, Invitation, Order, OrderStep, QualityReview, StoredRecording
from tianmu.clinical.ecg.rules.states import Move
from tianmu.clinical.ecg.selectors.alerts import FIRST_GRADE
from tianmu.foundation.documents.models import Signature

_OF_ORDER = {
    "origin_id": "origin_id", "origin_path": "origin_path", "town": "origin__town_code", "device_id": "device_id",
    "kind": "kind", "urgency": "urgency", "sex": "patient__sex", "birth": "patient__birth_date", "due_at": "due_at",
}  # fmt: skip
SECONDS_IN_HOUR = 3600.0
SENT_BACK = (OrderState.RETURNED, OrderState.REJECTED)


@dataclass(frozen=True)
class Source:
    """Rows of one kind; `order` leads from them to their order, or is `of_` where only subqueries do."""

    rows: Callable[[QuerySet[Order]], QuerySet[Any]]
    order: str
    doctor: str

    def field(self, name: str) -> str:
        """Return the path of a field of the order."""
        return f"of_{name}" if self.order == "of_" else f"{self.order}{_OF_ORDER[name]}"


def _orders(orders: QuerySet[Order]) -> QuerySet[Order]:
    recorded = StoredRecording.objects.filter(order=OuterRef("pk"), active=True).order_by().values("order")
    hours = recorded.annotate(hours=Sum("duration_s") / SECONDS_IN_HOUR).values("hours")
    steps = OrderStep.objects.filter(order=OuterRef("pk"))
    asked = Consultation.objects.filter(order=OuterRef("pk")).exclude(state=ConsultationState.CANCELLED)
    return orders.annotate(
        recorded_hours=Subquery(hours, output_field=FloatField()),
        was_returned=Exists(steps.filter(move=Move.RETURN)),
        was_recorded_again=Exists(steps.filter(move=Move.IMPORT, from_state__in=SENT_BACK)),
        was_referred_up=Exists(asked),
    )


def _alerts(orders: QuerySet[Order]) -> QuerySet[Alert]:
    return Alert.objects.filter(order__in=orders, grade=FIRST_GRADE)


def _consultations(orders: QuerySet[Order]) -> QuerySet[Consultation]:
    signed = Invitation.objects.filter(consultation=OuterRef("pk"), state=InvitationState.ANSWERED)
    first = signed.order_by().values("consultation").annotate(at=Min("ended_at")).values("at")
    rows = Consultation.objects.filter(order__in=orders).exclude(state=ConsultationState.CANCELLED)
    return rows.annotate(answered_at=Subquery(first))


def _reviews(orders: QuerySet[Order]) -> QuerySet[QualityReview]:
    return QualityReview.objects.filter(order__in=orders, state="done")


def _signatures(orders: QuerySet[Order]) -> QuerySet[Signature]:
    here = Order.objects.filter(pk=OuterRef("document_version__document__subject_id"))
    rows = Signature.objects.filter(
        document_version__document__kind=REPORT, document_version__document__subject_id__in=orders.values("pk")
    )
    return rows.annotate(
        of_order=F("document_version__document__subject_id"),
        **{f"of_{name}": Subquery(here.values(path)[:1]) for name, path in _OF_ORDER.items()},
    )


def _steps(orders: QuerySet[Order]) -> QuerySet[OrderStep]:
    return OrderStep.objects.filter(order__in=orders, move=Move.RETURN)


SOURCES: Mapping[str, Source] = {
    "orders": Source(_orders, "", "reader"),
    "alerts": Source(_alerts, "order__", "decided_by"),
    "consultations": Source(_consultations, "order__", "asker_name"),
    "reviews": Source(_reviews, "order__", "first_name"),
    "signatures": Source(_signatures, "of_", "account_id"),
    "steps": Source(_steps, "order__", "actor"),
}


def of_doctor(source: str, key: str) -> Q:
    """Return the condition for one doctor's rows, by the key that a split by doctor gives."""
    if source != "signatures":
        return Q(**{SOURCES[source].doctor: key})
    try:
        return Q(account_id=UUID(key))
    except ValueError:
        return Q(name=key)
