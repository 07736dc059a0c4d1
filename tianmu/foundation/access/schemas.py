"""What goes in and out at the door."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field, field_validator

from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.access.purposes import Running

MOST_PREFERENCES_BYTES = 64 * 1024


class Credentials(Schema):
    """Name and password."""

    login: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=200)
    code: str | None = Field(None, min_length=6, max_length=20)


class Unlock(Schema):
    """The person's own password."""

    password: str = Field(min_length=1, max_length=200)


class Home(Schema):
    """The institution an account belongs to."""

    id: UUID
    code: str
    name: str
    path: str

    @classmethod
    def of(cls, unit: ScopeUnit) -> "Home":
        """Return a unit of the scope tree as a home."""
        return cls(id=unit.pk, code=unit.code, name=unit.name, path=unit.path)


class PurposeOut(Schema):
    """The purpose that is stated in this session, and when it ends by itself."""

    code: str
    name: str
    text: str
    until: datetime

    @classmethod
    def of(cls, running: Running) -> "PurposeOut":
        """Return what the browser shows of it."""
        return cls(code=running.code, name=running.name, text=running.text, until=running.until)


class SessionOut(Schema):
    """The session at hand."""

    opened_at: datetime
    expires_at: datetime
    locked: bool


class SecondFactorState(Schema):
    """Whether a second factor is in use, and whether privileged rights wait for one."""

    enrolled: bool
    required: bool


class Me(Schema):
    """Who is signed in, and what she may do where; `figures` show persons only while a purpose is stated."""

    account_id: UUID
    kind: str
    login: str
    name: str
    locale: str
    preferences: dict[str, Any]
    home: Home
    rights: dict[str, list[str]]
    figures: dict[str, list[str]] = Field(default_factory=dict)
    purpose: PurposeOut | None = None
    person_id: UUID | None
    session: SessionOut | None
    must_change_password: bool = False
    second_factor: SecondFactorState


class MyChanges(Schema):
    """A person's own settings."""

    locale: str | None = Field(None, pattern="^(zh-CN|en)$")
    preferences: dict[str, Any] | None = Field(None, max_length=100)

    @field_validator("preferences")
    @classmethod
    def small(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        """Keep settings from becoming a store of files: 64 KB at most."""
        if value is not None and len(json.dumps(value)) > MOST_PREFERENCES_BYTES:
            message = "Settings may hold 64 KB at most."
            raise ValueError(message)
        return value


class RoleHeld(Schema):
    """A role and where it is held."""

    code: str
    name: str
    unit: str


class AccountRow(Schema):
    """An account as lists show it, with the roles that are not over."""

    id: UUID
    kind: str
    login: str
    name: str
    home: Home
    active: bool
    roles: list[RoleHeld]


class RoleOut(Schema):
    """A role and its rights."""

    code: str
    name: str
    rights: list[str]
    purpose_rights: list[str]


class TokenAsked(Schema):
    """A token to be issued."""

    account_id: UUID
    label: str = Field(min_length=1, max_length=80)
    rights: list[str] = Field(max_length=50)
    expires_at: AwareDatetime


class TokenIssued(Schema):
    """The token; it is shown this once."""

    token: str
