"""What the staff room takes and answers."""

from datetime import date
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.foundation.api.pages import PageQuery


class StaffQuery(PageQuery):
    """Whom to look for: a name, pinyin, initials or number; at and below one institution."""

    search: str = Field("", max_length=80)
    unit: UUID | None = None


class PostUnit(Schema):
    """An institution or department by name."""

    id: UUID
    name: str


class PostOut(Schema):
    """A post with its dates; `until` is null until further notice."""

    id: UUID
    unit: PostUnit
    post: str
    since: date
    until: date | None


class MemberAccountOut(Schema):
    """The account of somebody who may sign in."""

    login: str
    active: bool


class MemberOut(Schema):
    """Somebody who works here."""

    id: UUID
    number: str
    name: str
    sex: str
    title: str
    home: PostUnit
    active: bool
    posts: list[PostOut]
    account: MemberAccountOut | None


class MemberPage(MemberOut):
    """Everything about one member of staff."""

    phone_masked: str
    version: int


class MemberAsked(Schema):
    """A new member of staff with the first post."""

    number: str = Field(min_length=1, max_length=20)
    name: str = Field(min_length=1, max_length=80)
    sex: str = Field("unknown", pattern="^(M|F|unknown)$")
    title: str = Field("", max_length=40)
    home: UUID
    post: str = Field(min_length=1, max_length=60)
    since: date
    phone: str | None = Field(None, max_length=30)


class PostAsked(Schema):
    """One more post."""

    unit: UUID
    post: str = Field(min_length=1, max_length=60)
    since: date


class PostEnd(Schema):
    """The last day of a post."""

    until: date
