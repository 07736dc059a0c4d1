"""The catalogue, figures, parts, the rows behind them, exports."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order, Page, PageQuery, page, page_of
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.insight.supervision.permissions import Right
from tianmu.insight.supervision.rules.indicators import catalogue
from tianmu.insight.supervision.schemas.figures import (
    IndicatorCatalogueOut,
    IndicatorFiguresOut,
    IndicatorRowOut,
    IndicatorSplitOut,
    IndicatorThingOut,
    behind_out,
    catalogue_out,
    figure_out,
    part_out,
    thing_out,
)
from tianmu.insight.supervision.selectors import files
from tianmu.insight.supervision.selectors.asked import Asked
from tianmu.insight.supervision.selectors.figures import figures, indicator_of, split
from tianmu.insight.supervision.selectors.names import names_of
from tianmu.insight.supervision.selectors.rows import Behind, rows_behind, things_behind, told
from tianmu.registry.organizations.selectors import organization

router = Router()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONTH = timedelta(days=30)


class AskedQuery(Schema):
    """A period, the last 30 days unless given; at and below a unit; what narrows it."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    unit: UUID | None = None
    town: str = Field("", max_length=9)
    device: UUID | None = None
    doctor: str = Field("", max_length=120)
    kind: str = Field("", max_length=12)
    urgency: str = Field("", max_length=12)
    sex: str = Field("", max_length=8)


class SplitQuery(AskedQuery):
    """By what to split, once or twice."""

    by: str = Field("month", max_length=16)
    also: str = Field("", max_length=16)


class DrillQuery(AskedQuery):
    """Which rows: those counted, those missed, or all among which is counted; one part of a split narrows them."""

    behind: Behind = "counted"
    organization: UUID | None = None
    age: str = Field("", max_length=8)
    disease: str = Field("", max_length=20)
    hour: int | None = Field(None, ge=0, le=23)
    weekday: int | None = Field(None, ge=1, le=7)


class RowsQuery(PageQuery, DrillQuery):
    """A page of the rows behind a figure."""


@router.get("/indicators", response={200: IndicatorCatalogueOut, **PROBLEMS})
def list_indicators(request: HttpRequest) -> IndicatorCatalogueOut:
    """Show every definition: formula, time field, exclusions."""
    actor = actor_of(request)
    actor.demand(Right.VIEW)
    return catalogue_out(catalogue(), actor.locale)


@router.get("/figures", response={200: IndicatorFiguresOut, **PROBLEMS})
def show_figures(request: HttpRequest, query: Query[AskedQuery]) -> IndicatorFiguresOut:
    """Show every figure of a period."""
    actor = actor_of(request)
    asked = _asked(actor, query)
    found = figures(actor, asked, timezone.now())
    book = catalogue()
    shown = [figure_out(book.indicators[key], counted) for key, counted in found.items()]
    return IndicatorFiguresOut(since=asked.since, until=asked.until, definitions=book.version, figures=shown)


@router.get("/figures.{form}", response={200: bytes, **PROBLEMS})
def export_figures(request: HttpRequest, form: Literal["xlsx", "pdf"], query: Query[AskedQuery]) -> HttpResponse:
    """Send every figure of a period as XLSX, or print it; written down as an export."""
    actor, now = actor_of(request), timezone.now()
    made = files.figures_pdf if form == "pdf" else files.figures_xlsx
    return _sent("ecg-indicators", form, made(actor, _asked(actor, query), now))


@router.get("/figures/{indicator}/parts", response={200: IndicatorSplitOut, **PROBLEMS})
def show_parts(request: HttpRequest, indicator: str, query: Query[SplitQuery]) -> IndicatorSplitOut:
    """Show one figure in its parts."""
    actor, one = actor_of(request), indicator_of(indicator)
    parts = split(actor, one, _asked(actor, query), query.by, query.also, timezone.now())
    names = names_of(one, query.by, {part.key for part in parts})
    others = names_of(one, query.also, {part.also for part in parts}) if query.also else {}
    shown = [part_out(one, part, names, others) for part in parts]
    return IndicatorSplitOut(key=one.key, by=query.by, also=query.also, parts=shown)


@router.get("/figures/{indicator}/parts.xlsx", response={200: bytes, **PROBLEMS})
def export_parts(request: HttpRequest, indicator: str, query: Query[SplitQuery]) -> HttpResponse:
    """Send one figure in its parts as XLSX; written down as an export."""
    actor, one, now = actor_of(request), indicator_of(indicator), timezone.now()
    data = files.split_xlsx(actor, one, _asked(actor, query), query.by, query.also, now)
    return _sent(f"ecg-{one.key}", "xlsx", data)


@router.get("/figures/{indicator}/rows", response={200: Page[IndicatorRowOut], **PROBLEMS})
def show_rows(request: HttpRequest, indicator: str, query: Query[RowsQuery]) -> Page[IndicatorRowOut]:
    """List the examinations behind a figure, the newest first; who sees figures only must state a purpose."""
    actor, one, now = actor_of(request), indicator_of(indicator), timezone.now()
    rows = rows_behind(actor, one, _drilled(actor, query), query.behind, now)
    keys = [Order(one.at, descending=True), Order("id", descending=True)]
    found: Page[object] = page(rows, keys, query, lambda row: row, count=True)
    shown = [behind_out(row, now) for row in told(one, found.items)]
    return page_of(shown, found.next_cursor, found.total)


@router.get("/figures/{indicator}/things", response={200: list[IndicatorThingOut], **PROBLEMS})
def show_things(request: HttpRequest, indicator: str, query: Query[DrillQuery]) -> list[IndicatorThingOut]:
    """List the devices or points behind a figure of what was used."""
    actor, one = actor_of(request), indicator_of(indicator)
    found = things_behind(actor, one, _drilled(actor, query), query.behind, timezone.now())
    return [thing_out(thing) for thing in found]


@router.get("/figures/{indicator}/rows.xlsx", response={200: bytes, **PROBLEMS})
def export_rows(request: HttpRequest, indicator: str, query: Query[DrillQuery]) -> HttpResponse:
    """Send the rows behind a figure as XLSX; each person among them is written down."""
    actor, one, now = actor_of(request), indicator_of(indicator), timezone.now()
    data = files.rows_xlsx(actor, one, _drilled(actor, query), query.behind, now)
    return _sent(f"ecg-{one.key}-rows", "xlsx", data)


def _asked(actor: Actor, query: AskedQuery) -> Asked:
    until = query.until or timezone.now()
    return Asked(
        since=query.since or until - MONTH,
        until=until,
        unit_path=organization(actor, query.unit).path if query.unit else "",
        town=query.town,
        device=query.device,
        doctor=query.doctor,
        kind=query.kind,
        urgency=query.urgency,
        sex=query.sex,
    )


def _drilled(actor: Actor, query: DrillQuery) -> Asked:
    return replace(
        _asked(actor, query),
        organization=query.organization,
        age=query.age,
        disease=query.disease,
        hour=query.hour,
        weekday=query.weekday,
    )


def _sent(name: str, form: str, data: bytes) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/pdf" if form == "pdf" else XLSX)
    place = "inline" if form == "pdf" else "attachment"
    answer.headers["Content-Disposition"] = f'{place}; filename="{name}.{form}"'
    return answer
