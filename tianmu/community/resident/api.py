"""The resident's own pages: home, signed ECG reports, who looked at her record."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from tianmu.clinical.ecg.selectors.printing import report_pdf
from tianmu.clinical.ecg.selectors.residents import (
    published_versions,
    signed_report,
    signed_reports_of,
    signed_signal,
)
from tianmu.community.resident import family, selectors, sharing
from tianmu.community.resident.reports import line, whole
from tianmu.community.resident.schemas import HomeOut, LookOut, MyselfOut, ReportLine, ReportPage
from tianmu.community.resident.whom import Whom
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.messages.selectors import messages
from tianmu.registry.residents.rules.ages import age_years

router = Router(tags=["resident"])
router.add_router("", family.router)
router.add_router("", sharing.router)
LATEST = 3
NEWEST = (Order("registered_at", descending=True), Order("id", descending=True))


@router.get("/home", response={200: HomeOut, **PROBLEMS})
def home(request: HttpRequest, person: Whom = None) -> HomeOut:
    """Show the first page: who she is, what is unread, the latest signed reports."""
    actor = selectors.acting(actor_of(request), person)
    row = selectors.myself(actor)
    born = row.birth_date
    return HomeOut(
        person=MyselfOut(
            id=row.pk,
            name=row.name,
            sex=row.sex,
            age_years=age_years(born, timezone.localdate()) if born else None,
        ),
        unread=messages(actor, unread=True).count(),
        latest_reports=_lines([order.pk for order in signed_reports_of(actor)[:LATEST]], actor),
    )


@router.get("/ecg/reports", response={200: Page[ReportLine], **PROBLEMS})
def reports(request: HttpRequest, query: Query[PageQuery], person: Whom = None) -> Page[ReportLine]:
    """List her signed ECG reports, newest first."""
    actor = selectors.acting(actor_of(request), person)
    found = page(signed_reports_of(actor), NEWEST, query, lambda order: order.pk)
    return Page(items=_lines(found.items, actor), next_cursor=found.next_cursor)


@router.get("/ecg/reports/{order_id}", response={200: ReportPage, **PROBLEMS})
def report(request: HttpRequest, order_id: UUID, person: Whom = None) -> ReportPage:
    """Show one signed ECG report."""
    actor = selectors.acting(actor_of(request), person)
    order, version = signed_report(actor, order_id)
    return whole(order.pk, version, actor.locale)


@router.get("/ecg/reports/{order_id}/report.pdf", response={200: bytes, **PROBLEMS})
def print_report(request: HttpRequest, order_id: UUID, person: Whom = None) -> HttpResponse:
    """Send the newest signed version as PDF."""
    actor = selectors.acting(actor_of(request), person)
    name, pdf = report_pdf(actor, order_id)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@router.get("/ecg/reports/{order_id}/signal", response={200: bytes, **PROBLEMS})
def signal(
    request: HttpRequest, order_id: UUID, level: Annotated[int, Query(ge=0, le=8)] = 0, person: Whom = None
) -> HttpResponse:
    """Send the samples that the signed report is about."""
    actor = selectors.acting(actor_of(request), person)
    return HttpResponse(signed_signal(actor, order_id, level), content_type="application/octet-stream")


@router.get("/access-log", response={200: Page[LookOut], **PROBLEMS})
def access_log(request: HttpRequest, query: Query[PageQuery], person: Whom = None) -> Page[LookOut]:
    """List who looked at her record, newest first."""
    actor = selectors.acting(actor_of(request), person)
    found = page(selectors.looks_at_me(actor), [Order("id", descending=True)], query, lambda row: row)
    names = selectors.places(row.home_path for row in found.items)
    items = [
        LookOut(
            id=row.pk,
            at=row.at,
            actor_name=row.actor_name,
            action=row.action,
            organization=names.get(row.home_path, ""),
            reason=row.reason,
        )
        for row in found.items
    ]
    return Page(items=items, next_cursor=found.next_cursor)


def _lines(order_ids: list[UUID], actor: Actor) -> list[ReportLine]:
    versions = published_versions(order_ids)
    return [line(key, versions[key], actor.locale) for key in order_ids if key in versions]
