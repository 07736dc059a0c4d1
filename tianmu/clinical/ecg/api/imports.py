"""The door for recordings: from the acquisition station, from a device with its token, with a look before sending."""

import base64
import hashlib
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tianmu.clinical.ecg.actions.importing import Sent, decode, import_recording
from tianmu.clinical.ecg.actions.orders import Asked
from tianmu.clinical.ecg.engine.derived import with_derived_leads
from tianmu.clinical.ecg.engine.on_demand import analyse
from tianmu.clinical.ecg.engine.serialize import as_plain
from tianmu.clinical.ecg.engine.tiles import encode, planar
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.schemas.orders import OrderOut, order_out
from tianmu.clinical.ecg.selectors.imports import duplicate_of, persons_matching
from tianmu.clinical.ecg.selectors.places import origin_for
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.registry.residents.api import present
from tianmu.registry.residents.choices import ResidentKind
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.schemas import ResidentOut
from tianmu.registry.residents.selectors import known_person

router = Router()


class SentWith(Schema):
    """What comes beside the file."""

    order_id: UUID | None = None
    patient_id: UUID | None = None
    origin_id: UUID | None = None
    urgency: str = Field("outpatient", pattern="^(emergency|ward|outpatient|physical)$")
    department: str = Field("", max_length=60)
    requested_by: str = Field("", max_length=60)
    clinical_note: str = Field("", max_length=400)
    closed_reason: str = Field("", max_length=200)
    device_time: datetime | None = None
    quality_reason: str = Field("", max_length=200)
    person_name: str = Field("", max_length=60)
    person_sex: str = Field("unknown", pattern="^(M|F|unknown)$")
    person_birth_date: date | None = None
    person_id_number: str = Field("", max_length=24)
    person_phone: str = Field("", max_length=20)

    def person(self) -> PersonDraft | None:
        """Return the person as the station wrote her down, None where it chose one or named nobody."""
        if not self.person_name.strip():
            return None
        return PersonDraft(
            name=self.person_name,
            sex=self.person_sex,
            birth_date=self.person_birth_date,
            id_number=self.person_id_number or None,
            phone=self.person_phone or None,
            kind=ResidentKind.RESIDENT if self.person_id_number else ResidentKind.TEMPORARY,
        )


class ImportedOut(Schema):
    """What became of the file."""

    order: OrderOut
    recording_id: UUID
    duplicate: bool


class PreviewOut(Schema):
    """What a file holds; nothing was stored."""

    format: str
    leads: list[str]
    fs_hz: float
    duration_s: float
    started_at: datetime | None
    patient: dict[str, Any]
    warnings: list[str]
    quality: dict[str, Any]
    duplicate_of: OrderOut | None
    matches: list[ResidentOut]
    signal_b64: str


@router.post("/imports", response={200: ImportedOut, 201: ImportedOut, **PROBLEMS})
def import_file(request: HttpRequest, sent: Form[SentWith], file: File[list[UploadedFile]]) -> Status[ImportedOut]:
    """Take a recording in; the same bytes sent again give the first order.

    A station that was without a network sends the person as it wrote her down (`person_name`, `person_id_number` …):
    an id number finds her, otherwise she is registered in the same transaction. `quality_reason` is kept as the reason
    of the step that put a recording of grade D before the readers.
    """
    actor, now = actor_of(request), timezone.now()
    actor.demand(Right.IMPORT)
    patient = known_person(actor, sent.patient_id, now) if sent.patient_id else None
    asked = Asked(
        urgency=sent.urgency,
        department=sent.department,
        requested_by=sent.requested_by,
        clinical_note=sent.clinical_note,
        closed_reason=sent.closed_reason,
    )
    received = import_recording(
        actor=actor,
        origin=origin_for(actor, sent.origin_id),
        files=_files(file),
        sent=Sent(
            order_id=sent.order_id,
            patient=patient,
            person=sent.person(),
            reason=sent.quality_reason,
            acquired_at=sent.device_time,
            asked=asked,
        ),
        now=now,
    )
    body = ImportedOut(
        order=order_out(received.order, actor, now), recording_id=received.recording.pk, duplicate=received.duplicate
    )
    return Status(200 if received.duplicate else 201, body)


@router.post("/imports/preview", response={200: PreviewOut, **PROBLEMS})
def preview(request: HttpRequest, file: File[list[UploadedFile]]) -> PreviewOut:
    """Look into a file before sending it: trace, quality, who it may be of, whether it was sent already."""
    actor, now = actor_of(request), timezone.now()
    actor.demand(Right.IMPORT)
    _, data, recording = decode(_files(file))
    known = duplicate_of(actor, hashlib.sha256(data).hexdigest())
    return PreviewOut(
        format=recording.format,
        leads=[lead.name for lead in recording.leads],
        fs_hz=recording.fs_hz,
        duration_s=recording.duration_s,
        started_at=recording.started_at,
        patient=as_plain(recording.patient),
        warnings=list(recording.warnings),
        quality=as_plain(analyse(recording).quality),
        duplicate_of=order_out(known, actor, now) if known else None,
        matches=[present(one, timezone.localdate(now)) for one in persons_matching(actor, recording.patient)],
        signal_b64=base64.b64encode(encode(planar(with_derived_leads(recording)))).decode(),
    )


def _files(files: list[UploadedFile]) -> list[tuple[str, bytes]]:
    return [(one.name or "ecg", one.read()) for one in files]
