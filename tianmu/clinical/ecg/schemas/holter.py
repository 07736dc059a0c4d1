"""The Holter station on the wire: uploads, the view, edits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.clinical.ecg.models import HolterEdit, HolterUpload, Order
from tianmu.clinical.ecg.rules.holter_report import report_facts
from tianmu.clinical.ecg.schemas.details import SuggestionOut
from tianmu.clinical.ecg.schemas.orders import OrderOut

CLASSES = "^[NSVFPQ]$"
EVENT_KINDS = "^[a-z_]{1,24}$"


class FileIn(Schema):
    """One file of a recording."""

    name: str = Field(min_length=1, max_length=120)
    size: int = Field(ge=1)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class UploadIn(Schema):
    """A recording to be sent in pieces: its files in the order in which their bytes come."""

    files: list[FileIn] = Field(min_length=1, max_length=40)
    order_id: UUID | None = None
    patient_id: UUID | None = None
    origin_id: UUID | None = None
    urgency: str = Field("outpatient", pattern="^(emergency|ward|outpatient|physical)$")
    department: str = Field("", max_length=60)
    requested_by: str = Field("", max_length=60)
    clinical_note: str = Field("", max_length=400)


class UploadOut(Schema):
    """How far an upload is; `chunk_bytes` is the largest piece the server takes."""

    id: UUID
    state: str
    files: list[dict[str, Any]]
    size_bytes: int
    received_bytes: int
    chunk_bytes: int
    order_id: UUID | None
    order_number: str
    problem: str
    created_at: datetime


class ProgressOut(Schema):
    """How far the analysis is."""

    state: str
    percent: int
    note: str
    error: str


class HolterOut(Schema):
    """Everything the station shows except beats and signal; `view` has the engine's own field names."""

    order: OrderOut
    progress: ProgressOut | None
    edits: int
    undo: str | None
    redo: str | None
    versions: dict[str, Any] | None
    view: dict[str, Any] | None
    suggestion: SuggestionOut | None


class EarlierHolterOut(Schema):
    """An earlier ambulatory ECG of the same person: its figures, with the engine's own field names."""

    id: UUID
    number: str
    acquired_at: datetime | None
    state: str
    recording: dict[str, Any]
    totals: dict[str, Any]
    qt: dict[str, Any]
    hrv: dict[str, Any]


class EventIn(Schema):
    """A decision about an event; the event is named with what it was, so that a rejected one stays listed."""

    key: str = Field(min_length=1, max_length=60)
    kind: str = Field(pattern=EVENT_KINDS)
    state: str = Field(pattern="^(accepted|rejected|open)$")
    start_s: float = Field(ge=0)
    stop_s: float = Field(ge=0)
    lead: str | None = Field(None, max_length=16)
    beats: int = 0
    rate: float | None = None
    value: float | None = None
    unit: str = Field("", max_length=8)
    new_kind: str | None = Field(None, pattern=EVENT_KINDS)
    note: str = Field("", max_length=120)


class StripIn(Schema):
    """A strip for the report; `replaces` is the number of an earlier choice."""

    start_s: float = Field(ge=0)
    stop_s: float = Field(ge=0)
    caption: str = Field("", max_length=120)
    leads: list[str] = Field(default_factory=list, max_length=12)
    replaces: int | None = None


class DiaryIn(Schema):
    """What the patient told of an instant; `replaces` is the number of an earlier line."""

    at_s: float = Field(ge=0)
    text: str = Field(min_length=1, max_length=120)
    replaces: int | None = None


class EditIn(Schema):
    """One edit. Which fields count depends on `act`; beats are samples."""

    act: str = Field(
        pattern="^(relabel|relabel_cluster|merge|split|insert|delete|artefact|fibrillation|event|strip|strip_drop|diary|diary_drop|undo|redo)$"
    )
    label: str | None = Field(None, pattern=CLASSES)
    beats: list[int] = Field(default_factory=list, max_length=400_000)
    clusters: list[int] = Field(default_factory=list, max_length=200)
    start_s: float | None = Field(None, ge=0)
    stop_s: float | None = Field(None, ge=0)
    present: bool | None = None
    event: EventIn | None = None
    strip: StripIn | None = None
    strip_number: int | None = None
    diary: DiaryIn | None = None
    diary_number: int | None = None


class EditLineOut(Schema):
    """One line of the log."""

    id: UUID
    number: int
    act: str
    arguments: dict[str, Any]
    beat_count: int
    actor: str
    at: datetime


def upload_out(upload: HolterUpload, chunk_bytes: int) -> UploadOut:
    """Present an upload."""
    return UploadOut(
        id=upload.pk,
        state=upload.state,
        files=upload.files,
        size_bytes=upload.size_bytes,
        received_bytes=upload.received_bytes,
        chunk_bytes=chunk_bytes,
        order_id=upload.order_id,
        order_number=upload.order.number if upload.order else "",
        problem=upload.problem,
        created_at=upload.created_at,
    )


def earlier_holter_out(order: Order, view: Mapping[str, Any]) -> EarlierHolterOut:
    """Present an earlier ambulatory ECG."""
    facts = report_facts(view)
    return EarlierHolterOut(
        id=order.pk,
        number=order.number,
        acquired_at=order.acquired_at,
        state=order.state,
        **{name: facts[name] for name in ("recording", "totals", "qt", "hrv")},
    )


def edit_line_out(line: HolterEdit) -> EditLineOut:
    """Present a line of the log."""
    return EditLineOut.from_orm(line)
