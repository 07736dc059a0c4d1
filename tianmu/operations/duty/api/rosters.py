"""Rosters by month, who is on now, and how fairly duty is shared."""

from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version
from tianmu.operations.duty.actions import rosters as actions
from tianmu.operations.duty.errors import Code
from tianmu.operations.duty.rules.month import Month
from tianmu.operations.duty.rules.shifts import Span, whole_day
from tianmu.operations.duty.schemas.rosters import (
    OpenRosterIn,
    RosterMonthOut,
    RosterOut,
    ShareOut,
    ShiftOut,
    ShiftsIn,
    roster_month_out,
    roster_out,
    share_out,
    shift_out,
)
from tianmu.operations.duty.selectors import rosters as selectors

router = Router()
LONGEST_PERIOD = timedelta(days=400)


class RosterQuery(PageQuery):
    """Which rosters to list."""

    year: int | None = Field(None, ge=2020, le=2100)


class SharePeriod(PageQuery):
    """From one day to another, both included."""

    since: date
    until: date


@router.get("/rosters", response={200: Page[RosterOut], **PROBLEMS})
def rosters(request: HttpRequest, query: Query[RosterQuery]) -> Page[RosterOut]:
    """List the months, newest first."""
    keys = [Order("year", descending=True), Order("month", descending=True), Order("id")]
    rows = selectors.rosters(actor_of(request), query.year)
    return page(rows, keys, query, lambda row: roster_out(row, vars(row)["many"]), count=True)


@router.post("/rosters", response={201: RosterMonthOut, **PROBLEMS})
def open_roster(request: HttpRequest, body: OpenRosterIn) -> Status[RosterMonthOut]:
    """Open a month's draft, with a proposal that shares duty evenly, or empty."""
    actor = actor_of(request)
    path = selectors.unit_path(actor, body.unit_id)
    opened = actions.open_roster(
        actor=actor, unit_path=path, month=Month(body.year, body.month), proposed=body.proposed, now=timezone.now()
    )
    return Status(201, roster_month_out(selectors.roster_month(actor, opened.pk), actor))


@router.get("/rosters/{roster_id}", response={200: RosterMonthOut, **PROBLEMS})
def roster(request: HttpRequest, roster_id: UUID) -> RosterMonthOut:
    """Show one month with its days, shifts and what is wrong with it."""
    actor = actor_of(request)
    return roster_month_out(selectors.roster_month(actor, roster_id), actor)


@router.put("/rosters/{roster_id}/shifts", response={200: RosterMonthOut, **PROBLEMS})
def set_shifts(request: HttpRequest, roster_id: UUID, body: ShiftsIn) -> RosterMonthOut:
    """Replace the shifts of a draft."""
    actor = actor_of(request)
    drafts = [actions.ShiftDraft(**one.model_dump()) for one in body.shifts]
    actions.set_shifts(actor=actor, roster_id=roster_id, drafts=drafts, expected=expected_version(request))
    return roster_month_out(selectors.roster_month(actor, roster_id), actor)


@router.post("/rosters/{roster_id}/propose", response={200: RosterMonthOut, **PROBLEMS})
def propose(request: HttpRequest, roster_id: UUID) -> RosterMonthOut:
    """Replace the shifts of a draft by a proposal that shares duty evenly."""
    actor = actor_of(request)
    actions.propose_roster(actor=actor, roster_id=roster_id, expected=expected_version(request), now=timezone.now())
    return roster_month_out(selectors.roster_month(actor, roster_id), actor)


@router.post("/rosters/{roster_id}/publish", response={200: RosterMonthOut, **PROBLEMS})
def publish(request: HttpRequest, roster_id: UUID) -> RosterMonthOut:
    """Publish a month that has no gap and no double."""
    actor = actor_of(request)
    actions.publish_roster(actor=actor, roster_id=roster_id, expected=expected_version(request), now=timezone.now())
    return roster_month_out(selectors.roster_month(actor, roster_id), actor)


@router.post("/rosters/{roster_id}/acknowledge", response={200: RosterMonthOut, **PROBLEMS})
def acknowledge(request: HttpRequest, roster_id: UUID) -> RosterMonthOut:
    """Note that the information section has received a published month."""
    actor = actor_of(request)
    actions.acknowledge_roster(actor=actor, roster_id=roster_id, now=timezone.now())
    return roster_month_out(selectors.roster_month(actor, roster_id), actor)


@router.get("/now", response={200: list[ShiftOut], **PROBLEMS})
def on_duty(request: HttpRequest) -> list[ShiftOut]:
    """Show who is on now, the resident engineer first, with phones for who may see numbers."""
    actor = actor_of(request)
    return [shift_out(row, actor) for row in selectors.now_on_duty(actor, timezone.now())]


@router.get("/shares", response={200: list[ShareOut], **PROBLEMS})
def shares(request: HttpRequest, query: Query[SharePeriod]) -> list[ShareOut]:
    """Show how rest days, nights and hours of a period are shared."""
    if not timedelta(0) <= query.until - query.since <= LONGEST_PERIOD:
        detail = "The period ends after it starts and lasts 400 days at most."
        raise TianmuError(Code.SHIFT_INVALID, detail, status=422, fields={"until": "range"})
    period = Span(whole_day(query.since).start, whole_day(query.until).end)
    return [share_out(row) for row in selectors.fair_shares(actor_of(request), period)]
