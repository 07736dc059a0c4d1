"""Asking for work, doing it, telling how far it is."""

import logging
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.jobs.choices import JobState
from tianmu.foundation.jobs.delivery import LAST, NORMAL, defer_run, defer_runs
from tianmu.foundation.jobs.errors import Code
from tianmu.foundation.jobs.models import Job
from tianmu.foundation.jobs.permissions import Right
from tianmu.foundation.jobs.work import LaterError, Work, kinds
from tianmu.foundation.live.actions import tell
from tianmu.foundation.logs import outline
from tianmu.foundation.metrics.counting import count, observe

log = logging.getLogger(__name__)


def enqueue(
    kind: Work,
    *,
    actor: Actor,
    subject: tuple[str, UUID] | None = None,
    priority: int = NORMAL,
    shown_at: str | None = None,
    **arguments: object,
) -> Job:
    """Ask for work inside the transaction at hand; it starts after the commit.

    It is listed for those who may see jobs at `shown_at`, a path of the scope tree, else at the actor's home.
    """
    fields = _fields(kind, actor, subject, arguments)
    job = Job.objects.create(**{**fields, "unit_path": shown_at or fields["unit_path"]})
    defer_run(job_id=str(job.pk), queue=kind.queue, priority=priority)
    _show(job)
    return job


def enqueue_many(
    kind: Work, *, actor: Actor, each: Sequence[tuple[tuple[str, UUID], dict[str, object]]], priority: int = NORMAL
) -> None:
    """Ask for many pieces of the same work in two statements; `each` holds (subject, arguments)."""
    jobs = Job.objects.bulk_create(Job(**_fields(kind, actor, subject, arguments)) for subject, arguments in each)
    defer_runs(job_ids=[str(job.pk) for job in jobs], queue=kind.queue, priority=priority)


@transaction.atomic
def ask_again(*, actor: Actor, job_id: UUID) -> Job:
    """Queue a failed job once more.

    Raises:
        ConflictError: the job has not failed, or its kind of work is gone.

    """
    job = Job.objects.select_for_update().get(pk=job_id)
    actor.demand(Right.MANAGE, job.unit_path)
    if job.state != JobState.FAILED:
        raise ConflictError(Code.NOT_FAILED, "Only a failed job can be asked for again.", state=job.state)
    kind = kinds().get(job.kind)
    if kind is None:
        raise ConflictError(Code.UNKNOWN_KIND, "This release knows no work of this kind any more.", kind=job.kind)
    job.state, job.error, job.ended_at = JobState.WAITING, "", None
    job.save(update_fields=["state", "error", "ended_at"])
    defer_run(job_id=str(job.pk), queue=kind.queue, priority=NORMAL)
    record(actor=actor, action="jobs.asked_again", kind="job", key=job.pk)
    _show(job)
    return job


class ActiveRun:
    """A job that is being done."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Write how far it is and tell the page; committed at once."""
        self.job.done, self.job.total, self.job.note = done, total, note[:200]
        self.job.save(update_fields=["done", "total", "note"])
        _show(self.job)


def run(*, job_id: UUID) -> bool:
    """Do one job; return whether it should be tried again.

    A job whose worker died is run again: work must bear being repeated.
    """
    job = Job.objects.filter(pk=job_id).first()
    if job is None or job.state in {JobState.DONE, JobState.CANCELLED}:
        return False
    kind = kinds().get(job.kind)
    if kind is None:
        _end(job, JobState.FAILED, f"This release knows no work of the kind {job.kind}.")
        return False
    if job.state == JobState.RUNNING and job.attempts >= kind.most_attempts:
        _end(job, JobState.FAILED, f"The worker died in each of {job.attempts} attempts; memory may be too small.")
        return False
    job.state, job.started_at, job.attempts = JobState.RUNNING, timezone.now(), job.attempts + 1
    job.save(update_fields=["state", "started_at", "attempts"])
    _show(job)
    began = time.perf_counter()
    try:
        kind(ActiveRun(job), **job.arguments)
    except LaterError:
        _let_others_first(job, kind)
        return False
    except Exception as error:  # noqa: BLE001 - whatever work raises ends in its job row
        _count(job, "failed", began)
        log.warning("job %s of kind %s failed at attempt %s: %s", job.pk, job.kind, job.attempts, type(error).__name__)
        again = job.attempts < kind.most_attempts
        _end(job, JobState.WAITING if again else JobState.FAILED, outline(error)[:4000])
        return again
    _count(job, "done", began)
    _end(job, JobState.DONE, "")
    return False


def _count(job: Job, outcome: str, began: float) -> None:
    count("tianmu_jobs_total", {"kind": job.kind, "outcome": outcome})
    observe("tianmu_job_seconds", time.perf_counter() - began, {"kind": job.kind})


@transaction.atomic
def _let_others_first(job: Job, kind: Work) -> None:
    job.state, job.attempts = JobState.WAITING, job.attempts - 1
    job.save(update_fields=["state", "attempts"])
    defer_run(job_id=str(job.pk), queue=kind.queue, priority=LAST)


def _end(job: Job, state: JobState, error: str) -> None:
    job.state, job.error = state, error
    job.ended_at = None if state == JobState.WAITING else timezone.now()
    job.save(update_fields=["state", "error", "ended_at"])
    _show(job)


def _fields(kind: Work, actor: Actor, subject: tuple[str, UUID] | None, arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "arguments": {key: str(value) if isinstance(value, UUID) else value for key, value in arguments.items()},
        "listed": kind.listed,
        "subject_kind": subject[0] if subject else "",
        "subject_id": subject[1] if subject else None,
        "asked_by": actor.name,
        "unit_path": actor.home_path,
        "created_at": timezone.now(),
    }


def _show(job: Job) -> None:
    if job.listed:
        tell("jobs", path=job.unit_path, right=Right.VIEW, facts={"job": str(job.pk), "state": job.state})
