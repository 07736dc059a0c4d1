"""Facts of the organizations room."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tianmu.foundation.events.fact import Fact


@dataclass(frozen=True, slots=True)
class OrganizationAdded(Fact):
    """An institution or department was added."""

    name: ClassVar[str] = "organizations.added"
    organization_id: UUID
    path: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrganizationChanged(Fact):
    """An institution was renamed, moved to another address, closed or opened again."""

    name: ClassVar[str] = "organizations.changed"
    organization_id: UUID
    path: str
    at: datetime
