"""Facts of the staff room."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tianmu.foundation.events.fact import Fact


@dataclass(frozen=True, slots=True)
class StaffMemberAdded(Fact):
    """Somebody began to work here."""

    name: ClassVar[str] = "staff.added"
    member_id: UUID
    path: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PostChanged(Fact):
    """A post was given or ended."""

    name: ClassVar[str] = "staff.post_changed"
    member_id: UUID
    unit_id: UUID
    at: datetime
