"""What becomes of every recording that is taken in, short or long: kept once, put before the readers, told of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tianmu.clinical.ecg.actions.moving import take_step
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.events import RecordingReceived
from tianmu.clinical.ecg.models import Order, StoredRecording
from tianmu.clinical.ecg.permissions import AT_ORIGIN, ORDERS, Right
from tianmu.clinical.ecg.rules.states import Move
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.db.prepared import fetched
from tianmu.foundation.events.actions import publish
from tianmu.foundation.storage.store import StoredFile


@dataclass(frozen=True, slots=True)
class Came:
    """A decoded recording: its stored bytes, the name they came under, the columns of its content, its two instants."""

    stored: StoredFile
    name: str
    columns: Mapping[str, object]
    acquired_at: datetime
    due_at: datetime


def known_recording(actor: Actor, sha256: str) -> StoredRecording | None:
    """Return the recording with these bytes, with order, person and origin; None where nobody sent them yet.

    Raises:
        ConflictError: another institution sent it, and the actor may not see it.

    """
    rows = StoredRecording.objects.select_related("order__patient", "order__origin")
    row = rows.filter(sha256=sha256, active=True).first()
    if row is None or ORDERS.allows(actor, Right.VIEW, row.order) or AT_ORIGIN.allows(actor, Right.IMPORT, row.order):
        return row
    detail = "This recording was sent by another institution already. Ask the ECG centre."
    raise ConflictError(Code.RECORDED_ELSEWHERE, detail)


def await_same_bytes(sha256: str) -> None:
    """Let whoever is just taking in the same bytes finish first; held until the end of the transaction at hand."""
    fetched("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


def keep_recording(*, actor: Actor, order: Order, came: Came, now: datetime, reason: str = "") -> StoredRecording:
    """Write the recording down under its order, put the order before the readers, tell who listens."""
    row = StoredRecording.objects.create(
        order=order,
        sha256=came.stored.sha256,
        size_bytes=came.stored.size_bytes,
        filename=came.name[:200],
        received_at=now,
        received_by=actor.name,
        **came.columns,
    )
    order.acquired_at, order.due_at = came.acquired_at, came.due_at
    order.uploaded_at = order.waiting_since = now
    fields = ("acquired_at", "uploaded_at", "waiting_since", "due_at")
    take_step(order=order, move=Move.IMPORT, actor=actor, now=now, reason=reason, fields=fields)
    record(
        actor=actor,
        action="ecg.recording.import",
        kind="ecg_recording",
        key=row.pk,
        person_id=order.patient_id,
        new={"order": str(order.pk), "sha256": row.sha256, "format": row.format},
    )
    publish(RecordingReceived(order_id=order.pk, recording_id=row.pk, at=now))
    return row
