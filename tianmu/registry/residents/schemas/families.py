"""Family links, households and consents."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.registry.residents.choices import ConsentWay, HouseholdRole, LinkKind, LinkRight, ProofKind

MOST_PAPER = 7_200_000


class RelativeOut(Schema):
    """The other person of a link; the name is all that is shown of somebody of another register."""

    id: UUID
    name: str
    sex: str
    age_years: int | None
    closed_as: str


class FamilyLinkOut(Schema):
    """A link as the page of one of its two people shows it: `role` says whether the other is her relative or she is.

    `last_day` is computed (a guardianship ends before the eighteenth birthday); `in_force` says whether it allows
    anything today.
    """

    id: UUID
    role: Literal["relative", "looked_after"]
    other: RelativeOut
    kind: LinkKind
    rights: list[str]
    since: date
    until: date | None
    last_day: date | None
    in_force: bool
    proof_kind: ProofKind
    proof_number: str
    has_paper: bool
    recorded_by: str
    ended_at: datetime | None
    ended_by: str
    end_reason: str


class HouseholdMemberOut(Schema):
    """A member of a household."""

    person: RelativeOut
    role: HouseholdRole
    since: date


class HouseholdOut(Schema):
    """A household with its members of today."""

    number: str
    members: list[HouseholdMemberOut]


class PersonFamilyOut(Schema):
    """Everything about a person's family."""

    links: list[FamilyLinkOut]
    household: HouseholdOut | None


class FamilyLinkAsked(Schema):
    """A link to be made: `relative` is the `kind` of the person. `paper` is a PDF, PNG or JPEG in base64."""

    relative: UUID
    kind: LinkKind
    rights: list[LinkRight] = Field(default_factory=list, max_length=3)
    since: date
    until: date | None = None
    proof_kind: ProofKind
    proof_number: str = Field("", max_length=60)
    paper: str = Field("", max_length=MOST_PAPER)
    paper_name: str = Field("", max_length=120)


class JoinAsked(Schema):
    """Into whose household a person goes; without `together_with` she is the head of a new one."""

    together_with: UUID | None = None
    role: HouseholdRole = HouseholdRole.OTHER
    since: date


class LeaveAsked(Schema):
    """From which day on a person no longer belongs to her household."""

    until: date


class ConsentDecisionOut(Schema):
    """A decision about consent."""

    id: UUID
    purpose: str
    purpose_version: str
    given: bool
    at: datetime
    way: ConsentWay
    by_name: str
    by_guardian: bool
    note: str
    has_paper: bool


class ConsentPurposeOut(Schema):
    """A purpose in the caller's language, and whether consent for it is in force."""

    code: str
    name: str
    text: str
    given: bool
    newest: ConsentDecisionOut | None


class ConsentsOut(Schema):
    """How consent stands, and everything that was decided, newest first."""

    version: str
    purposes: list[ConsentPurposeOut]
    history: list[ConsentDecisionOut]


class ConsentAsked(Schema):
    """Consent given or withdrawn; `version` is that of the text that was read."""

    purpose: str = Field(max_length=40)
    given: bool
    version: str = Field("", max_length=40)
    way: ConsentWay = ConsentWay.APP
    note: str = Field("", max_length=400)
    paper: str = Field("", max_length=MOST_PAPER)
    paper_name: str = Field("", max_length=120)
