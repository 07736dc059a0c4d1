"""Blind second readings and the figures of readers, as they leave the house."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from ninja import Schema

from tianmu.clinical.ecg.actions.reports import REPORT
from tianmu.clinical.ecg.models import Order, QualityReview, QualitySample, StoredRecording
from tianmu.clinical.ecg.rules.workload import ReaderFigures, Work, minutes_to_sign
from tianmu.clinical.ecg.schemas.details import ConclusionLine, RecordingOut, recording_out
from tianmu.clinical.ecg.schemas.orders import StatementLine, statement_lines
from tianmu.clinical.ecg.selectors.measured import newest_analysis, result_that_counts
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.registry.residents.rules.ages import age_years


class BlindReviewOut(Schema):
    """One blind reading in a list; what came of it only once it is done."""

    id: UUID
    state: str
    kind: str
    acquired_at: datetime | None
    sex: str
    age_years: int | None
    origin: str
    reviewer: str
    done_at: datetime | None
    agreement: str
    image_grade: str
    first_reader: str
    number: str


class FirstReadingOut(Schema):
    """The signed report, shown once it was read again."""

    order_id: UUID
    reader: str
    signed_at: datetime
    findings: str
    conclusion: list[ConclusionLine]
    conclusion_class: str


class BlindReviewDetail(BlindReviewOut):
    """One blind reading: the recording, the machine's values, then both readings."""

    recording: RecordingOut | None
    measurements: dict[str, Any]
    median: dict[str, Any] | None
    beats: dict[str, Any]
    clinical_note: str
    conclusion: list[ConclusionLine]
    conclusion_class: str
    comment: str
    first: FirstReadingOut | None
    only_first: list[StatementLine]
    only_second: list[StatementLine]
    mine: bool


class QualitySampleOut(Schema):
    """One draw and what came of it so far."""

    id: UUID
    centre: str
    since: datetime
    until: datetime
    percent: int
    rule_version: str
    population: int
    drawn: int
    done: int
    agreed: int
    drawn_by: str
    drawn_at: datetime


class ReaderFiguresOut(Schema):
    """The figures of one reader."""

    reader: str
    name: str
    counts: dict[str, int]
    median_minutes: float | None
    agreement_percent: float | None


class WorkloadOut(Schema):
    """The figures of a period."""

    since: datetime
    until: datetime
    readers: list[ReaderFiguresOut]


class WorkRowOut(Schema):
    """One thing a reader did."""

    order_id: UUID
    number: str
    patient: str
    origin: str
    reader: str
    name: str
    act: str
    at: datetime
    minutes: float | None
    version: int
    agreement: str


def review_out(row: QualityReview) -> BlindReviewOut:
    """Present one blind reading in a list."""
    return BlindReviewOut(**_row(row))


def review_detail(row: QualityReview, actor: Actor) -> BlindReviewDetail:
    """Present one blind reading."""
    recording = StoredRecording.objects.filter(order_id=row.order_id, active=True).order_by("-id").first()
    analysis = newest_analysis(recording) if recording else None
    result = result_that_counts(analysis) if analysis else {}
    done = row.state == "done"
    return BlindReviewDetail(
        **_row(row),
        recording=recording_out(recording) if recording else None,
        measurements=result.get("measurements", {}),
        median=result.get("median"),
        beats=result.get("beats", {}),
        clinical_note=row.order.clinical_note,
        conclusion=[ConclusionLine(**line) for line in row.conclusion],
        conclusion_class=row.conclusion_class,
        comment=row.comment,
        first=_first(row) if done else None,
        only_first=statement_lines(row.differences.get("only_first", []), actor.locale),
        only_second=statement_lines(row.differences.get("only_second", []), actor.locale),
        mine=row.reviewer_id == actor.account_id,
    )


def sample_out(row: QualitySample) -> QualitySampleOut:
    """Present one draw."""
    found = list(row.reviews.all())
    done = [one for one in found if one.state == "done"]
    fields = ("since", "until", "percent", "rule_version", "population", "drawn_by", "drawn_at")
    return QualitySampleOut(
        id=row.pk,
        centre=row.centre.name,
        drawn=len(found),
        done=len(done),
        agreed=sum(one.agreement in {"full", "minor"} for one in done),
        **{name: getattr(row, name) for name in fields},
    )


def figures_out(found: Sequence[ReaderFigures], since: datetime, until: datetime) -> WorkloadOut:
    """Present the figures of a period."""
    readers = [
        ReaderFiguresOut(
            reader=one.reader,
            name=one.name,
            counts={str(figure): count for figure, count in one.counts.items()},
            median_minutes=one.median_minutes,
            agreement_percent=one.agreement_percent,
        )
        for one in found
    ]
    return WorkloadOut(since=since, until=until, readers=readers)


def work_row_out(work: Work, order: Order) -> WorkRowOut:
    """Present one row behind a figure."""
    took = minutes_to_sign(work)
    return WorkRowOut(
        order_id=order.pk,
        number=order.number,
        patient=order.patient.name,
        origin=order.origin.name,
        reader=work.reader,
        name=work.name,
        act=work.act,
        at=work.at,
        minutes=None if took is None else round(took, 1),
        version=work.version,
        agreement=work.agreement,
    )


def _row(row: QualityReview) -> dict[str, Any]:
    """Return the fields of a list row: blind until it is done, so neither reader nor number nor name are told."""
    order, done = row.order, row.state == "done"
    patient, on = order.patient, timezone.localdate(order.acquired_at or order.registered_at)
    return {
        "id": row.pk,
        "state": row.state,
        "kind": order.kind,
        "acquired_at": order.acquired_at,
        "sex": patient.sex,
        "age_years": age_years(patient.birth_date, on) if patient.birth_date else None,
        "origin": order.origin.name,
        "reviewer": row.reviewer_name,
        "done_at": row.done_at,
        "agreement": row.agreement,
        "image_grade": row.image_grade,
        "first_reader": row.first_name if done else "",
        "number": order.number if done else "",
    }


def _first(row: QualityReview) -> FirstReadingOut:
    version = DocumentVersion.objects.get(
        document__kind=REPORT, document__subject_id=row.order_id, number=row.report_version
    )
    content = version.content
    return FirstReadingOut(
        order_id=row.order_id,
        reader=row.first_name,
        signed_at=row.first_signed_at,
        findings=content["findings"],
        conclusion=[ConclusionLine(**line) for line in content["conclusion"]],
        conclusion_class=content["conclusion_class"],
    )
