"""The worker process: runs what was queued, until it is told to stop."""

import os
import signal
from typing import cast

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from tianmu.foundation.jobs.work import warm_up

DEFAULT_CONCURRENCY = 1


def run(*, until_empty: bool = False) -> None:
    """Work until SIGTERM, Ctrl-C, or (`until_empty`) until nothing waits; what runs may finish within ten seconds."""
    concurrency = int(os.environ.get("TIANMU_WORKER_CONCURRENCY", DEFAULT_CONCURRENCY))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    warm_up()
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    with app.replace_connector(connector) as worker_app:
        worker_app.run_worker(
            concurrency=concurrency,
            wait=not until_empty,
            install_signal_handlers=True,
            shutdown_graceful_timeout=5,
            delete_jobs="successful",
            fetch_job_polling_interval=5,
        )
