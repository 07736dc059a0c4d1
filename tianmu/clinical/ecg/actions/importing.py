"""Taking a recording in: the bytes are kept as they came, once, and analysed by a job.

A file is decoded before anything is stored; what cannot be read is refused with the engine's code.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tianmu.clinical.ecg.actions.moving import limits_at, locked_order
from tianmu.clinical.ecg.actions.orders import Asked, register_order
from tianmu.clinical.ecg.actions.receiving import Came, await_same_bytes, keep_recording, known_recording
from tianmu.clinical.ecg.engine.errors import UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.engine.formats.container import zip_files
from tianmu.clinical.ecg.engine.recording import Kind, PatientFields, Recording
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Device, Order, StoredRecording
from tianmu.clinical.ecg.permissions import AT_ORIGIN, Right
from tianmu.clinical.ecg.rules.limits import report_due
from tianmu.clinical.ecg.tasks import ANALYSE
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.jobs.actions import enqueue
from tianmu.foundation.jobs.delivery import URGENT
from tianmu.foundation.storage.here import store
from tianmu.registry.organizations.models import Organization
from tianmu.registry.people import Sex
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.choices import ResidentKind
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.selectors import match_by_id_number

COUNTY_ZONE = ZoneInfo("Asia/Shanghai")
UNIDENTIFIED = "未识别"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender says beside the bytes; `patient` is a person whom the caller has found within her rights.

    `person` is what a station without a network wrote down of her, found or registered now; `reason` says why a
    recording of grade D was sent all the same. `replayed` tells that `now` is an instant of the past (demo month,
    replay of a day): the analysis then follows it.
    `kind` is what the caller knows better than the file (a live session); `analysed` is False where it is too long.
    """

    order_id: UUID | None = None
    patient: Resident | None = None
    person: PersonDraft | None = None
    reason: str = ""
    acquired_at: datetime | None = None
    asked: Asked = field(default_factory=Asked)
    priority: int = URGENT
    replayed: bool = False
    kind: Kind | None = None
    analysed: bool = True


@dataclass(frozen=True, slots=True)
class Received:
    """What became of the bytes; `duplicate` tells that they were here already."""

    order: Order
    recording: StoredRecording
    duplicate: bool


def decode(files: Sequence[tuple[str, bytes]]) -> tuple[str, bytes, Recording]:
    """Return name, bytes as they are kept, and the decoded recording; several files of one record become one ZIP.

    Raises:
        TianmuError: the bytes are no ECG that we can read (422, the engine's code).

    """
    name, data = files[0] if len(files) == 1 else (files[0][0], zip_files(dict(sorted(files))))
    try:
        return name, data, read(data, name)
    except UnreadableRecordingError as error:
        raise TianmuError(error.fault, error.detail, status=422) from error


def import_recording(
    *, actor: Actor, origin: Organization, files: Sequence[tuple[str, bytes]], sent: Sent, now: datetime
) -> Received:
    """Keep a recording, put it before the readers, and ask for its analysis.

    The same bytes sent again give the first order; nothing is doubled.

    Raises:
        TianmuError: unreadable bytes, or a person that is not the order's.
        RefusedError: the actor may not send for this institution.

    """
    actor.demand(Right.IMPORT, origin.unit.path)
    name, data, recording = decode(files)
    if sent.kind is not None:
        recording = replace(recording, kind=sent.kind)
    sha256 = hashlib.sha256(data).hexdigest()
    known = known_recording(actor, sha256)
    if known is not None:
        return Received(known.order, known, duplicate=True)
    stored = store().put([data])
    with transaction.atomic():
        await_same_bytes(sha256)
        known = known_recording(actor, sha256)
        if known is not None:
            return Received(known.order, known, duplicate=True)
        order = _order_for(actor, origin, recording, sent, now)
        acquired_at = sent.acquired_at or _aware(recording.started_at) or now
        due_at = report_due(limits_at(order.centre_path, now), order.urgency, now)
        came = Came(stored, name, described(recording), acquired_at, due_at)
        row = keep_recording(actor=actor, order=order, came=came, now=now, reason=sent.reason)
        if order.device is not None:
            earlier = Q(last_seen_at=None) | Q(last_seen_at__lt=now)
            Device.objects.filter(earlier, pk=order.device.pk).update(last_seen_at=now)
        at = {"at": now.isoformat()} if sent.replayed else {}
        about = ("ecg_order", order.pk)
        if sent.analysed:
            enqueue(ANALYSE, actor=actor, subject=about, priority=sent.priority, recording_id=row.pk, **at)
    return Received(order, row, duplicate=False)


def _order_for(actor: Actor, origin: Organization, recording: Recording, sent: Sent, now: datetime) -> Order:
    if sent.order_id is not None:
        order = locked_order(AT_ORIGIN, actor, Right.IMPORT, sent.order_id)
        if sent.patient is not None and sent.patient.pk != order.patient_id:
            detail = "The recording is of another person than the order. Check the person and send again."
            raise ConflictError(Code.PATIENT_MISMATCH, detail)
        return order
    patient = sent.patient
    if patient is None and sent.person is not None:
        patient = _person_written_down(actor, origin, sent.person)
    patient = patient or person_named_in(actor, origin, recording.patient)
    device = Device.objects.filter(account_id=actor.account_id).first() if actor.account_id else None
    return register_order(
        actor=actor, patient=patient, origin=origin, asked=sent.asked, now=now, device=device, right=Right.IMPORT
    )


def _person_written_down(actor: Actor, origin: Organization, draft: PersonDraft) -> Resident:
    """Return the person of an id number wherever her register is kept, or register what was written down."""
    known = match_by_id_number(draft.id_number, timezone.localdate()) if draft.id_number else None
    if known is None:
        return register_resident(actor=actor, draft=draft, unit=origin)
    if "".join(known.name.split()) != "".join(draft.name.split()):
        detail = "This id number is registered under another name. Check the card, correct the entry and send again."
        raise ConflictError(Code.PATIENT_MISMATCH, detail)
    return known


def person_named_in(actor: Actor, origin: Organization, fields: PatientFields) -> Resident:
    """Return the registered person of this id number, else a new temporary one of this name."""
    known = match_by_id_number(fields.identifier, timezone.localdate()) if fields.identifier else None
    if known is not None:
        return known
    name = "".join(part for part in (fields.family_name, fields.given_name) if part).strip()
    draft = PersonDraft(
        name=name[:60] or UNIDENTIFIED,
        sex=Sex(fields.sex) if fields.sex else Sex.UNKNOWN,
        birth_date=fields.birth_date,
        kind=ResidentKind.TEMPORARY,
    )
    return register_resident(actor=system(f"ecg import for {actor.name}"), draft=draft, unit=origin)


def described(recording: Recording) -> Mapping[str, object]:
    """Return the columns of a stored recording that come from its content."""
    device = recording.device
    return {
        "format": recording.format,
        "kind": recording.kind.value,
        "fs_hz": recording.fs_hz,
        "duration_s": recording.duration_s,
        "leads": [lead.name[:16] for lead in recording.leads],
        "started_at": _aware(recording.started_at),
        "device_fields": {
            "manufacturer": device.manufacturer,
            "model": device.model,
            "serial": device.serial,
            "software": device.software,
        },
        "warnings": [warning[:300] for warning in recording.warnings],
    }


def _aware(instant: datetime | None) -> datetime | None:
    """Return the instant with a zone; a file that names none was made in the county."""
    if instant is None or not timezone.is_naive(instant):
        return instant
    return instant.replace(tzinfo=COUNTY_ZONE)
