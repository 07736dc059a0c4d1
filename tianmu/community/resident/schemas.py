"""What the resident's app is told."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.registry.residents.choices import LinkKind


class MyselfOut(Schema):
    """The resident herself."""

    id: UUID
    name: str
    sex: str
    age_years: int | None


class ReportLine(Schema):
    """A signed ECG report in a list; the key is that of the examination."""

    id: UUID
    acquired_at: datetime | None
    signed_at: datetime
    hospital: str
    origin: str
    conclusion_text: str
    conclusion_class: str
    plain_text: str
    amended: bool


class MeasurementsOut(Schema):
    """What was measured; null is unknown, never normal."""

    heart_rate: float | None
    pr_ms: float | None
    qrs_ms: float | None
    qt_ms: float | None
    qtc_ms: float | None


class ReportPage(ReportLine):
    """One signed ECG report."""

    findings: str
    advice: str
    measurements: MeasurementsOut
    recording_id: UUID
    reader: str | None
    reviewer: str | None
    version_number: int


class HomeOut(Schema):
    """The first page."""

    person: MyselfOut
    unread: int
    latest_reports: list[ReportLine]


class LookOut(Schema):
    """Somebody looked at the record."""

    id: UUID
    at: datetime
    actor_name: str
    action: str
    organization: str
    reason: str


class LookedAfterOut(Schema):
    """Somebody whom the resident may look after: for what, and until which day."""

    id: UUID
    name: str
    sex: str
    age_years: int | None
    link: UUID
    kind: LinkKind
    rights: list[str]
    until: date | None


class HelperOut(Schema):
    """Somebody who may look after the resident; `may_end` says whether she can end that herself."""

    link: UUID
    name: str
    kind: LinkKind
    rights: list[str]
    until: date | None
    may_end: bool


class MyFamilyOut(Schema):
    """Whom the resident looks after, and who looks after her."""

    people: list[LookedAfterOut]
    helpers: list[HelperOut]


class LinkEndAsked(Schema):
    """Why a link ends."""

    reason: str = Field("", max_length=400)


class MyConsentAsked(Schema):
    """Consent given or withdrawn by the resident; `version` is that of the text she read."""

    purpose: str = Field(max_length=40)
    given: bool
    version: str = Field("", max_length=40)


class TrendPoint(Schema):
    """The values of one report."""

    id: UUID
    at: datetime
    values: MeasurementsOut


class TrendLine(Schema):
    """What is said of one value: its usual range, the newest, the middle of those before."""

    name: str
    low: float | None
    high: float | None
    course: str
    latest: float | None
    usual: float | None
    place: str


class TrendOut(Schema):
    """Values of one's signed reports by time."""

    points: list[TrendPoint]
    lines: list[TrendLine]


class ReportShareAsked(Schema):
    """For how long, and for whom."""

    hours: Literal[1, 24, 168] = 24
    label: str = Field("", max_length=40)


class ReportShareOut(Schema):
    """A share code without the code."""

    id: UUID
    report_id: UUID
    label: str
    made_by: str
    made_at: datetime
    ends_at: datetime
    state: str
    looks: int
    last_look_at: datetime | None


class FreshShareOut(ReportShareOut):
    """A fresh share code: shown once, as text, address and QR code."""

    code: str
    address: str
    picture_svg: str
