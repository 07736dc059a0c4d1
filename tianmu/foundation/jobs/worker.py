"""The worker process: runs what was queued, until it is told to stop."""

import asyncio
import os
import signal
from contextlib import suppress
from threading import Timer
from typing import cast

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from tianmu.foundation.jobs.delivery import EVENTS_QUEUE, LONG_QUEUE, OUTSIDE_QUEUE
from tianmu.foundation.jobs.manager import Manager
from tianmu.foundation.jobs.work import kinds, warm_up

DEFAULT_CONCURRENCY = 1
SLOW_LANES = {LONG_QUEUE: 1, OUTSIDE_QUEUE: 4}
HEARTBEAT_SECONDS = 5.0
GRACE_SECONDS, CLOSING_SECONDS = 5.0, 3.0


class LaneEndedError(Exception):
    """A lane of the worker ended though nobody asked it to: the whole worker ends, to be started again."""


def run(*, until_empty: bool = False) -> None:
    """Work until SIGTERM, Ctrl-C, or (`until_empty`) until nothing waits; what runs may finish within five seconds."""
    warm_up()
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    with app.replace_connector(connector) as worker_app:
        worker_app.job_manager = Manager(connector)
        asyncio.run(_work(worker_app, until_empty=until_empty))


def lanes() -> dict[str, tuple[list[str], int]]:
    """Return the lanes of a worker: the queues each one serves, and how much it does at a time."""
    quick = {task.queue for task in app.tasks.values()} | {kind.queue for kind in kinds().values()} | {EVENTS_QUEUE}
    concurrency = int(os.environ.get("TIANMU_WORKER_CONCURRENCY", DEFAULT_CONCURRENCY))
    found = {"quick": (sorted(quick - SLOW_LANES.keys()), concurrency)}
    return found | {name: ([name], at_once) for name, at_once in SLOW_LANES.items()}


async def _work(worker_app: App, *, until_empty: bool) -> None:
    """Run all lanes in one loop; a signal ends them together, and so does a lane that ends by itself."""
    async with worker_app.open_async():
        together = asyncio.ensure_future(_all_lanes(worker_app, until_empty=until_empty))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, _stop, together)
        with suppress(asyncio.CancelledError):
            await together


async def _all_lanes(worker_app: App, *, until_empty: bool) -> None:
    async with asyncio.TaskGroup() as group:
        for name, (queues, at_once) in lanes().items():
            group.create_task(_lane(worker_app, name, queues, at_once, until_empty=until_empty))


async def _lane(worker_app: App, name: str, queues: list[str], at_once: int, *, until_empty: bool) -> None:
    """Serve queues. A lane that loses its database ends; without the others it would be missed by nobody.

    Raises:
        LaneEndedError: the lane ended though nothing asked it to.

    """
    try:
        await worker_app.run_worker_async(
            name=name,
            queues=queues,
            concurrency=at_once,
            wait=not until_empty,
            install_signal_handlers=False,
            shutdown_graceful_timeout=GRACE_SECONDS,
            delete_jobs="successful",
            fetch_job_polling_interval=5,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
        )
    except Exception as error:
        _leave_soon()
        raise LaneEndedError(name) from error
    if not until_empty:
        _leave_soon()
        raise LaneEndedError(name)


def _stop(together: "asyncio.Future[None]") -> None:
    _leave_soon()
    together.cancel()


def _leave_soon() -> None:
    """End the process whatever still runs after the grace: work in a thread cannot be broken off, but done again."""
    leaving = Timer(GRACE_SECONDS + CLOSING_SECONDS, os._exit, (1,))
    leaving.daemon = True
    leaving.start()
