"""Facts the contracts room tells the house."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from tianmu.foundation.events.fact import Fact


@dataclass(frozen=True, slots=True)
class FactRecorded(Fact):
    """Something happened that the contract may have a price for."""

    name: ClassVar[str] = "contracts.fact_recorded"
    contract_id: UUID
    event_id: str
    type: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FineDecided(Fact):
    """A decided a fine, or waived it."""

    name: ClassVar[str] = "contracts.fine_decided"
    contract_id: UUID
    fine_id: UUID
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DutyFulfilled(Fact):
    """A duty of the contract is done, with evidence."""

    name: ClassVar[str] = "contracts.duty_fulfilled"
    contract_id: UUID
    duty_id: UUID
    obligation: str
    on: date


@dataclass(frozen=True, slots=True)
class StatementSigned(Fact):
    """Both parties signed a statement."""

    name: ClassVar[str] = "contracts.statement_signed"
    contract_id: UUID
    statement_id: UUID
    year: int
    at: datetime
