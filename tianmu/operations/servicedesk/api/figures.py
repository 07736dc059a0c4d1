"""Dashboards, the wall, exports and the monthly report."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import AwareDatetime

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.schemas.tickets import DeskCounts, TicketOut, ticket_out
from tianmu.operations.servicedesk.selectors import printing
from tianmu.operations.servicedesk.selectors.figures import Period, figures, open_majors, running_clocks
from tianmu.operations.servicedesk.selectors.wall import wall_counts

router = Router()
LONGEST = timedelta(days=400)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PeriodQuery(Schema):
    """A period; by default the last 30 days."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class OnTimeOut(Schema):
    """How one kind of clock was kept."""

    clock: str
    obligation: str
    ended: int
    open: int
    in_time: int
    late: int
    percent: float | None
    mean_seconds: float | None
    p90_seconds: float | None


class SubsystemOut(Schema):
    """How a sub-system ran."""

    subsystem: str
    incidents: int
    mtta_seconds: int | None
    mttr_seconds: int | None
    availability: float | None


class InstitutionOut(Schema):
    """How much an institution reported."""

    id: UUID
    name: str
    tickets: int
    incidents: int


class LoadOut(Schema):
    """How much an engineer has open."""

    id: UUID
    name: str
    open: int


class FigureDayOut(Schema):
    """One day of the trend."""

    day: str
    tickets: int
    incidents: int


class FiguresOut(Schema):
    """The figures of a period; unknown is null."""

    since: datetime
    until: datetime
    on_time: list[OnTimeOut]
    raised: int
    by_kind: dict[str, int]
    by_channel: dict[str, int]
    backlog: dict[str, int]
    quality: dict[str, float | None]
    survey: dict[str, float | None]
    subsystems: list[SubsystemOut]
    institutions: list[InstitutionOut]
    repeats: list[dict[str, Any]]
    load: list[LoadOut]
    trend: list[FigureDayOut]
    deflected: int


class WallClock(Schema):
    """A running clock on the wall."""

    ticket_id: UUID
    number: str
    title: str
    type: str
    due_at: datetime
    remaining_seconds: int


class WallOut(Schema):
    """What hangs on the wall: open by grade, major incidents with their countdown, the clocks that end soonest."""

    at: datetime
    counts: DeskCounts
    open_by_grade: dict[str, int]
    majors: list[TicketOut]
    clocks: list[WallClock]


@router.get("/figures", response={200: FiguresOut, **PROBLEMS})
def show_figures(request: HttpRequest, query: Query[PeriodQuery]) -> FiguresOut:
    """Show the figures of a period."""
    now = timezone.now()
    return FiguresOut.model_validate(figures(actor_of(request), _period(query, now), now))


@router.get("/wall", response={200: WallOut, **PROBLEMS})
def wall(request: HttpRequest) -> WallOut:
    """Show the wall."""
    actor, now = actor_of(request), timezone.now()
    counted, by_grade = wall_counts(actor, now)
    clocks = [
        WallClock(
            ticket_id=one.ticket_id,
            number=one.ticket.number,
            title=one.ticket.title,
            type=one.type,
            due_at=one.due_at or now,
            remaining_seconds=int(((one.due_at or now) - now).total_seconds()),
        )
        for one in running_clocks(actor)
    ]
    return WallOut(
        at=now,
        counts=DeskCounts.model_validate(counted),
        open_by_grade=by_grade,
        majors=[ticket_out(one, actor, now) for one in open_majors(actor)],
        clocks=clocks,
    )


@router.get("/export.csv", response={200: bytes, **PROBLEMS})
def export_csv(request: HttpRequest, query: Query[PeriodQuery]) -> HttpResponse:
    """Send the tickets of a period as CSV; written down as an export."""
    data = printing.tickets_csv(actor_of(request), _period(query, timezone.now()))
    return _sent("tickets.csv", "text/csv; charset=utf-8", data)


@router.get("/export.xlsx", response={200: bytes, **PROBLEMS})
def export_xlsx(request: HttpRequest, query: Query[PeriodQuery]) -> HttpResponse:
    """Send the tickets of a period as XLSX; written down as an export."""
    now = timezone.now()
    return _sent("tickets.xlsx", XLSX, printing.tickets_xlsx(actor_of(request), _period(query, now), now))


@router.get("/reports/monthly/{month}.pdf", response={200: bytes, **PROBLEMS})
def monthly_pdf(request: HttpRequest, month: str) -> HttpResponse:
    """Print the service report of a month such as 2026-10."""
    name, data = printing.monthly_pdf(actor_of(request), _month(month), timezone.now())
    return _sent(name, "application/pdf", data)


@router.get("/reports/monthly/{month}.xlsx", response={200: bytes, **PROBLEMS})
def monthly_xlsx(request: HttpRequest, month: str) -> HttpResponse:
    """Send the service report of a month as XLSX."""
    name, data = printing.monthly_xlsx(actor_of(request), _month(month), timezone.now())
    return _sent(name, XLSX, data)


def _period(query: PeriodQuery, now: datetime) -> Period:
    until = query.until or now
    since = query.since or until - timedelta(days=30)
    if not timedelta(0) < until - since <= LONGEST:
        detail = "A period begins before it ends and is at most 400 days long."
        raise TianmuError(Code.NODE, detail, status=422, fields={"since": "order"})
    return Period(since, until)


def _month(text: str) -> Period:
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text):
        raise TianmuError(Code.NODE, "Give a month such as 2026-10.", status=422, fields={"month": "form"})
    year, month = int(text[:4]), int(text[5:])
    following = (year + month // 12, month % 12 + 1)
    return Period(datetime(year, month, 1, tzinfo=ZONE), datetime(*following, 1, tzinfo=ZONE))


def _sent(name: str, content_type: str, data: bytes) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
