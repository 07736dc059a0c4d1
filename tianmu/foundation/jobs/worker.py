"""The worker process: runs what was queued, until it is told to stop."""

import asyncio
import os
import signal
from typing import cast

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from tianmu.foundation.jobs.delivery import EVENTS_QUEUE, LONG_QUEUE, OUTSIDE_QUEUE
from tianmu.foundation.jobs.work import kinds, warm_up

DEFAULT_CONCURRENCY = 1
SLOW_LANES = {LONG_QUEUE: 1, OUTSIDE_QUEUE: 4}


def run(*, until_empty: bool = False) -> None:
    """Work until SIGTERM, Ctrl-C, or (`until_empty`) until nothing waits; what runs may finish within five seconds."""
    warm_up()
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    with app.replace_connector(connector) as worker_app:
        asyncio.run(_work(worker_app, until_empty=until_empty))


def lanes() -> dict[str, tuple[list[str], int]]:
    """Return the lanes of a worker: the queues each one serves, and how much it does at a time."""
    quick = {task.queue for task in app.tasks.values()} | {kind.queue for kind in kinds().values()} | {EVENTS_QUEUE}
    concurrency = int(os.environ.get("TIANMU_WORKER_CONCURRENCY", DEFAULT_CONCURRENCY))
    found = {"quick": (sorted(quick - SLOW_LANES.keys()), concurrency)}
    return found | {name: ([name], at_once) for name, at_once in SLOW_LANES.items()}


async def _work(worker_app: App, *, until_empty: bool) -> None:
    """Run all lanes in one loop; a signal ends them together."""
    async with worker_app.open_async():
        running = asyncio.gather(
            *(
                worker_app.run_worker_async(
                    name=name,
                    queues=queues,
                    concurrency=at_once,
                    wait=not until_empty,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=5,
                    delete_jobs="successful",
                    fetch_job_polling_interval=5,
                )
                for name, (queues, at_once) in lanes().items()
            )
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, running.cancel)
        try:
            await running
        except asyncio.CancelledError:
            return
