"""The monthly service report: made by itself when a month is over, signed by party B, then by party A."""

import json
from datetime import date, datetime
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.audit.actions import record
from tianmu.foundation.documents import actions as documents
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.documents.selectors import versions_of
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import MonthlyReport
from tianmu.operations.servicedesk.permissions import REPORTS, Right
from tianmu.operations.servicedesk.selectors.figures import figures
from tianmu.operations.servicedesk.selectors.monthly import DOCUMENT, period_of

LAYOUT = "servicedesk.monthly_report"


@transaction.atomic
def make_report(*, actor: Actor, month: date, now: datetime) -> MonthlyReport:
    """Make the report of a month that is over, or count an unsigned one anew.

    Raises:
        RefusedError: the actor may not sign reports of the whole county.
        ConflictError: the month is not over, or its report bears a signature.

    """
    top = ScopeUnit.objects.filter(parent=None).order_by("path").values_list("path", flat=True)[0]
    actor.demand(Right.SIGN_REPORT, top)
    period = period_of(month)
    if period.until > now:
        raise ConflictError(Code.MONTH_OPEN, "This month is not over yet. Its report is made on the first of the next.")
    row = MonthlyReport.objects.select_for_update().filter(month=month).first()
    if row is not None and row.state != "draft":
        detail = "This report is signed and stays as it is. What came in later is in the next one."
        raise ConflictError(Code.REPORT_SIGNED, detail, state=row.state)
    counter = system("service desk")
    found = json.loads(json.dumps(figures(counter, period, now), cls=DjangoJSONEncoder))
    row = row or MonthlyReport(month=month, path=top)
    row.made_at, row.tickets, row.solved = now, found["raised"], found["quality"]["solved"]
    row.version += 0 if row._state.adding else 1  # noqa: SLF001 - Django's own mark of a new row
    row.save()
    documents.save_draft(
        actor=actor,
        kind=DOCUMENT,
        subject=("monthly_report", row.pk),
        person_id=None,
        layout=LAYOUT,
        content={**found, "made_at": now.isoformat()},
        expected=None,
    )
    new = {"month": f"{month:%Y-%m}", "tickets": row.tickets}
    record(actor=actor, action="servicedesk.monthly.made", kind="monthly_report", key=row.pk, new=new)
    return row


def make_missing(*, actor: Actor, now: datetime) -> MonthlyReport | None:
    """Make the report of the month before, unless there is one; the job asks every hour, so none is forgotten."""
    first = timezone.localdate(now).replace(day=1)
    month = first.replace(year=first.year - (first.month == 1), month=(first.month - 2) % 12 + 1)
    if MonthlyReport.objects.filter(month=month).exists() or not ScopeUnit.objects.exists():
        return None
    return make_report(actor=actor, month=month, now=now)


@transaction.atomic
def sign_for_b(*, actor: Actor, report_id: UUID, now: datetime) -> MonthlyReport:
    """Sign for party B: from here on the figures stand still.

    Raises:
        ConflictError: it is signed already.

    """
    row, version = _open(actor, Right.SIGN_REPORT, report_id, "draft")
    documents.sign(actor=actor, version=version, role="party_b", title="", final=False, now=timezone.now())
    row.state, row.signed_b_by, row.signed_b_at = "signed_b", actor.name, now
    return _kept(actor, row, "signed_b")


@transaction.atomic
def sign_for_a(*, actor: Actor, report_id: UUID, now: datetime) -> MonthlyReport:
    """Sign for party A, after party B; nothing in the report changes any more.

    Raises:
        ConflictError: party B has not signed yet, or both have.

    """
    row, version = _open(actor, Right.ACKNOWLEDGE_REPORT, report_id, "signed_b")
    documents.sign(actor=actor, version=version, role="party_a", title="", final=True, now=timezone.now())
    row.state, row.signed_a_by, row.signed_a_at = "signed", actor.name, now
    return _kept(actor, row, "signed")


def _open(actor: Actor, right: Right, report_id: UUID, state: str) -> tuple[MonthlyReport, DocumentVersion]:
    seen = REPORTS.one(actor, Right.VIEW_FIGURES, MonthlyReport.objects.all(), report_id)
    REPORTS.demand(actor, right, seen)
    row = MonthlyReport.objects.select_for_update().get(pk=seen.pk)
    if row.state != state:
        detail = "The report is signed by party B first, then by party A, once each. Refresh to see where it stands."
        raise ConflictError(Code.REPORT_SIGNED, detail, state=row.state)
    return row, versions_of(DOCUMENT, row.pk)[0]


def _kept(actor: Actor, row: MonthlyReport, step: str) -> MonthlyReport:
    row.version += 1
    row.save()
    new = {"month": f"{row.month:%Y-%m}"}
    record(actor=actor, action=f"servicedesk.monthly.{step}", kind="monthly_report", key=row.pk, new=new)
    return row
