"""A whole long recording becomes an order that waits for its analysis."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.clinical.ecg.actions.importing import described
from tianmu.clinical.ecg.actions.moving import locked_order
from tianmu.clinical.ecg.actions.orders import Asked, register_order
from tianmu.clinical.ecg.actions.receiving import Came, await_same_bytes, keep_recording, known_recording
from tianmu.clinical.ecg.engine.errors import UnreadableRecordingError
from tianmu.clinical.ecg.engine.files import load
from tianmu.clinical.ecg.engine.holter.files import open_source
from tianmu.clinical.ecg.engine.holter.source import SignalSource
from tianmu.clinical.ecg.engine.recording import Recording
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import AT_ORIGIN, Right
from tianmu.clinical.ecg.rules.holter_limits import KEY, HolterLimits
from tianmu.clinical.ecg.rules.holter_unpacking import unpacked
from tianmu.clinical.ecg.tasks import ANALYSE_HOLTER
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.jobs.actions import enqueue
from tianmu.foundation.jobs.delivery import NORMAL
from tianmu.foundation.rulesets.selectors import in_force
from tianmu.foundation.storage.here import store
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.selectors import known_person

SHORTEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Announced:
    """What the sender says beside the bytes; `patient` is a person whom the caller has found within her rights."""

    name: str
    asked: dict[str, Any] = field(default_factory=dict)
    patient: Resident | None = None
    priority: int = NORMAL


def take_in(*, actor: Actor, origin: Organization, path: Path, announced: Announced, now: datetime) -> Order:
    """Keep the file at `path` (it moves into storage) and ask for its analysis; the same bytes give the first order.

    Raises:
        TianmuError: it is no long ECG that we can read (422).
        ConflictError: another institution sent it, or it is of another person than the order.

    """
    actor.demand(Right.IMPORT, origin.unit.path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    known = known_recording(actor, sha256)
    if known is not None:
        return known.order
    limits = HolterLimits.from_content(in_force(KEY, timezone.localdate(now), origin.unit.path).content)
    with opened(path, announced.name, limits) as source:
        told = source_facts(source)
    stored = store().adopt(path)
    with transaction.atomic():
        await_same_bytes(sha256)
        known = known_recording(actor, sha256)
        if known is not None:
            return known.order
        order = _order_for(actor, origin, announced, now)
        came = Came(stored, announced.name, told, told["started_at"] or now, limits.due(now))
        row = keep_recording(actor=actor, order=order, came=came, now=now)
        enqueue(
            ANALYSE_HOLTER,
            actor=actor,
            subject=("ecg_order", order.pk),
            shown_at=order.centre_path,
            priority=announced.priority,
            recording_id=row.pk,
        )
    return order


@contextmanager
def opened(path: Path, name: str, limits: HolterLimits) -> Iterator[SignalSource]:
    """Open a stored recording for reading by the piece; a ZIP of a record is laid out beside for that time.

    Raises:
        TianmuError: it is no long ECG that we can read (422, the engine's code).

    """
    with tempfile.TemporaryDirectory(prefix="tianmu-holter-") as folder:
        try:
            main = unpacked(path, name, Path(folder), limits.most_bytes)
            yield open_source(main, lambda found: _whole(found, limits))
        except UnreadableRecordingError as error:
            raise TianmuError(error.fault, error.detail, status=422) from error


def _whole(path: Path, limits: HolterLimits) -> Recording:
    if path.stat().st_size > limits.whole_bytes:
        detail = f"A file of this format above {limits.whole_bytes >> 20} MB cannot be read. Send ISHNE, EDF or WFDB."
        raise TianmuError(Code.UPLOAD_DAMAGED, detail, status=422)
    return load(path)


def source_facts(source: SignalSource) -> dict[str, Any]:
    """Return the columns of a stored recording: the file's head with the length of the whole.

    Raises:
        TianmuError: it is shorter than a minute (422).

    """
    head: Recording = source.head  # type: ignore[attr-defined]
    seconds = source.samples / source.fs_hz
    if seconds < SHORTEST_S:
        detail = "The recording is shorter than a minute. Send it as a resting ECG."
        raise TianmuError(Code.UPLOAD_DAMAGED, detail, status=422)
    warnings = tuple(one for one in head.warnings if "shorter" not in one)
    return {**described(replace(head, warnings=warnings)), "kind": "holter", "duration_s": seconds}


def _order_for(actor: Actor, origin: Organization, announced: Announced, now: datetime) -> Order:
    asked = announced.asked
    patient = announced.patient or (
        known_person(actor, UUID(asked["patient_id"]), now) if asked.get("patient_id") else None
    )
    if asked.get("order_id"):
        order = locked_order(AT_ORIGIN, actor, Right.IMPORT, UUID(asked["order_id"]))
        if order.kind != "holter" or (patient is not None and patient.pk != order.patient_id):
            detail = "The recording is of another person or kind than the order. Check it and send again."
            raise ConflictError(Code.PATIENT_MISMATCH, detail)
        return order
    if patient is None:
        raise TianmuError(
            Code.PATIENT_MISMATCH, "Say whose recording it is.", status=422, fields={"patient_id": "required"}
        )
    words = {name: str(asked.get(name, "")) for name in ("department", "requested_by", "clinical_note")}
    wanted = Asked(urgency=asked.get("urgency", "outpatient"), kind="holter", **words)
    return register_order(actor=actor, patient=patient, origin=origin, asked=wanted, now=now, right=Right.IMPORT)
