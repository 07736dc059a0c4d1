"""Contracts, parties, readings, renewal, statements."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

SideWord = Literal["A", "B"]


class ContractIn(Schema):
    """A contract to be entered; `path` is the place whose people see it, the actor's home unless named."""

    title: str = Field(min_length=1, max_length=200)
    path: str | None = Field(None, max_length=200)
    terms: dict[str, Any]
    reason: str = Field(min_length=1, max_length=400)


class TermsIn(Schema):
    """A further version of the terms."""

    terms: dict[str, Any]
    from_year: int = Field(ge=1, le=100)
    reason: str = Field(min_length=1, max_length=400)


class ReadingsIn(Schema):
    """How ambiguous points are read; keys left out have the default of the terms."""

    values: dict[str, Any]
    reason: str = Field(min_length=1, max_length=400)


class ContractPartyIn(Schema):
    """Data of a side; what is left out keeps its value."""

    name: str | None = Field(None, max_length=200)
    representative: str | None = Field(None, max_length=120)
    phone: str | None = Field(None, max_length=60)
    address: str | None = Field(None, max_length=200)
    bank: str | None = Field(None, max_length=200)
    bank_account: str | None = Field(None, max_length=60)
    tax_number: str | None = Field(None, max_length=60)


class ContractPartyOut(Schema):
    """Data of a side in clear."""

    side: str
    name: str | None
    representative: str | None
    phone: str | None
    address: str | None
    bank: str | None
    bank_account: str | None
    tax_number: str | None


class PartyHead(Schema):
    """A side by its name, and which of its data are entered."""

    side: str
    name: str
    entered: list[str]


class ContractNoticeOut(Schema):
    """A notice not to renew, how it was delivered, and whether it came in time."""

    id: UUID
    side: str
    posted_on: date
    delivered_on: date | None
    outcome: str
    in_time: bool
    text: str
    by: str
    at: datetime


class SignedRenewalOut(Schema):
    """The signed contract of a renewed year."""

    id: UUID
    year: int
    signed_on: date
    by: str


class RenewalOut(Schema):
    """How the contract goes on."""

    unsigned: bool
    notice_due: date
    notices: list[ContractNoticeOut]
    signed: list[SignedRenewalOut]
    renews: bool


class ContractOut(Schema):
    """A contract."""

    id: UUID
    ref: str
    title: str
    path: str
    signed: date
    state: str
    ended_on: date | None
    year: int
    first_day: date
    last_day: date
    total: str
    renewal: RenewalOut
    version: int


class ContractVersionOut(Schema):
    """A version of terms or readings."""

    number: int
    from_year: int | None
    at: datetime
    by: str
    reason: str
    sha256: str
    values: dict[str, Any] | None


class ReadingOut(Schema):
    """A reading: what it is about, its value, and what it could be."""

    id: str
    key: str
    value: Any
    default: Any
    values: list[Any]
    clause: str
    text_zh: str
    text_en: str
    changed: bool


class ContractDetail(ContractOut):
    """A contract with terms, readings, parties and due days."""

    terms: dict[str, Any]
    terms_versions: list[ContractVersionOut]
    readings: list[ReadingOut]
    readings_versions: list[ContractVersionOut]
    parties: list[PartyHead]
    due_dates: dict[str, date]


class ContractNoticeIn(Schema):
    """A written notice not to renew."""

    side: SideWord
    posted_on: date
    delivered_on: date | None = None
    text: str = Field(min_length=1, max_length=1000)


class DeliveryIn(Schema):
    """How the delivery of a notice ended."""

    outcome: Literal["signed", "refused", "undeliverable"]
    signed_on: date | None = None


class RenewalIn(Schema):
    """The signed contract of a renewed year."""

    year: int = Field(ge=2, le=100)
    signed_on: date


class ContractEndIn(Schema):
    """The end of a contract."""

    ended_on: date
    reason: str = Field(min_length=1, max_length=400)


class SettlementIn(Schema):
    """The settlement of an instalment; `as_of` is today unless named."""

    year: int = Field(1, ge=1, le=100)
    instalment: int = Field(ge=1, le=12)
    as_of: date | None = None
    corrects: UUID | None = None


class ContractSignIn(Schema):
    """The capacity in which somebody signs."""

    title: str = Field("", max_length=60)


class ContractSignatureOut(Schema):
    """A signature under a statement."""

    side: str
    name: str
    title: str
    at: datetime


class SettlementOut(Schema):
    """A statement."""

    id: UUID
    contract_id: UUID
    number: int
    year: int
    instalment: int
    as_of: date
    state: str
    net_to_b: str
    corrects: int | None
    sha256: str
    document_sha256: str
    signatures: list[ContractSignatureOut]
    by: str
    at: datetime


class SettlementDetail(SettlementOut):
    """A statement with its whole content."""

    content: dict[str, Any]


class ContractArchiveIn(Schema):
    """Which contract year to put into the archive."""

    year: int = Field(ge=1, le=100)
