"""Work that comes round by the clock waits at most once: under load a later round finds the earlier one waiting."""

from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager


class OnceManager(JobManager):
    """Looks before it queues, so that the database's log holds no error for each round that was left out."""

    async def defer_periodic_job(self, job: Job, periodic_id: str, defer_timestamp: int) -> int | None:
        """Queue a round.

        Raises:
            AlreadyEnqueued: an earlier one waits.

        """
        if await is_waiting(self, job):
            raise AlreadyEnqueued(job.queueing_lock)
        return await super().defer_periodic_job(job, periodic_id, defer_timestamp)


async def is_waiting(manager: JobManager, job: Job) -> bool:
    """Tell whether the same work waits already, of work that waits at most once."""
    lock = job.queueing_lock
    return lock is not None and bool(await manager.list_jobs_async(queueing_lock=lock, status="todo"))
