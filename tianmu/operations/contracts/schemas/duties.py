"""The board, duties, certificates, the calendar feed."""

from datetime import date, datetime
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.operations.contracts.schemas.ledger import ContractEvidenceOut


class ContractFigureOut(Schema):
    """How often a duty without a fixed fine was met."""

    total: int
    on_time: int
    note: str


class BoardRowOut(Schema):
    """An obligation on the board."""

    id: str
    clause: str
    owner: str
    zh: str
    en: str
    clock: str
    evidence: str
    entry: str
    consequence: str
    kpi: bool
    automated: str
    periodic: bool
    trigger: bool
    state: str
    next_due: datetime | None
    next_duty: UUID | None
    duties_done: int
    duties_late: int
    duties_open: int
    lines: int
    figure: ContractFigureOut | None


class ContractBoardOut(Schema):
    """Every obligation of a contract year."""

    year: int
    rows: list[BoardRowOut]


class ContractDutyOut(Schema):
    """An instance of an obligation; `due_on` is the last day, `due_at` its end."""

    id: UUID
    contract_id: UUID
    obligation: str
    clause: str
    title: str
    title_en: str
    period: str
    year: int
    owner: str
    first: date
    due_on: date
    due_at: datetime
    state: str
    optional: bool
    fulfilled_at: datetime | None
    fulfilled_by: str
    note: str
    evidence_count: int
    version: int


class ContractDutyDetail(ContractDutyOut):
    """A duty with its evidence."""

    evidence: list[ContractEvidenceOut]


class ContractFulfilIn(Schema):
    """What proves that a duty is done, in words; files are uploaded before."""

    note: str = Field("", max_length=1000)


class ObligationNoteIn(Schema):
    """What happened on a day, today unless named, under an obligation without a schedule of its own."""

    on: date | None = None
    note: str = Field(min_length=1, max_length=1000)


class CertificateIn(Schema):
    """A certificate of an engineer."""

    name: str = Field(min_length=1, max_length=200)
    expires_on: date


class ContractFeedOut(Schema):
    """The secret address of a calendar feed."""

    path: str
