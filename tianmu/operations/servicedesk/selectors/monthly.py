"""Monthly service reports: the list, and the figures that a report was made with."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.documents.selectors import versions_of
from tianmu.operations.servicedesk.models import MonthlyReport
from tianmu.operations.servicedesk.permissions import REPORTS, Right
from tianmu.operations.servicedesk.selectors.figures import Period

DOCUMENT = "servicedesk.monthly"


def period_of(month: date) -> Period:
    """Return the period of a month, of which any day is given."""
    year, number = month.year, month.month
    following = (year + number // 12, number % 12 + 1)
    return Period(datetime(year, number, 1, tzinfo=ZONE), datetime(*following, 1, tzinfo=ZONE))


def reports(actor: Actor) -> QuerySet[MonthlyReport]:
    """Return the reports whose figures the actor may see.

    Raises:
        RefusedError: she may see none.

    """
    actor.demand(Right.VIEW_FIGURES)
    return REPORTS.rows(actor, Right.VIEW_FIGURES, MonthlyReport.objects.all())


def kept_report(actor: Actor, month: date) -> tuple[MonthlyReport, DocumentVersion] | None:
    """Return the report of a month with its document, None when none is made that the actor may see."""
    row = reports(actor).filter(month=month.replace(day=1)).first()
    return (row, versions_of(DOCUMENT, row.pk)[0]) if row is not None else None


def figures_of(version: DocumentVersion) -> dict[str, Any]:
    """Return the figures of a report as they were counted when it was made."""
    return dict(version.content)
