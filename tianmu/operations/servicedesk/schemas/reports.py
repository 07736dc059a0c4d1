"""Monthly service reports as they are listed."""

from datetime import datetime
from uuid import UUID

from ninja import Schema

from tianmu.foundation.access.actor import Actor
from tianmu.operations.servicedesk.models import MonthlyReport
from tianmu.operations.servicedesk.permissions import REPORTS, Right


class MonthlyReportOut(Schema):
    """One report; `may_sign` and `may_acknowledge` say what its reader may do now."""

    id: UUID
    month: str
    state: str
    made_at: datetime
    tickets: int
    solved: int
    signed_b_by: str
    signed_b_at: datetime | None
    signed_a_by: str
    signed_a_at: datetime | None
    may_sign: bool
    may_acknowledge: bool


def report_out(row: MonthlyReport, actor: Actor) -> MonthlyReportOut:
    """Return a report for the screen."""
    return MonthlyReportOut(
        id=row.pk,
        month=f"{row.month:%Y-%m}",
        state=row.state,
        made_at=row.made_at,
        tickets=row.tickets,
        solved=row.solved,
        signed_b_by=row.signed_b_by,
        signed_b_at=row.signed_b_at,
        signed_a_by=row.signed_a_by,
        signed_a_at=row.signed_a_at,
        may_sign=row.state == "draft" and REPORTS.allows(actor, Right.SIGN_REPORT, row),
        may_acknowledge=row.state == "signed_b" and REPORTS.allows(actor, Right.ACKNOWLEDGE_REPORT, row),
    )
