"""The ledger: lines, facts, evidence, payments, extra work."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field


class ContractReasonIn(Schema):
    """Why, or what is said."""

    text: str = Field(min_length=1, max_length=2000)


class ContractLinkOut(Schema):
    """What a fact came from."""

    kind: str
    id: UUID
    title: str


class ContractLineOut(Schema):
    """A line of the ledger."""

    id: UUID
    event: str
    title: str
    type: str
    rule: str
    clause: str
    obligation: str
    assessed: str
    payable: str | None
    at: datetime | None
    note: str
    because: list[str]
    readings: list[str]
    running: str
    state: str
    stale: bool
    open: bool
    dispute: str
    evidence_count: int
    link: ContractLinkOut | None


class UndecidedOut(Schema):
    """An unanswered holiday call whose amount A has yet to decide."""

    event: str
    at: str
    least: str
    most: str


class ContractCapOut(Schema):
    """The bar of the yearly cap."""

    cap: str
    used: str
    left: str
    percent: float


class LedgerOut(Schema):
    """A contract year in money."""

    contract_id: UUID
    year: int
    years: int
    as_of: date
    cap: ContractCapOut
    totals: dict[str, str]
    flags: list[str]
    warnings: list[str]
    undecided: list[UndecidedOut]
    lines: list[ContractLineOut]


class ContractEvidenceOut(Schema):
    """A piece of evidence."""

    id: UUID
    name: str
    sha256: str
    size_bytes: int
    note: str
    by: str
    at: datetime


class ContractRevisionOut(Schema):
    """A revision of a fact."""

    number: int
    at: datetime
    by: str
    withdrawn: bool
    reason: str
    content: dict[str, Any]


class ContractStepOut(Schema):
    """A step of a fine."""

    at: datetime
    side: str
    action: str
    text: str
    by: str
    assessed: str


class ContractLineDetail(ContractLineOut):
    """A line down to its events, files and steps."""

    revisions: list[ContractRevisionOut]
    evidence: list[ContractEvidenceOut]
    steps: list[ContractStepOut]


class DisputeAnswerIn(Schema):
    """A's answer to a dispute."""

    accept: bool
    text: str = Field(min_length=1, max_length=2000)


class HolidayIn(Schema):
    """What A decides for an unanswered holiday call."""

    amount: str = Field(max_length=20)
    reason: str = Field(min_length=1, max_length=400)


class ContractFactIn(Schema):
    """An event of the case schema, entered by hand."""

    event: dict[str, Any]
    reason: str = Field("", max_length=400)


class ContractFactOut(Schema):
    """A revision of a fact: `title` names the matter, `current` tells that no later revision replaced it."""

    id: UUID
    event_id: str
    number: int
    type: str
    title: str
    current: bool
    content: dict[str, Any]
    withdrawn: bool
    undecided: bool
    source_kind: str
    source_id: UUID | None
    reason: str
    by: str
    at: datetime


class PaymentIn(Schema):
    """Money that arrived."""

    instalment: int = Field(ge=1, le=12)
    year: int = Field(1, ge=1, le=100)
    date: date
    amount: str = Field(max_length=20)


class ExcuseIn(Schema):
    """Days on which a late payment does not count."""

    instalment: int = Field(ge=1, le=12)
    year: int = Field(1, ge=1, le=100)
    first: date
    last: date
    cause: Literal["party_b", "force_majeure", "fiscal"]
    notified: date | None = None
    proved: date | None = None


class ContractPaidOut(Schema):
    """A part that was paid."""

    date: date
    amount: str


class PaymentOut(Schema):
    """An instalment and how far it is paid."""

    year: int
    instalment: int
    amount: str
    due: date
    paid: list[ContractPaidOut]
    left: str
    excused: list[dict[str, Any]]
    assessed: str
    event: str
    fact_id: UUID | None


class ExtraIn(Schema):
    """A quotation for work outside of the agreed service."""

    title: str = Field(min_length=1, max_length=200)
    amount: str = Field(max_length=20)
    year: int = Field(1, ge=1, le=100)


class ExtraDecisionIn(Schema):
    """A's decision on a quotation."""

    approve: bool
    reason: str = Field(min_length=1, max_length=200)


class ExtraOut(Schema):
    """Work outside of the agreed service."""

    event: str
    title: str
    amount: str
    year: int
    state: str
    reason: str
    by: str
    at: datetime
    fact_id: UUID


def money(amount: Decimal) -> str:
    """Return an amount as text."""
    return f"{amount:.2f}"
