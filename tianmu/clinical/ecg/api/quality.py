"""Blind second readings, and the figures of each reader."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tianmu.clinical.ecg.actions.quality import SecondReading, draw_sample, read_again
from tianmu.clinical.ecg.api.listing import CSV, XLSX, sent
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.schemas.details import ConclusionLine
from tianmu.clinical.ecg.schemas.quality import (
    BlindReviewDetail,
    BlindReviewOut,
    QualitySampleOut,
    WorkloadOut,
    WorkRowOut,
    figures_out,
    review_detail,
    review_out,
    sample_out,
    work_row_out,
)
from tianmu.clinical.ecg.selectors import workload
from tianmu.clinical.ecg.selectors.quality import review_of, reviews, samples
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.registry.organizations.selectors import organization

router = Router()
MOST_BEHIND = 2000


class WorkPeriodQuery(Schema):
    """A period, the last 30 days unless given; whose work, and which figure."""

    since: datetime | None = None
    until: datetime | None = None
    reader: str = Field("", max_length=60)
    figure: str = Field(
        "",
        pattern="^(first_reads|second_reads|emergencies|late|amendments|returns|reviewed_again|agreed)?$",
    )


class ReviewQuery(PageQuery):
    """Which blind readings to list."""

    state: str = Field("", pattern="^(open|done)?$")


class DrawIn(Schema):
    """From which centre's reports of which period to draw."""

    centre_id: UUID
    since: datetime
    until: datetime


class SecondReadingIn(Schema):
    """What the second reader says."""

    conclusion: list[ConclusionLine] = Field(default_factory=list, max_length=40)
    conclusion_class: str = Field("", pattern="^(normal|mostly_normal|borderline|abnormal)?$")
    image_grade: str = Field("", pattern="^[A-D]?$")
    comment: str = Field("", max_length=400)


@router.get("/quality/reviews", response={200: Page[BlindReviewOut], **PROBLEMS})
def list_reviews(request: HttpRequest, query: Query[ReviewQuery]) -> Page[BlindReviewOut]:
    """List blind readings to be done and done, the newest first."""
    actor = actor_of(request)
    rows = reviews(actor, state=query.state)
    return page(rows, [SortKey("id", descending=True)], query, review_out, count=True)


@router.get("/quality/reviews/{review_id}", response={200: BlindReviewDetail, **PROBLEMS})
def show_review(request: HttpRequest, review_id: UUID) -> BlindReviewDetail:
    """Show one blind reading: the trace and the machine's values; the signed report only once it was read again."""
    actor = actor_of(request)
    return review_detail(review_of(actor, review_id), actor)


@router.post("/quality/reviews/{review_id}/read", response={200: BlindReviewDetail, **PROBLEMS})
def read_review(request: HttpRequest, review_id: UUID, body: SecondReadingIn) -> BlindReviewDetail:
    """Keep the second reading and judge how it agrees."""
    actor = actor_of(request)
    lines = [line.model_dump() for line in body.conclusion]
    reading = SecondReading(lines, body.conclusion_class, body.image_grade, body.comment)
    read_again(actor=actor, review_id=review_id, reading=reading, now=timezone.now())
    return review_detail(review_of(actor, review_id), actor)


@router.get("/quality/samples", response={200: list[QualitySampleOut], **PROBLEMS})
def list_samples(request: HttpRequest) -> list[QualitySampleOut]:
    """List the draws, the newest first."""
    return [sample_out(row) for row in samples(actor_of(request))[:100]]


@router.post("/quality/samples", response={201: QualitySampleOut, **PROBLEMS})
def draw(request: HttpRequest, body: DrawIn) -> Status[QualitySampleOut]:
    """Draw a sample of signed reports to be read again."""
    actor = actor_of(request)
    centre = organization(actor, body.centre_id)
    row = draw_sample(actor=actor, centre=centre, since=body.since, until=body.until, now=timezone.now())
    return Status(201, sample_out(row))


@router.get("/workload", response={200: WorkloadOut, **PROBLEMS})
def show_workload(request: HttpRequest, query: Query[WorkPeriodQuery]) -> WorkloadOut:
    """Show the figures of each reader in a period."""
    asked = _asked(query)
    return figures_out(workload.figures(actor_of(request), asked), asked.since, asked.until)


@router.get("/workload/rows", response={200: list[WorkRowOut], **PROBLEMS})
def show_rows(request: HttpRequest, query: Query[WorkPeriodQuery]) -> list[WorkRowOut]:
    """Show what stands behind a figure, the newest first."""
    found = workload.rows_behind(actor_of(request), _asked(query))
    return [work_row_out(work, order) for work, order in found[:MOST_BEHIND]]


@router.get("/workload.csv", response={200: bytes, **PROBLEMS})
def workload_csv(request: HttpRequest, query: Query[WorkPeriodQuery]) -> HttpResponse:
    """Send the figures as CSV; written down as an export."""
    return sent("ecg-workload.csv", CSV, workload.workload_csv(actor_of(request), _asked(query)))


@router.get("/workload.xlsx", response={200: bytes, **PROBLEMS})
def workload_xlsx(request: HttpRequest, query: Query[WorkPeriodQuery]) -> HttpResponse:
    """Send the figures and the rows behind them as XLSX; written down as an export."""
    data = workload.workload_xlsx(actor_of(request), _asked(query), timezone.now())
    return sent("ecg-workload.xlsx", XLSX, data)


def _asked(query: WorkPeriodQuery) -> workload.Asked:
    until = query.until or timezone.now()
    since = query.since or until - timedelta(days=30)
    if not timedelta(0) < until - since <= timedelta(days=workload.MOST_DAYS):
        detail = "A period begins before it ends and is at most 400 days long."
        raise TianmuError(Code.PERIOD, detail, status=422, fields={"since": "order"})
    figure: Any = query.figure or None
    return workload.Asked(since, until, query.reader, figure)
