"""Asking saved reports and unsaved ones: screens, files, and the rows behind a figure; each is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.foundation.audit.actions import record, record_views
from tianmu.insight.reports.catalogue import data_set
from tianmu.insight.reports.choices import RunState
from tianmu.insight.reports.engine.limits import (
    LISTED_IN_FILE,
    LISTED_IN_PREVIEW,
    LISTED_ON_SCREEN,
    PREVIEW_SECONDS,
    RUN_SECONDS,
)
from tianmu.insight.reports.errors import Code
from tianmu.insight.reports.models import Report, Run
from tianmu.insight.reports.permissions import Right
from tianmu.insight.reports.rules.behind import cell_definition
from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.selectors.asking import Answer, Given, Wish, answer
from tianmu.insight.reports.selectors.files import Title, file_of
from tianmu.insight.reports.selectors.reports import definition_of, report_of
from tianmu.insight.reports.selectors.words import called, is_english

RUNS_KEPT = timedelta(days=90)
LOST_AFTER = timedelta(seconds=10 * RUN_SECONDS)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that leaves the house."""

    name: str
    data: bytes
    rows: int


def preview(*, actor: Actor, definition: Definition, given: Given, now: datetime) -> Answer:
    """Answer a definition that is being made.

    Raises:
        TianmuError: it has faults, or takes too long.

    """
    actor.demand(Right.VIEW)
    found = answer(actor, definition, given, now, Wish(PREVIEW_SECONDS, LISTED_IN_PREVIEW))
    _note(actor, "reports.report.previewed", None, found)
    return found


def run_report(*, actor: Actor, report_id: UUID, run_id: UUID, given: Given, now: datetime) -> Answer:
    """Ask a saved report for the screen; whoever knows `run_id` (the asker's choice) may call it off.

    Raises:
        TianmuError: it takes too long, is too large, or was called off.
        MissingError: there is no such report that the actor may see.

    """
    report = report_of(actor, report_id)
    definition = definition_of(report)
    run = Run.objects.create(
        pk=run_id,
        report=report,
        number=report.number,
        account_id=actor.demand_account(),
        parameters=dict(given),
        asked_at=now,
    )
    wish = Wish(RUN_SECONDS, LISTED_ON_SCREEN, lambda: _is_called_off(run_id))
    try:
        found = answer(actor, definition, given, now, wish)
    except TianmuError as error:
        called_off = error.code == Code.CANCELLED
        _end(run, RunState.CANCELLED if called_off else RunState.FAILED, failure=error.code)
        raise
    _end(run, RunState.DONE, rows=rows_in(found))
    _note(actor, "reports.report.run", report, found)
    return found


def cancel_run(*, actor: Actor, run_id: UUID, now: datetime) -> Run:
    """Call off a run of the actor's; one that has ended stays as it is.

    Raises:
        MissingError: it is not hers.

    """
    actor.demand(Right.VIEW)
    found = Run.objects.filter(pk=run_id, account_id=actor.demand_account()).first()
    if found is None:
        raise MissingError("run")
    if found.state == RunState.RUNNING:
        Run.objects.filter(pk=run_id).update(cancel_asked_at=now)
        record(actor=actor, action="reports.run.cancelled", kind="report", key=found.report_id)
        found.refresh_from_db()
    return found


def end_lost_runs(*, now: datetime) -> int:
    """End the runs whose process went away before they ended; return how many there were."""
    lost = Run.objects.filter(state=RunState.RUNNING, asked_at__lt=now - LOST_AFTER)
    called_off = lost.filter(cancel_asked_at__isnull=False).update(state=RunState.CANCELLED, ended_at=now)
    return called_off + lost.update(state=RunState.FAILED, ended_at=now, failure=Code.INTERRUPTED)


def forget_runs(*, now: datetime) -> int:
    """Remove runs, and the claim on their files, after 90 days; return how many."""
    return Run.objects.filter(asked_at__lt=now - RUNS_KEPT).delete()[0]


def export_report(*, actor: Actor, report_id: UUID, given: Given, form: str, now: datetime) -> Sent:
    """Return a saved report as a file, and write down that it left the house.

    Raises:
        RefusedError: the actor may not take reports out.

    """
    actor.demand(Right.EXPORT)
    report = report_of(actor, report_id)
    return make_file(actor, report, given, form, now)


def make_file(actor: Actor, report: Report, given: Given, form: str, now: datetime) -> Sent:
    """Return a report as a file with the rows that the actor may see."""
    found = answer(actor, definition_of(report), given, now, Wish(RUN_SECONDS, LISTED_IN_FILE))
    name = called(report, is_english(actor.locale))
    data = file_of(found, Title(name, actor.name, report.number), form, now)
    _note(actor, "reports.report.exported", report, found, form)
    return Sent(f"{name}-{timezone.localdate(now):%Y%m%d}.{form}", data, rows_in(found))


def rows_behind(
    *, actor: Actor, definition: Definition, given: Given, cell: Mapping[str, Any], now: datetime
) -> Answer:
    """List the rows behind a figure: of its group, and those its measure counts.

    Raises:
        PurposeNeededError: the actor's role shows figures, and the rows are persons.

    """
    actor.demand(Right.VIEW)
    behind = cell_definition(definition, data_set(definition.dataset), cell)
    found = answer(actor, behind, given, now, Wish(PREVIEW_SECONDS, LISTED_ON_SCREEN))
    _note(actor, "reports.report.opened", None, found)
    return found


def rows_in(found: Answer) -> int:
    """Return how many lines an answer has."""
    return len(found.records) if found.grid is None else len(found.grid.row_keys)


def _is_called_off(run_id: UUID) -> bool:
    """Look whether somebody called a run off; asked from a thread of its own, with a connection of its own."""
    try:
        return Run.objects.filter(pk=run_id, cancel_asked_at__isnull=False).exists()
    finally:
        connection.close()


def _end(run: Run, state: RunState, *, rows: int = 0, failure: str = "") -> None:
    run.state, run.ended_at, run.rows, run.failure = state, timezone.now(), rows, failure[:60]
    run.save(update_fields=["state", "ended_at", "rows", "failure"])


def _note(actor: Actor, action: str, report: Report | None, found: Answer, form: str = "") -> None:
    """Write down what was asked; of a list also whose records were seen."""
    new: dict[str, object] = {
        "dataset": found.dataset.key,
        "rows": rows_in(found),
        "fields": sorted(found.checked.touched),
    }
    new |= {"form": form} if form else {}
    new |= {"number": report.number} if report else {}
    record(actor=actor, action=action, kind="report", key=report.pk if report else None, new=new)
    if found.grid is None and found.dataset.about:
        subjects: Sequence[tuple[UUID, UUID]] = [
            (UUID(str(one["subject"])), UUID(str(one["about"])))
            for one in found.records
            if one["subject"] and one["about"]
        ]
        record_views(actor=actor, action="reports.rows.seen", kind=found.dataset.link, subjects=subjects)
