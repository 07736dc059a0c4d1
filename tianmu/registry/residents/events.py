"""Facts of the residents room."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from tianmu.foundation.events.fact import Fact


@dataclass(frozen=True, slots=True)
class ResidentRegistered(Fact):
    """A person was entered into the register."""

    name: ClassVar[str] = "residents.registered"
    resident_id: UUID
    kind: str
    path: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ResidentChanged(Fact):
    """What is known of a person changed; `fields` are names, never values."""

    name: ClassVar[str] = "residents.changed"
    resident_id: UUID
    fields: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ResidentsMerged(Fact):
    """Two entries became one; what pointed to `absorbed_id` points to `survivor_id`."""

    name: ClassVar[str] = "residents.merged"
    merge_id: UUID
    survivor_id: UUID
    absorbed_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class ResidentsUnmerged(Fact):
    """A merge was undone."""

    name: ClassVar[str] = "residents.unmerged"
    merge_id: UUID
    survivor_id: UUID
    absorbed_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class ResidentClosed(Fact):
    """A register entry was closed: `kind` death, moved_away, lost or error, on a day."""

    name: ClassVar[str] = "residents.closed"
    resident_id: UUID
    kind: str
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class ResidentReopened(Fact):
    """A closed entry is in force again."""

    name: ClassVar[str] = "residents.reopened"
    resident_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class RegisterMoved(Fact):
    """Another institution of the county keeps the register of this person now."""

    name: ClassVar[str] = "residents.register_moved"
    resident_id: UUID
    old_path: str
    new_path: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FamilyLinkChanged(Fact):
    """A link between two people was made or ended."""

    name: ClassVar[str] = "residents.family_link_changed"
    link_id: UUID
    person_id: UUID
    relative_id: UUID
    ended: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsentChanged(Fact):
    """Consent for a purpose was given or withdrawn."""

    name: ClassVar[str] = "residents.consent_changed"
    person_id: UUID
    purpose: str
    given: bool
    at: datetime
