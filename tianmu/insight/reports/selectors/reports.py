"""Reading reports, versions, schedules, their recipients and runs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.audit.actions import record
from tianmu.foundation.storage.here import store
from tianmu.insight.reports.catalogue import data_sets
from tianmu.insight.reports.models import Report, ReportVersion, Run, Schedule
from tianmu.insight.reports.permissions import Right, visible
from tianmu.insight.reports.rules.definition import Definition, read_definition
from tianmu.insight.reports.selectors.reach import within_reach


def reports(actor: Actor, which: str, search: str = "") -> QuerySet[Report]:
    """Return the reports of a shelf (`mine`, `shared`, `templates`) that the actor may see.

    Built-in ones of a data set of which she may see nothing are left out.
    """
    rows = Report.objects.filter(visible(actor), removed_at=None)
    if search:
        rows = rows.filter(name__icontains=search)
    if which == "mine":
        return rows.filter(owner_id=actor.account_id)
    if which == "shared":
        return rows.exclude(owner=None).exclude(owner_id=actor.account_id)
    return rows.filter(owner=None, dataset__in=[one.key for one in within_reach(actor, data_sets().values())])


def report_of(actor: Actor, key: UUID) -> Report:
    """Return one report.

    Raises:
        MissingError: there is none that the actor may see.

    """
    found = Report.objects.filter(visible(actor), removed_at=None, pk=key).first()
    if found is None:
        raise MissingError("report")
    return found


def version_of(report: Report, number: int | None = None) -> ReportVersion:
    """Return a version of a report, by default its newest.

    Raises:
        MissingError: it has no such version.

    """
    found = report.versions.filter(number=number or report.number).first()
    if found is None:
        raise MissingError("version")
    return found


def definition_of(report: Report, number: int | None = None) -> Definition:
    """Return the definition of a report's version."""
    return read_definition(version_of(report, number).content)


def versions(actor: Actor, key: UUID) -> Sequence[ReportVersion]:
    """Return the versions of a report, the newest first, at most a hundred."""
    return list(report_of(actor, key).versions.order_by("-number")[:100])


def schedules(actor: Actor, key: UUID) -> QuerySet[Schedule]:
    """Return the actor's schedules of a report."""
    return report_of(actor, key).schedules.filter(account_id=actor.demand_account()).order_by("id")


def recipients(actor: Actor, search: str, now: datetime) -> Sequence[Account]:
    """Return the people of the actor's place and below who may see reports, at most fifty."""
    actor.demand(Right.SCHEDULE)
    rows = Account.objects.select_related("home").filter(
        pk__in=accounts_with(Right.VIEW, None, now),
        active=True,
        home__path__startswith=actor.home_path,
        name__icontains=search,
    )
    return list(rows.order_by("name", "id")[:50])


def runs(actor: Actor) -> QuerySet[Run]:
    """Return the actor's own runs that kept a file."""
    actor.demand(Right.VIEW)
    return Run.objects.select_related("report").filter(account_id=actor.demand_account()).exclude(sha256="")


def file_of_run(actor: Actor, key: UUID, now: datetime) -> tuple[Run, bytes]:
    """Return a run of the actor's with the bytes it kept, and write down that they left the house.

    Raises:
        MissingError: it is not hers, or kept none.

    """
    found = runs(actor).filter(pk=key).first()
    if found is None:
        raise MissingError("run")
    new = {"form": found.form, "rows": found.rows, "at": now.isoformat()}
    record(actor=actor, action="reports.file.opened", kind="report", key=found.report_id, new=new)
    return found, store().get(found.sha256)
