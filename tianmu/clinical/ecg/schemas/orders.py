"""An order as the worklist shows it."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from ninja import Schema
from pydantic import BaseModel, Field

from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.models import Device, Order
from tianmu.clinical.ecg.selectors.worklist import UNREAD
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.db.masks import masked_id_number
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.rules.ages import age_years


class PatientOut(BaseModel):
    """The person, as far as a list shows her."""

    id: UUID
    name: str
    sex: str
    age_years: int | None
    id_number_masked: str


class PlaceOut(BaseModel):
    """An institution."""

    id: UUID
    name: str
    town: str | None = None


class DeviceRef(BaseModel):
    """A device."""

    id: UUID
    name: str


class StatementLine(BaseModel):
    """A statement of the machine."""

    code: str
    text: str
    severity: str


class LockOut(BaseModel):
    """Who is reading."""

    holder: str
    holder_id: UUID
    since: datetime
    expires_at: datetime
    mine: bool


class OrderOut(BaseModel):
    """One row of the worklist."""

    id: UUID
    number: str
    state: str
    kind: str
    urgency: str
    patient: PatientOut
    origin: PlaceOut
    centre: PlaceOut
    department: str
    requested_by: str
    clinical_note: str
    device: DeviceRef | None
    acquired_at: datetime | None
    uploaded_at: datetime | None
    waiting_since: datetime | None
    due_at: datetime
    remaining_seconds: int | None
    used_percent: int | None
    heart_rate: int | None
    machine_conclusion: list[StatementLine]
    machine_severity: str
    quality_grade: str
    critical: str
    lock: LockOut | None
    assigned_to: str
    assigned_to_me: bool
    reader: str
    reviewer: str
    review_owed: bool
    conclusion_text: str
    conclusion_class: str
    signed_at: datetime | None
    published_version: int
    version: int


class OrderAsked(Schema):
    """An examination to be registered; `closed_reason` is needed for somebody dead or moved away."""

    patient_id: UUID
    origin_id: UUID | None = None
    urgency: str = Field("outpatient", pattern="^(emergency|ward|outpatient|physical)$")
    kind: str = Field("resting", pattern="^(resting|strip|holter)$")
    department: str = Field("", max_length=60)
    requested_by: str = Field("", max_length=60)
    clinical_note: str = Field("", max_length=400)
    closed_reason: str = Field("", max_length=400)


class ReasonIn(Schema):
    """Why."""

    reason: str = Field(min_length=1, max_length=400)


def place_out(place: Organization) -> PlaceOut:
    """Present an institution."""
    return PlaceOut(id=place.pk, name=place.name, town=place.town.name if place.town else None)


def statement_lines(codes: list[str], locale: str) -> list[StatementLine]:
    """Present statement codes with their texts; a code the library no longer knows is shown as it is."""
    known = library().entries
    return [
        StatementLine(code=code, text=known[code].text(locale), severity=known[code].severity)
        if code in known
        else StatementLine(code=code, text=code, severity="abnormal")
        for code in codes
    ]


def patient_out(order: Order, now: datetime) -> PatientOut:
    """Present the person of an order, at the age she had when it was recorded."""
    patient = order.patient
    on = timezone.localdate(order.acquired_at or now)
    return PatientOut(
        id=patient.pk,
        name=patient.name,
        sex=patient.sex,
        age_years=age_years(patient.birth_date, on) if patient.birth_date else None,
        id_number_masked=masked_id_number(patient.id_number),
    )


def order_out(order: Order, actor: Actor, now: datetime) -> OrderOut:
    """Present one order."""
    unread = order.state in UNREAD
    allowed = (order.due_at - order.waiting_since).total_seconds() if order.waiting_since else 0
    remaining = (order.due_at - now).total_seconds()
    return OrderOut(
        id=order.pk,
        number=order.number,
        state=order.state,
        kind=order.kind,
        urgency=order.urgency,
        patient=patient_out(order, now),
        origin=place_out(order.origin),
        centre=place_out(order.centre),
        department=order.department,
        requested_by=order.requested_by,
        clinical_note=order.clinical_note,
        device=_device(order.device),
        acquired_at=order.acquired_at,
        uploaded_at=order.uploaded_at,
        waiting_since=order.waiting_since,
        due_at=order.due_at,
        remaining_seconds=int(remaining) if unread else None,
        used_percent=max(0, round(100 - 100 * remaining / allowed)) if unread and allowed > 0 else None,
        heart_rate=order.heart_rate,
        machine_conclusion=statement_lines(order.statement_codes, actor.locale),
        machine_severity=order.severity,
        quality_grade=order.quality_grade,
        critical=order.critical,
        lock=lock_out(order, actor, now),
        assigned_to=order.assigned_name,
        assigned_to_me=order.assigned_to_id is not None and order.assigned_to_id == actor.account_id,
        reader=order.reader,
        reviewer=order.reviewer,
        review_owed=order.review_owed,
        conclusion_text=order.conclusion_text,
        conclusion_class=order.conclusion_class,
        signed_at=order.signed_at,
        published_version=order.published_version,
        version=order.version,
    )


def lock_out(order: Order, actor: Actor, now: datetime) -> LockOut | None:
    """Present the living lock of an order."""
    if (
        order.lock_holder_id is None
        or order.locked_at is None
        or order.lock_ends_at is None
        or order.lock_ends_at <= now
    ):
        return None
    return LockOut(
        holder=order.lock_name,
        holder_id=order.lock_holder_id,
        since=order.locked_at,
        expires_at=order.lock_ends_at,
        mine=order.lock_holder_id == actor.account_id,
    )


def _device(device: Device | None) -> DeviceRef | None:
    return DeviceRef(id=device.pk, name=device.name) if device else None
