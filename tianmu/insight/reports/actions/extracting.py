"""Keeping the extracts fresh; the engine that writes them is loaded with the first refresh."""

import logging
from datetime import datetime
from importlib import import_module

from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record
from tianmu.foundation.jobs.work import Run
from tianmu.insight.reports.catalogue import data_set, data_sets

log = logging.getLogger(__name__)


def refresh_all(*, now: datetime) -> dict[str, int]:
    """Bring every extract up to its source; return the rows of each. One that fails leaves the others be."""
    rows = {}
    for key in data_sets():
        try:
            rows[key] = refresh_one(key, now)
        except Exception:  # one data set must not keep the others old
            log.exception("the extract %s could not be refreshed", key)
    return rows


def refresh_one(key: str, now: datetime, *, whole: bool = False) -> int:
    """Bring one extract up to its source, or make it anew; return its rows."""
    refreshing = import_module("tianmu.insight.reports.extract.refreshing")
    rows: int = refreshing.refresh(data_set(key), now, whole=whole).rows
    return rows


def work_on(run: Run, dataset: str) -> None:
    """Refresh an extract that somebody asked for: the job behind `reports.refresh`."""
    rows = refresh_one(dataset, timezone.now())
    run.progress(rows, rows, dataset)


def note_asked(*, actor: Actor, key: str) -> None:
    """Write down that somebody asked for fresh data."""
    record(actor=actor, action="reports.extract.asked", kind="extract", key=None, new={"dataset": key})
