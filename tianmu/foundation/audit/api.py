"""Reading the audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.selectors import AuditFilter, lines

router = Router(tags=["audit"])


class AuditQuery(PageQuery):
    """What to look for."""

    action: str = Field("", max_length=80)
    actor_name: str = Field("", max_length=120)
    person_id: UUID | None = None
    subject_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditLineOut(Schema):
    """One line."""

    id: UUID
    at: datetime
    action: str
    actor_kind: str
    actor_name: str
    subject_kind: str
    subject_id: UUID | None
    person_id: UUID | None
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    reason: str
    address: str | None
    client: str


@router.get("/lines", response={200: Page[AuditLineOut], **PROBLEMS})
def audit_lines(request: HttpRequest, query: Query[AuditQuery]) -> Page[AuditLineOut]:
    """List what was done and seen, newest first."""
    wanted = AuditFilter(
        action=query.action,
        actor_name=query.actor_name,
        person_id=query.person_id,
        subject_id=query.subject_id,
        since=query.since,
        until=query.until,
    )
    return page(lines(actor_of(request), wanted), [Order("id", descending=True)], query, _line)


def _line(line: AuditLine) -> AuditLineOut:
    return AuditLineOut.from_orm(line)
