"""Background work of the residents room: the scan of the county, stragglers of merges, pairs to wake, ends to come."""

from datetime import timedelta

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.foundation.jobs.work import declare
from tianmu.registry.residents.duplicates import wake_pairs
from tianmu.registry.residents.merging import follow_latest
from tianmu.registry.residents.notices import tell_of_ends

STRAGGLERS_FOR = timedelta(hours=1)


SCAN = declare("residents.scan_duplicates", runs="tianmu.registry.residents.scanning:work_on", most_attempts=2)


@app.periodic(cron="* * * * *")
@app.task(name="tianmu.registry.residents.follow", queueing_lock="residents.follow", queue="events")
def follow_merges(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Lead over what was written for an entry in the very moment of its merge."""
    close_old_connections()
    follow_latest(timezone.now() - STRAGGLERS_FOR)


@app.periodic(cron="11 6 * * *")
@app.task(name="tianmu.registry.residents.daily", queueing_lock="residents.daily")
def daily(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Wake pairs that were put off until today, and tell families of links that end soon."""
    close_old_connections()
    wake_pairs(timezone.localdate())
    tell_of_ends(timezone.now())
