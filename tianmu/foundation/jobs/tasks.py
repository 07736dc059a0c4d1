"""What the worker runs. Stalled work (its worker was killed) is found by its missing heartbeat and queued again."""

from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from tianmu.foundation.db.partitions import prepare_partitions
from tianmu.foundation.events.actions import deliver
from tianmu.foundation.jobs.actions import run
from tianmu.foundation.jobs.delivery import EVENT_RETRY, EVENT_TASK, RUN_TASK, URGENT
from tianmu.foundation.jobs.manager import is_waiting

STALLED_AFTER_SECONDS = 20


class TryAgainError(Exception):
    """Tells procrastinate to run the job once more; the job row already says why."""


@app.task(name=RUN_TASK, retry=EVENT_RETRY)
def run_job(job_id: str) -> None:
    """Run one job."""
    close_old_connections()
    if run(job_id=UUID(job_id)):
        raise TryAgainError


@app.task(name=EVENT_TASK, retry=EVENT_RETRY)
def deliver_event(event_id: str, listener: str) -> None:
    """Tell one listener of one event."""
    close_old_connections()
    deliver(event_id=UUID(event_id), listener_name=listener)


@app.periodic(cron="* * * * * */10")
@app.task(name="tianmu.foundation.jobs.rescue", queueing_lock="rescue", priority=URGENT)
def rescue_stalled(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Queue again what a killed worker left unfinished."""
    async_to_sync(rescue)()


async def rescue() -> None:
    """Give every job without a living worker back to the queue; a round of the clock whose next waits there is left."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        if await is_waiting(manager, job):
            await manager.finish_job(job, Status.FAILED, delete_job=True)
        else:
            await manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(name="tianmu.foundation.db.partitions", queueing_lock="partitions")
def make_partitions(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Make the partitions of the months to come."""
    close_old_connections()
    prepare_partitions(timezone.localdate())
