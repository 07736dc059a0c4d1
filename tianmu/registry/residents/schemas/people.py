"""What the residents room takes and answers."""

from datetime import date
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import BaseModel, Field

from tianmu.foundation.api.pages import PageQuery

MOST_FIELDS = 3


class PeopleQuery(PageQuery):
    """Whom to look for: part of a name, pinyin, initials, an id number, a phone, the last four of either.

    Closed entries are found only with `closed`.
    """

    search: str = Field("", max_length=80)
    closed: bool = False


class ResidentTown(BaseModel):
    """A town."""

    code: str
    name: str


class UnitOut(BaseModel):
    """An institution by name."""

    id: UUID
    name: str


class ResidentOut(BaseModel):
    """A person in a list; numbers are masked."""

    id: UUID
    name: str
    sex: str
    birth_date: date | None
    age_years: int | None
    id_number_masked: str
    phone_masked: str
    town: ResidentTown | None
    village: str
    kind: str
    deceased: bool
    closed_as: str


class ResidentPage(ResidentOut):
    """Everything the register says of a person; `ecg_count` is null where no room counts."""

    address_masked: str
    register_unit: UnitOut
    deceased_on: date | None
    closed_on: date | None
    merged_into: UUID | None
    ecg_count: int | None
    version: int


class _Said(Schema):
    sex: Literal["M", "F", "unknown"] = "unknown"
    birth_date: date | None = None
    id_number: str | None = Field(None, max_length=40)
    phone: str | None = Field(None, max_length=30)
    address: str | None = Field(None, max_length=200)
    town_code: str = Field("", max_length=9)
    village: str = Field("", max_length=60)


class ResidentAsked(_Said):
    """A person to be registered; `unit` is the institution that keeps the register, by default the caller's own."""

    name: str = Field(min_length=1, max_length=80)
    kind: Literal["resident", "temporary"] = "resident"
    unit: UUID | None = None


class ResidentChanges(_Said):
    """Changes; what is left out stays, what is null is removed."""

    name: str = Field("", max_length=80)


class RevealAsked(Schema):
    """Which sealed data are wanted, and what for."""

    fields: list[Literal["id_number", "phone", "address"]] = Field(min_length=1, max_length=MOST_FIELDS)
    reason: str = Field(min_length=2, max_length=400)


class RevealedOut(Schema):
    """Sealed data in clear; null for what was not asked for or is not known."""

    id_number: str | None = None
    phone: str | None = None
    address: str | None = None
