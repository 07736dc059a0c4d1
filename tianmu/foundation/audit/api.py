"""Reading, exporting and checking the audit log."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.audit.checks import ask_for_check
from tianmu.foundation.audit.exports import export_lines
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.selectors import AuditFilter, SealedMonth, lines, sealed_months, waiting_lines

router = Router(tags=["audit"])


class AuditWanted(Schema):
    """What to look for; `purpose` is a code of the list of purposes, or a part of the words."""

    action: str = Field("", max_length=80)
    actor_name: str = Field("", max_length=120)
    account_id: UUID | None = None
    person_id: UUID | None = None
    subject_id: UUID | None = None
    purpose: str = Field("", max_length=120)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class AuditQuery(AuditWanted, PageQuery):
    """What to look for, and where to go on."""


class ExportQuery(AuditWanted):
    """What to export, and why."""

    reason: str = Field(min_length=2, max_length=400)


class AuditLineOut(Schema):
    """One line."""

    id: UUID
    at: datetime
    action: str
    actor_kind: str
    account_id: UUID | None
    actor_name: str
    subject_kind: str
    subject_id: UUID | None
    person_id: UUID | None
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    reason: str
    purpose: str
    address: str | None
    client: str


class SealFault(Schema):
    """What is not as it was sealed, and where."""

    kind: str
    where: str


class SealCheckOut(Schema):
    """What the last check of a month found."""

    checked_at: datetime
    asked_by: str
    lines: int
    seals: int
    unsealed: int
    faults: list[SealFault]


class SealedMonthOut(Schema):
    """The chain of one month."""

    month: date
    seals: int
    newest_at: datetime
    check: SealCheckOut | None


class SealsOut(Schema):
    """The chains of the last three years, and how many lines wait for their seal (1,000 at most are counted)."""

    waiting: int
    months: list[SealedMonthOut]


class CheckAsked(Schema):
    """Which month to check; any day of it."""

    month: date


class CheckJob(Schema):
    """The background work that checks."""

    job: UUID


@router.get("/lines", response={200: Page[AuditLineOut], **PROBLEMS})
def audit_lines(request: HttpRequest, query: Query[AuditQuery]) -> Page[AuditLineOut]:
    """List what was done and seen, newest first."""
    return page(lines(actor_of(request), _wanted(query)), [Order("id", descending=True)], query, _line)


@router.get("/lines.csv", response={200: None, **PROBLEMS})
def audit_export(request: HttpRequest, query: Query[ExportQuery]) -> HttpResponse:
    """Give what was done and seen as a table (CSV, UTF-8), 20,000 lines at most; the export is noted."""
    actor, now = actor_of(request), timezone.now()
    text = export_lines(actor=actor, wanted=_wanted(query), reason=query.reason, now=now)
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{timezone.localtime(now):%Y%m%d-%H%M}.csv"'
    return response


@router.get("/seals", response={200: SealsOut, **PROBLEMS})
def seals(request: HttpRequest) -> SealsOut:
    """Tell how far the log is sealed, and what the last checks found."""
    actor = actor_of(request)
    return SealsOut(waiting=waiting_lines(actor), months=[_month(one) for one in sealed_months(actor)])


@router.post("/seals/check", response={202: CheckJob, **PROBLEMS})
def check_seals(request: HttpRequest, body: CheckAsked) -> Status[CheckJob]:
    """Ask for a check of one month's chain."""
    return Status(202, CheckJob(job=ask_for_check(actor=actor_of(request), month=body.month).pk))


def _wanted(query: AuditWanted) -> AuditFilter:
    return AuditFilter(**{name: getattr(query, name) for name in AuditFilter.__slots__})


def _line(line: AuditLine) -> AuditLineOut:
    return AuditLineOut.from_orm(line)


def _month(one: SealedMonth) -> SealedMonthOut:
    check = SealCheckOut.from_orm(one.check) if one.check else None
    return SealedMonthOut(month=one.month, seals=one.seals, newest_at=one.newest_at, check=check)
