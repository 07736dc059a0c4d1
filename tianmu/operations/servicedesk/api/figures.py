"""Dashboards, the wall and exports."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import AwareDatetime

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.servicedesk.api.reports import sent
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.schemas.tickets import DeskCounts, TicketOut, ticket_out
from tianmu.operations.servicedesk.selectors import printing
from tianmu.operations.servicedesk.selectors.figure_files import figure_file
from tianmu.operations.servicedesk.selectors.figures import Period, figures, open_majors, running_clocks
from tianmu.operations.servicedesk.selectors.wall import falling_due, on_duty, wall_counts

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
    overdue: int


class TimesOut(Schema):
    """How long answering and solving took for an institution, a kind or an engineer."""

    key: str
    name: str
    tickets: int
    solved: int
    reopened: int
    answer_seconds: int | None
    answer_p90_seconds: int | None
    solve_seconds: int | None
    solve_p90_seconds: int | None


class GroupsOut(Schema):
    """The times by institution, kind and engineer."""

    institutions: list[TimesOut]
    kinds: list[TimesOut]
    engineers: list[TimesOut]


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
    times: GroupsOut
    trend: list[FigureDayOut]
    deflected: int


class WallClock(Schema):
    """A running clock on the wall."""

    ticket_id: UUID
    number: str
    title: str
    type: str
    due_at: datetime
    limit_seconds: int
    remaining_seconds: int


class OnDuty(Schema):
    """Who is on duty now, and until when."""

    name: str
    kind: str
    ends_at: datetime


class WallDuty(Schema):
    """An obligation that falls due soon, such as an inspection."""

    obligation: str
    title: str
    due_at: datetime


class WallOut(Schema):
    """What hangs on the wall: open by grade, major incidents with their countdown, clocks, duty, what falls due."""

    at: datetime
    counts: DeskCounts
    open_by_grade: dict[str, int]
    majors: list[TicketOut]
    clocks: list[WallClock]
    on_duty: list[OnDuty]
    due: list[WallDuty]


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
            limit_seconds=one.limit_seconds,
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
        on_duty=[OnDuty.model_validate(one, from_attributes=True) for one in on_duty(actor, now)],
        due=[
            WallDuty(obligation=one.obligation, title=one.title, due_at=one.due_at) for one in falling_due(actor, now)
        ],
    )


@router.get("/export.csv", response={200: bytes, **PROBLEMS})
def export_csv(request: HttpRequest, query: Query[PeriodQuery]) -> HttpResponse:
    """Send the tickets of a period as CSV; written down as an export."""
    data = printing.tickets_csv(actor_of(request), _period(query, timezone.now()))
    return sent("tickets.csv", "text/csv; charset=utf-8", data)


@router.get("/export.xlsx", response={200: bytes, **PROBLEMS})
def export_xlsx(request: HttpRequest, query: Query[PeriodQuery]) -> HttpResponse:
    """Send the tickets of a period as XLSX; written down as an export."""
    now = timezone.now()
    return sent("tickets.xlsx", XLSX, printing.tickets_xlsx(actor_of(request), _period(query, now), now))


@router.get("/figures.{form}", response={200: bytes, **PROBLEMS})
def figures_file(request: HttpRequest, form: str, query: Query[PeriodQuery]) -> HttpResponse:
    """Send the figures of a period as csv (who took how long) or xlsx (everything); written down as an export."""
    now = timezone.now()
    data = figure_file(actor_of(request), _period(query, now), form, now)
    kind = XLSX if form == "xlsx" else "text/csv; charset=utf-8"
    return sent(f"figures.{form}", kind, data)


def _period(query: PeriodQuery, now: datetime) -> Period:
    until = query.until or now
    since = query.since or until - timedelta(days=30)
    if not timedelta(0) < until - since <= LONGEST:
        detail = "A period begins before it ends and is at most 400 days long."
        raise TianmuError(Code.NODE, detail, status=422, fields={"since": "order"})
    return Period(since, until)
