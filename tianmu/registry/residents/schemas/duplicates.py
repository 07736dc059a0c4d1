"""Pairs that may be one person, merges and what undoes them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.foundation.api.pages import PageQuery
from tianmu.registry.residents.choices import PairState
from tianmu.registry.residents.schemas.people import ResidentOut, ResidentPage

MOST_GIVEN = 200
Unit = Literal["name", "identity", "phone", "address", "home", "death"]


class PairQuery(PageQuery):
    """Which pairs to show; an empty state means all."""

    state: Literal["", "open", "later", "not_same", "merged", "faded"] = "open"
    band: Literal["", "certain", "likely", "possible"] = ""
    mine: bool = False
    path: str = Field("", max_length=400)
    person_id: UUID | None = None


class ScoreReasonOut(Schema):
    """One field of the score."""

    field: str
    level: str
    weight: float


class PairAssigneeOut(Schema):
    """Who looks at a pair."""

    id: UUID
    name: str


class PairOut(Schema):
    """A pair in the queue."""

    id: UUID
    first: ResidentOut
    second: ResidentOut
    state: PairState
    score: float
    band: str
    reasons: list[ScoreReasonOut]
    rules_version: str
    found_by: str
    assignee: PairAssigneeOut | None
    later_until: date | None
    decided_by: str
    decided_at: datetime | None
    reason: str
    created_at: datetime
    version: int


class ComparedFieldOut(Schema):
    """One field of both entries as it may be shown; `same` is told of sealed values too. `unit` is what is chosen."""

    field: str
    unit: str
    first: str
    second: str
    same: bool
    level: str
    weight: float | None


class ComparedThingsOut(Schema):
    """How many rows of a kind each of the two has; they all follow a merge."""

    column: str
    first: int
    second: int


class ComparisonOut(Schema):
    """Two entries side by side. `merge_id` is the merge in force between them, if there is one."""

    pair: PairOut
    first: ResidentPage
    second: ResidentPage
    fields: list[ComparedFieldOut]
    things: list[ComparedThingsOut]
    may_merge: bool
    merge_id: UUID | None


class PairAsked(Schema):
    """Two entries to be put side by side by hand."""

    first: UUID
    second: UUID


class PersonReasonAsked(Schema):
    """Why."""

    reason: str = Field(min_length=2, max_length=400)


class PairLaterAsked(Schema):
    """Until when a pair is put off, and why."""

    until: date | None = None
    reason: str = Field("", max_length=400)


class PairAgainAsked(Schema):
    """Why a pair is taken up again; needed when it was told apart."""

    reason: str = Field("", max_length=400)


class PairAssignAsked(Schema):
    """Who looks at a pair; null for nobody. `me` for the caller."""

    account: UUID | None = None
    me: bool = False


class MergeAsked(Schema):
    """Which entry stays, which becomes part of it, and which fields are taken from the latter."""

    survivor: UUID
    absorbed: UUID
    take: list[Unit] = Field(default_factory=list, max_length=6)
    reason: str = Field(min_length=2, max_length=400)
    survivor_version: int | None = None
    absorbed_version: int | None = None


class PersonRef(Schema):
    """A person by name."""

    id: UUID
    name: str


class MergeOut(Schema):
    """A merge."""

    id: UUID
    survivor: PersonRef
    absorbed: PersonRef
    at: datetime
    by_name: str
    reason: str
    take: list[str]
    undone_at: datetime | None
    undone_by: str
    undo_reason: str


class NewRowOut(Schema):
    """A row that came to the survivor after the merge."""

    column: str
    key: UUID
    text: str


class MergedRowsOut(Schema):
    """How many rows of a column went over."""

    column: str
    rows: int


class MergePage(MergeOut):
    """A merge with what moved and what came since."""

    moved: list[MergedRowsOut]
    since: list[NewRowOut]


class GivenAsked(Schema):
    """A row that goes to the entry that comes back."""

    column: str = Field(max_length=120)
    key: UUID


class UnmergeAsked(PersonReasonAsked):
    """Why a merge is undone, and which of the newer rows go with the entry that comes back."""

    give: list[GivenAsked] = Field(default_factory=list, max_length=MOST_GIVEN)


class DuplicateScanOut(Schema):
    """The job that compares the county."""

    job: UUID
