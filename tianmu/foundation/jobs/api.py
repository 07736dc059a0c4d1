"""The page of background work."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.jobs import actions, selectors
from tianmu.foundation.jobs.models import Job

router = Router(tags=["jobs"])


class JobOut(Schema):
    """A job as people see it."""

    id: UUID
    kind: str
    state: str
    done: int
    total: int | None
    note: str
    attempts: int
    error: str
    asked_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@router.get("/jobs", response={200: Page[JobOut], **PROBLEMS})
def jobs(request: HttpRequest, query: Query[PageQuery], state: str = "") -> Page[JobOut]:
    """List background work, newest first."""
    actor = actor_of(request)
    return page(selectors.jobs(actor, state=state or None), [Order("id", descending=True)], query, _job)


@router.get("/jobs/{job_id}", response={200: JobOut, **PROBLEMS})
def job(request: HttpRequest, job_id: UUID) -> JobOut:
    """Show one piece of work."""
    return _job(selectors.job(actor_of(request), job_id))


@router.post("/jobs/{job_id}/again", response={200: JobOut, **PROBLEMS})
def again(request: HttpRequest, job_id: UUID) -> JobOut:
    """Ask for a failed piece of work once more."""
    actor = actor_of(request)
    selectors.job(actor, job_id)
    return _job(actions.ask_again(actor=actor, job_id=job_id))


def _job(job: Job) -> JobOut:
    return JobOut.from_orm(job)
