"""Facts the messages part tells the house."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tianmu.foundation.events.fact import Fact


@dataclass(frozen=True, slots=True)
class DeliverySettled(Fact):
    """A sending was taken by its gateway (`accepted`), has arrived (`delivered`), or never will (`failed`)."""

    name: ClassVar[str] = "messages.delivery_settled"
    delivery_id: UUID
    subject_kind: str
    subject_id: UUID | None
    state: str
    at: datetime
