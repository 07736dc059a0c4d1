"""Closing, opening again, moving."""

from datetime import date, datetime
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.registry.residents.choices import ClosedAs, DeathSource
from tianmu.registry.residents.schemas.duplicates import MergeOut
from tianmu.registry.residents.schemas.people import UnitOut


class PersonCloseAsked(Schema):
    """How an entry is closed: a death needs its source, a move its destination, an error its reason."""

    kind: ClosedAs
    on: date
    source: DeathSource | None = None
    destination: str = Field("", max_length=120)
    reason: str = Field("", max_length=400)


class PersonReopenAsked(Schema):
    """Why an entry is opened again, and which institution keeps it from now on (the last one when left out)."""

    reason: str = Field(min_length=2, max_length=400)
    unit: UUID | None = None


class RegisterMoveAsked(Schema):
    """Which institution keeps the register from a day on, why, and where she lives there."""

    unit: UUID
    on: date
    reason: str = Field(min_length=2, max_length=400)
    town_code: str = Field("", max_length=9)
    village: str = Field("", max_length=60)
    address: str | None = Field(None, max_length=200)


class ClosingOut(Schema):
    """A closing."""

    kind: ClosedAs
    on: date
    source: str
    destination: str
    reason: str
    unit: UnitOut
    at: datetime
    by_name: str
    reopened_at: datetime | None
    reopened_by: str
    reopen_reason: str


class RegisterMoveOut(Schema):
    """A move within the county."""

    source: UnitOut
    target: UnitOut
    on: date
    reason: str
    at: datetime
    by_name: str


class PersonHistoryOut(Schema):
    """What became of an entry: closings, moves, merges, each newest first."""

    closings: list[ClosingOut]
    moves: list[RegisterMoveOut]
    merges: list[MergeOut]
