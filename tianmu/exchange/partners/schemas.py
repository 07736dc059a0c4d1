"""What goes in and out of the partners room."""

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.exchange.partners.models import Partner, Sending
from tianmu.foundation.api.pages import PageQuery


class PartnerIn(Schema):
    """What is entered about a partner."""

    name: str = Field(min_length=1, max_length=80)
    protocol: str = Field(pattern="^(dicom|hl7v2)$")
    identifier: str = Field(min_length=1, max_length=64)
    host: str = Field("", max_length=255)
    port: int | None = Field(None, ge=1, le=65535)
    results: str = Field("nothing", pattern="^(nothing|data|paper|both)$")
    charset: str = Field("", pattern="^(|ISO_IR 192|GB18030)$")
    ideographs_first: bool = False
    active: bool = True


class NewPartnerIn(PartnerIn):
    """A partner and the institution it belongs to."""

    organization_id: UUID
    device_id: UUID | None = None


class PartnerOut(Schema):
    """A partner."""

    id: UUID
    name: str
    protocol: str
    identifier: str
    organization_id: UUID
    organization_name: str
    login: str
    host: str
    port: int | None
    results: str
    charset: str
    ideographs_first: bool
    active: bool
    last_heard_at: datetime | None
    waiting: int
    lost: int
    version: int


class ProbeOut(Schema):
    """Whether a partner listens, and what it said."""

    accepted: bool
    text: str


class SendingOut(Schema):
    """A delivery."""

    id: UUID
    partner_id: UUID
    partner_name: str
    order_id: UUID
    number: str
    report_version: int
    state: str
    tries: int
    asked_at: datetime
    next_at: datetime | None
    ended_at: datetime | None
    answer: str


class PartnerQuery(PageQuery):
    """Which partners."""

    search: str = Field("", max_length=60)


class SendingQuery(PageQuery):
    """Which deliveries."""

    partner_id: UUID | None = None
    state: str = Field("", pattern="^(|waiting|sent|refused|failed)$")
    search: str = Field("", max_length=24)


def partner_out(row: Partner) -> PartnerOut:
    """Return a partner as the API shows it."""
    return PartnerOut(
        id=row.pk,
        name=row.name,
        protocol=row.protocol,
        identifier=row.identifier,
        organization_id=row.organization_id,
        organization_name=row.organization.name,
        login=row.account.login,
        host=row.host,
        port=row.port,
        results=row.results,
        charset=row.charset,
        ideographs_first=row.ideographs_first,
        active=row.active,
        last_heard_at=row.last_heard_at,
        waiting=getattr(row, "waiting", 0),
        lost=getattr(row, "lost", 0),
        version=row.version,
    )


def sending_out(row: Sending) -> SendingOut:
    """Return a delivery as the API shows it."""
    return SendingOut(
        id=row.pk,
        partner_id=row.partner_id,
        partner_name=row.partner.name,
        order_id=row.order_id,
        number=row.number,
        report_version=row.report_version,
        state=row.state,
        tries=row.tries,
        asked_at=row.asked_at,
        next_at=row.next_at,
        ended_at=row.ended_at,
        answer=row.answer,
    )
