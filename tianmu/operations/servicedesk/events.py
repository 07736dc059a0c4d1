"""Facts the service desk tells the house."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tianmu.foundation.events.fact import Fact


@dataclass(frozen=True, slots=True)
class TicketRaised(Fact):
    """A ticket was opened."""

    name: ClassVar[str] = "servicedesk.ticket_raised"
    ticket_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class IncidentGraded(Fact):
    """The grade of an incident was decided; grades 1 to 3 are major."""

    name: ClassVar[str] = "servicedesk.incident_graded"
    ticket_id: UUID
    grade: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketResolved(Fact):
    """A ticket was solved."""

    name: ClassVar[str] = "servicedesk.ticket_resolved"
    ticket_id: UUID
    at: datetime
