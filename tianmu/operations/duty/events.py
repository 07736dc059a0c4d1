"""Facts the duty room tells the house."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tianmu.foundation.events.fact import Fact


@dataclass(frozen=True, slots=True)
class RosterPublished(Fact):
    """Next month's roster is named and handed over (O-072)."""

    name: ClassVar[str] = "duty.roster_published"
    roster_id: UUID
    year: int
    month: int
    in_time: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class FindingDecided(Fact):
    """The information section has decided on a breach of attendance (O-110..112)."""

    name: ClassVar[str] = "duty.finding_decided"
    finding_id: UUID
    confirmed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SwapAsked(Fact):
    """A member asks another to take a shift."""

    name: ClassVar[str] = "duty.swap_asked"
    swap_id: UUID
    at: datetime
