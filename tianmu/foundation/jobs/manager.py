"""procrastinate's queue as our workers keep it: rounds of the clock wait at most once, the end of work is written."""

import asyncio
from datetime import datetime

import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

AGAIN_SECONDS = 0.5


class Manager(JobManager):
    """Looks before it queues a round, and writes the end of work again where the line to the database broke."""

    async def defer_periodic_job(self, job: Job, periodic_id: str, defer_timestamp: int) -> int | None:
        """Queue a round; the database's log holds no error for each that was left out.

        Raises:
            AlreadyEnqueued: an earlier one waits.

        """
        if await is_waiting(self, job):
            raise AlreadyEnqueued(job.queueing_lock)
        return await super().defer_periodic_job(job, periodic_id, defer_timestamp)

    async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:
        """Write that work has ended: what seems to be done by a living worker is rescued by nobody."""
        while True:
            try:
                return await super().finish_job_by_id_async(job_id, status, delete_job)
            except ConnectorException as error:
                await _wait_for_line(error)

    async def retry_job_by_id_async(
        self,
        job_id: int,
        retry_at: datetime,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Write that work is to be done again."""
        while True:
            try:
                return await super().retry_job_by_id_async(job_id, retry_at, priority, queue, lock)
            except ConnectorException as error:
                await _wait_for_line(error)


async def _wait_for_line(error: ConnectorException) -> None:
    if not isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError):
        raise error
    await asyncio.sleep(AGAIN_SECONDS)


async def is_waiting(manager: JobManager, job: Job) -> bool:
    """Tell whether the same work waits already, of work that waits at most once."""
    lock = job.queueing_lock
    return lock is not None and bool(await manager.list_jobs_async(queueing_lock=lock, status="todo"))
