"""The monthly service reports: listed, made, signed by both, sent as PDF and XLSX."""

import re
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.servicedesk.actions import monthly
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.schemas.reports import MonthlyReportOut, report_out
from tianmu.operations.servicedesk.selectors.figure_files import monthly_pdf, monthly_xlsx
from tianmu.operations.servicedesk.selectors.monthly import reports

router = Router()
NEWEST = (SortKey("month", descending=True), SortKey("id", descending=True))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class MonthIn(Schema):
    """A month such as 2026-10."""

    month: str = Field(min_length=7, max_length=7)


@router.get("/reports", response={200: Page[MonthlyReportOut], **PROBLEMS})
def list_reports(request: HttpRequest, query: Query[PageQuery]) -> Page[MonthlyReportOut]:
    """List the monthly reports, the newest first."""
    actor = actor_of(request)
    return page(reports(actor), NEWEST, query, lambda row: report_out(row, actor))


@router.post("/reports", response={201: MonthlyReportOut, **PROBLEMS})
def make_report(request: HttpRequest, body: MonthIn) -> Status[MonthlyReportOut]:
    """Make the report of a month that is over, or count an unsigned one anew."""
    actor = actor_of(request)
    row = monthly.make_report(actor=actor, month=month_of(body.month), now=timezone.now())
    return Status(201, report_out(row, actor))


@router.post("/reports/{report_id}/sign", response={200: MonthlyReportOut, **PROBLEMS})
def sign_report(request: HttpRequest, report_id: UUID) -> MonthlyReportOut:
    """Sign for party B."""
    actor = actor_of(request)
    return report_out(monthly.sign_for_b(actor=actor, report_id=report_id, now=timezone.now()), actor)


@router.post("/reports/{report_id}/acknowledge", response={200: MonthlyReportOut, **PROBLEMS})
def acknowledge_report(request: HttpRequest, report_id: UUID) -> MonthlyReportOut:
    """Sign for party A."""
    actor = actor_of(request)
    return report_out(monthly.sign_for_a(actor=actor, report_id=report_id, now=timezone.now()), actor)


@router.get("/reports/monthly/{month}.pdf", response={200: bytes, **PROBLEMS})
def print_report(request: HttpRequest, month: str) -> HttpResponse:
    """Print the service report of a month such as 2026-10; one that is not made yet is counted now."""
    name, data = monthly_pdf(actor_of(request), month_of(month), timezone.now())
    return sent(name, "application/pdf", data)


@router.get("/reports/monthly/{month}.xlsx", response={200: bytes, **PROBLEMS})
def report_sheet(request: HttpRequest, month: str) -> HttpResponse:
    """Send the service report of a month as XLSX, with the tickets behind it."""
    name, data = monthly_xlsx(actor_of(request), month_of(month), timezone.now())
    return sent(name, XLSX, data)


def month_of(text: str) -> date:
    """Return the first day of a month such as 2026-10.

    Raises:
        TianmuError: it is not one.

    """
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text):
        raise TianmuError(Code.NODE, "Give a month such as 2026-10.", status=422, fields={"month": "form"})
    return date(int(text[:4]), int(text[5:]), 1)


def sent(name: str, content_type: str, data: bytes) -> HttpResponse:
    """Return a file as an answer."""
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
