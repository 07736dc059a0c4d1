"""The two tasks that procrastinate knows: run a job, tell a listener. Deferred inside the caller's transaction.

Work that takes minutes goes to `LONG_QUEUE`, work that waits for somebody outside the house to `OUTSIDE_QUEUE`: both
have lanes of their own in every worker, so that neither keeps an ECG waiting.
"""

from procrastinate import RetryStrategy
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from procrastinate.types import JSONValue

DEFAULT_QUEUE = "default"
EVENTS_QUEUE = "events"
LONG_QUEUE = "long"
OUTSIDE_QUEUE = "outside"
RUN_TASK = "tianmu.foundation.jobs.run"
EVENT_TASK = "tianmu.foundation.events.deliver"
EVENT_RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)
URGENT, NORMAL, BACKGROUND, LAST = 100, 0, -100, -200


_MANAGER = JobManager(DjangoConnector())
"""Writes over Django's connection. That of the app does not within a worker, which would see work before its commit."""


def defer_task(name: str, *, queue: str, priority: int = NORMAL, **arguments: JSONValue) -> None:
    """Queue a task for the workers; it becomes visible to them when the transaction commits."""
    _task(name, queue, priority).defer(**arguments)


def defer_run(*, job_id: str, queue: str, priority: int) -> None:
    """Queue a job."""
    defer_task(RUN_TASK, queue=queue, priority=priority, job_id=job_id)


def defer_event(*, queue: str, event_id: str, listener: str) -> None:
    """Queue the delivery of one event to one listener."""
    defer_task(EVENT_TASK, queue=queue, event_id=event_id, listener=listener)


def defer_runs(*, job_ids: list[str], queue: str, priority: int) -> None:
    """Queue many jobs in one statement."""
    each: list[dict[str, JSONValue]] = [{"job_id": one} for one in job_ids]
    _task(RUN_TASK, queue, priority).batch_defer(*each)


def _task(name: str, queue: str, priority: int) -> JobDeferrer:
    return configure_task(name=name, job_manager=_MANAGER, queue=queue, priority=priority)
