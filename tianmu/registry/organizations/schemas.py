"""What the organizations room takes and answers."""

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.registry.organizations.choices import OrganizationKind


class TownOut(Schema):
    """A town."""

    code: str
    name: str


class OrganizationOut(Schema):
    """An institution or department."""

    id: UUID
    code: str
    name: str
    kind: str
    level: str
    town: TownOut | None
    path: str
    active: bool


class TreeNode(OrganizationOut):
    """An institution with what lies below it."""

    children: list["TreeNode"]


class OrganizationPage(OrganizationOut):
    """Everything about one institution; a count is null where no room keeps such things."""

    address: str
    phone_masked: str
    staff_count: int | None
    devices_count: int | None
    version: int


Name = Annotated[str, Field(min_length=1, max_length=120)]


class OrganizationAsked(Schema):
    """A new institution or department."""

    code: str = Field(min_length=1, max_length=40)
    name: Name
    kind: OrganizationKind
    parent_code: str = Field("", max_length=40)
    level: str = Field("", max_length=20)
    town_code: str = Field("", max_length=9)
    address: str = Field("", max_length=200)
    phone: str | None = Field(None, max_length=30)


class OrganizationChanges(Schema):
    """Changes; what is left out stays."""

    name: Name | None = None
    address: str | None = Field(None, max_length=200)
    phone: str | None = Field(None, max_length=30)
    active: bool | None = None
