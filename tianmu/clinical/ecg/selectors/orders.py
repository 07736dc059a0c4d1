"""One order with everything about it; looking at it is written down."""

import re
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from tianmu.clinical.ecg.actions.reports import REPORT
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Alert, Marking, Order, OrderStep, StoredAnalysis, StoredRecording
from tianmu.clinical.ecg.permissions import AT_CENTRE, ORDERS, Right
from tianmu.clinical.ecg.selectors.measured import with_remeasurements
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError
from tianmu.foundation.audit.actions import record, record_views
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.documents.selectors import versions_of
from tianmu.foundation.storage.here import store

MOST_EARLIER = 20


def order_of(actor: Actor, order_id: UUID, *, seen_as: str = "ecg.order.view") -> Order:
    """Return an order with recordings, analyses, steps and alerts, and write down that it was looked at.

    Raises:
        MissingError: there is none that the actor may see.

    """
    analyses = Prefetch("analyses", queryset=with_remeasurements(StoredAnalysis.objects.order_by("-id")))
    recordings = StoredRecording.objects.filter(active=True).order_by("-id").prefetch_related(analyses)
    rows = Order.objects.select_related("patient", "origin__unit", "centre__unit", "device").prefetch_related(
        Prefetch("recordings", queryset=recordings),
        Prefetch("steps", queryset=OrderStep.objects.order_by("id")),
        Prefetch("alerts", queryset=Alert.objects.order_by("id")),
    )
    order = ORDERS.one(actor, Right.VIEW, rows, order_id)
    record(actor=actor, action=seen_as, kind="ecg_order", key=order.pk, person_id=order.patient_id)
    return order


def earlier_orders(actor: Actor, order: Order) -> QuerySet[Order]:
    """Return the person's reported orders from before this one that the actor may see, newest first."""
    others = Order.objects.filter(patient_id=order.patient_id, published_version__gt=0).exclude(pk=order.pk)
    others = others.filter(registered_at__lte=order.registered_at)
    return ORDERS.rows(actor, Right.VIEW, others).order_by("-registered_at", "-id")[:MOST_EARLIER]


def report_versions(actor: Actor, order: Order) -> Sequence[DocumentVersion]:
    """Return the versions of an order's report, newest first; drafts only to those who read at the centre."""
    versions = versions_of(REPORT, order.pk)
    drafts = any(AT_CENTRE.allows(actor, right, order) for right in (Right.WRITE, Right.REVIEW))
    return list(versions if drafts else versions.filter(state=VersionState.SIGNED))


def published(versions: Sequence[DocumentVersion]) -> DocumentVersion | None:
    """Return the newest signed version, which is what the outside sees."""
    return next((version for version in versions if version.state == VersionState.SIGNED), None)


def recording_of(actor: Actor, recording_id: UUID) -> StoredRecording:
    """Return a recording of an order the actor may see.

    Raises:
        MissingError: there is none.

    """
    row = StoredRecording.objects.select_related("order").filter(pk=recording_id).first()
    if row is None or not ORDERS.allows(actor, Right.VIEW, row.order):
        raise MissingError("recording")
    return row


def visible_order(actor: Actor, order_id: UUID) -> Order:
    """Return an order the actor may see, for asking something about it.

    Raises:
        MissingError: there is none.

    """
    return ORDERS.one(actor, Right.VIEW, Order.objects.all(), order_id)


def markings_of(actor: Actor, recording_id: UUID) -> QuerySet[Marking]:
    """Return what readers have put on a recording, the latest first."""
    return Marking.objects.filter(recording=recording_of(actor, recording_id)).order_by("-saved_at")


def signal_of(actor: Actor, recording_id: UUID) -> tuple[StoredRecording, bytes]:
    """Return a recording and its bytes for the screen, and write down that they were looked at."""
    row = recording_of(actor, recording_id)
    if row.kind == "holter":
        raise ConflictError(Code.HOLTER_SIGNAL, "Open long recordings in the Holter station; they come in pieces.")
    subjects = [(row.pk, row.order.patient_id)]
    record_views(actor=actor, action="ecg.recording.view", kind="ecg_recording", subjects=subjects)
    return row, store().get(row.sha256)


def original_of(actor: Actor, recording_id: UUID) -> tuple[StoredRecording, bytes]:
    """Return the original bytes for export, and write that down.

    Raises:
        RefusedError: the actor may look, but not export.

    """
    row = recording_of(actor, recording_id)
    ORDERS.demand(actor, Right.EXPORT, row.order)
    record(actor=actor, action="ecg.recording.export", kind="ecg_recording", key=row.pk, person_id=row.order.patient_id)
    return row, store().get(row.sha256)


def safe_filename(text: str) -> str:
    """Return a name that may stand in a Content-Disposition header."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", text)[:80] or "ecg"
