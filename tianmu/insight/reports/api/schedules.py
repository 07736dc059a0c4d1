"""Schedules, who can be sent to, and the files that schedules made."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version
from tianmu.foundation.jobs.actions import enqueue
from tianmu.insight.reports.actions import scheduling
from tianmu.insight.reports.actions.extracting import note_asked
from tianmu.insight.reports.actions.scheduling import Wanted
from tianmu.insight.reports.api.files import sent
from tianmu.insight.reports.catalogue import data_set
from tianmu.insight.reports.permissions import Right
from tianmu.insight.reports.rules.schedule import Plan
from tianmu.insight.reports.schemas.reports import (
    DesignScheduleIn,
    DesignScheduleOut,
    KeptFileOut,
    RecipientOut,
    kept_out,
    schedule_out,
)
from tianmu.insight.reports.selectors import reports as reading
from tianmu.insight.reports.selectors.files import TYPES
from tianmu.insight.reports.tasks import REFRESH

router = Router()
NEWEST = (SortKey("id", descending=True),)


class RefreshJobOut(Schema):
    """A job that was asked for."""

    id: UUID


@router.get("/reports/{report_id}/schedules", response={200: list[DesignScheduleOut], **PROBLEMS})
def list_schedules(request: HttpRequest, report_id: UUID) -> list[DesignScheduleOut]:
    """List one's own schedules of a report."""
    return [schedule_out(row) for row in reading.schedules(actor_of(request), report_id)]


@router.post("/reports/{report_id}/schedules", response={201: DesignScheduleOut, **PROBLEMS})
def make_schedule(request: HttpRequest, report_id: UUID, body: DesignScheduleIn) -> Status[DesignScheduleOut]:
    """Plan a report."""
    row = scheduling.make_schedule(
        actor=actor_of(request), report_id=report_id, wanted=_wanted(body), now=timezone.now()
    )
    return Status(201, schedule_out(row))


@router.put("/schedules/{schedule_id}", response={200: DesignScheduleOut, **PROBLEMS})
def change_schedule(request: HttpRequest, schedule_id: UUID, body: DesignScheduleIn) -> DesignScheduleOut:
    """Change a schedule."""
    row = scheduling.change_schedule(
        actor=actor_of(request),
        schedule_id=schedule_id,
        wanted=_wanted(body),
        expected=expected_version(request),
        now=timezone.now(),
    )
    return schedule_out(row)


@router.delete("/schedules/{schedule_id}", response={204: None, **PROBLEMS})
def remove_schedule(request: HttpRequest, schedule_id: UUID) -> Status[None]:
    """Remove a schedule."""
    scheduling.remove_schedule(actor=actor_of(request), schedule_id=schedule_id)
    return Status(204, None)


@router.get("/recipients", response={200: list[RecipientOut], **PROBLEMS})
def list_recipients(request: HttpRequest, search: Annotated[str, Query(max_length=60)] = "") -> list[RecipientOut]:
    """List people who can be sent to."""
    rows = reading.recipients(actor_of(request), search, timezone.now())
    return [RecipientOut(id=row.pk, name=row.name, place=row.home.name) for row in rows]


@router.get("/kept", response={200: Page[KeptFileOut], **PROBLEMS})
def list_kept(request: HttpRequest, query: Query[PageQuery]) -> Page[KeptFileOut]:
    """List the files that schedules made for one, the newest first."""
    return page(reading.runs(actor_of(request)), NEWEST, query, kept_out)


@router.get("/runs/{run_id}/file", response={200: bytes, **PROBLEMS})
def run_file(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Send a file that a schedule made; written down as an export."""
    row, data = reading.file_of_run(actor_of(request), run_id, timezone.now())
    return sent(row.filename, TYPES[row.form], data)


@router.post("/datasets/{dataset}/refresh", response={202: RefreshJobOut, **PROBLEMS})
def refresh_dataset(request: HttpRequest, dataset: str) -> Status[RefreshJobOut]:
    """Ask for fresh data now; otherwise they are at most some minutes old."""
    actor = actor_of(request)
    actor.demand(Right.REFRESH)
    key = data_set(dataset).key
    note_asked(actor=actor, key=key)
    return Status(202, RefreshJobOut(id=enqueue(REFRESH, actor=actor, dataset=key).pk))


def _wanted(body: DesignScheduleIn) -> Wanted:
    plan = Plan(body.every, body.at, body.weekday, body.day, body.days_off)
    return Wanted(plan, body.form, body.parameters, body.recipients, body.mail_to, body.active)
