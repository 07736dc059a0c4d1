"""An order with everything about it: recordings, what the machine says, the report and its versions, alerts, steps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.clinical.ecg.engine.library import statement_text
from tianmu.clinical.ecg.models import Order, OrderStep, StoredAnalysis, StoredRecording
from tianmu.clinical.ecg.rules.suggestion import statements_of, suggestion
from tianmu.clinical.ecg.schemas.alerts import AlertOut, alert_out
from tianmu.clinical.ecg.schemas.orders import OrderOut, order_out
from tianmu.clinical.ecg.selectors.measured import confirmed, result_that_counts
from tianmu.clinical.ecg.selectors.residents import plain_words
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.documents.models import DocumentVersion


class RecordingOut(Schema):
    """A recording without its samples."""

    id: UUID
    sha256: str
    format: str
    kind: str
    fs_hz: float
    duration_s: float
    leads: list[str]
    started_at: datetime | None
    size_bytes: int
    filename: str
    warnings: list[str]
    device_fields: dict[str, Any]
    received_at: datetime
    received_by: str


class ConfirmedOut(Schema):
    """Values that follow from a reader's own boundaries (ms from the start of the median beat)."""

    id: UUID
    name: str
    made_at: datetime
    boundaries: dict[str, float | None]
    measurements: dict[str, Any]
    statements: list[dict[str, Any]]
    median: dict[str, Any] | None
    steps: int


class AnalysisOut(Schema):
    """What the engine says; `result` has the engine's own field names, `statements` their texts."""

    id: UUID
    engine_version: str
    criteria_version: str
    made_at: datetime
    measurements: dict[str, Any]
    matrix: dict[str, dict[str, Any]]
    statements: list[dict[str, Any]]
    quality: dict[str, Any]
    median: dict[str, Any] | None
    beats: dict[str, Any]
    conclusion: str | None
    confirmed: ConfirmedOut | None


class ConclusionLine(Schema):
    """One line of a conclusion."""

    code: str | None = Field(None, max_length=40)
    text: str = Field(max_length=400)


class WordingIn(Schema):
    """What a reader writes."""

    findings: str = Field("", max_length=4000)
    conclusion: list[ConclusionLine] = Field(default_factory=list, max_length=40)
    conclusion_class: str = Field("", pattern="^(normal|mostly_normal|borderline|abnormal)?$")
    advice: str = Field("", max_length=2000)


class SuggestionOut(WordingIn):
    """The machine's suggestion: advice that a doctor confirms."""


class SignatureOut(Schema):
    """A signature under a version."""

    role: str
    name: str
    title: str
    signed_at: datetime


class VersionOut(Schema):
    """A version of a report."""

    number: int
    state: str
    signed_at: datetime | None
    reason: str
    sha256: str
    signatures: list[SignatureOut]
    content: dict[str, Any]


class ReportOut(Schema):
    """The newest version of a report and all versions; `revision` is what If-Match expects."""

    id: UUID
    version_number: int
    state: str
    revision: int
    findings: str
    conclusion: list[ConclusionLine]
    conclusion_class: str
    advice: str
    plain_text: str
    signed_at: datetime | None
    signatures: list[SignatureOut]
    versions: list[VersionOut]


class StepOut(Schema):
    """One move of an order."""

    at: datetime
    actor: str
    move: str
    from_state: str
    to_state: str
    reason: str


class EarlierOut(Schema):
    """An earlier ECG of the same person."""

    id: UUID
    number: str
    acquired_at: datetime | None
    conclusion_text: str
    conclusion_class: str
    heart_rate: int | None
    state: str


class OrderDetail(OrderOut):
    """An order with everything about it."""

    recordings: list[RecordingOut]
    analysis: AnalysisOut | None
    suggestion: SuggestionOut | None
    report: ReportOut | None
    alerts: list[AlertOut]
    history: list[StepOut]
    earlier: list[EarlierOut]


def order_detail(
    order: Order, versions: list[DocumentVersion], earlier: list[Order], actor: Actor, now: datetime
) -> OrderDetail:
    """Present an order with everything about it."""
    recordings = list(order.recordings.all())
    analysis = next(iter(recordings[0].analyses.all()), None) if recordings else None
    return OrderDetail(
        **order_out(order, actor, now).model_dump(),
        recordings=[recording_out(one) for one in recordings],
        analysis=analysis_out(analysis, actor.locale) if analysis else None,
        suggestion=SuggestionOut(**suggestion(result_that_counts(analysis), actor.locale)) if analysis else None,
        report=report_out(versions, actor.locale) if versions else None,
        alerts=[alert_out(one, order, actor, now) for one in order.alerts.all()],
        history=[_step(one) for one in order.steps.all()],
        earlier=[_earlier(one) for one in earlier],
    )


def recording_out(row: StoredRecording) -> RecordingOut:
    """Present a recording."""
    return RecordingOut.from_orm(row)


def analysis_out(row: StoredAnalysis, locale: str) -> AnalysisOut:
    """Present an analysis, statements in the order of a report and with their texts."""
    result = row.result
    return AnalysisOut(
        id=row.pk,
        engine_version=row.engine_version,
        criteria_version=row.criteria_version,
        made_at=row.made_at,
        measurements=result["measurements"],
        matrix=result["matrix"],
        statements=_statements(result, locale),
        quality=result["quality"],
        median=result["median"],
        beats=result["beats"],
        conclusion=result["conclusion"],
        confirmed=_confirmed(row, locale),
    )


def report_out(versions: list[DocumentVersion], locale: str) -> ReportOut:
    """Present the newest version of a report, with all of them behind it."""
    newest = versions[0]
    content = newest.content
    lines = [ConclusionLine(**line) for line in content["conclusion"]]
    return ReportOut(
        id=newest.pk,
        version_number=newest.number,
        state=newest.state,
        revision=newest.version,
        findings=content["findings"],
        conclusion=lines,
        conclusion_class=content["conclusion_class"],
        advice=content["advice"],
        plain_text=plain_words([line.code for line in lines], content["conclusion_class"], locale),
        signed_at=newest.signed_at,
        signatures=_signatures(newest),
        versions=[_version(one) for one in versions],
    )


def _statements(result: Mapping[str, Any], locale: str) -> list[dict[str, Any]]:
    texts = {one.code: statement_text(one, locale) for one in statements_of(result)}
    return [{**one, "text": texts[one["code"]]} for one in result["statements"]]


def _confirmed(row: StoredAnalysis, locale: str) -> ConfirmedOut | None:
    own = confirmed(row)
    if own is None:
        return None
    return ConfirmedOut(
        id=own.pk,
        name=own.name,
        made_at=own.made_at,
        boundaries=own.boundaries,
        measurements=own.result["measurements"],
        statements=_statements(own.result, locale),
        median=own.result["median"],
        steps=len(row.remeasurements.all()),
    )


def _signatures(version: DocumentVersion) -> list[SignatureOut]:
    return [
        SignatureOut(role=one.role, name=one.name, title=one.title, signed_at=one.signed_at)
        for one in version.signatures.all()
    ]


def _version(version: DocumentVersion) -> VersionOut:
    return VersionOut(
        number=version.number,
        state=version.state,
        signed_at=version.signed_at,
        reason=version.reason,
        sha256=version.sha256,
        signatures=_signatures(version),
        content=version.content,
    )


def _step(step: OrderStep) -> StepOut:
    return StepOut.from_orm(step)


def _earlier(order: Order) -> EarlierOut:
    return EarlierOut.from_orm(order)
