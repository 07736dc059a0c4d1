"""Facts of the residents room."""

from dataclasses import dataclass
from datetime import datetime
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
