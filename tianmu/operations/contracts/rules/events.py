"""The events of a case, as typed values. Instants are in the business zone."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Excuse:
    """Days, both included, on which a delay does not count; told notice and proof of force majeure are checked."""

    first: date
    last: date
    cause: str
    notified: date | None
    proved: date | None
    proof_told: bool


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that arrived on a day."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """What A paid of an instalment of a contract year."""

    id: str
    instalment: int
    paid: tuple[Paid, ...]
    excused: tuple[Excuse, ...]
    year: int


@dataclass(frozen=True, slots=True)
class ServiceDelay:
    """Days, both included, on which B did not serve; `duty` names one obligation, empty is the whole service."""

    id: str
    first: date
    last: date
    excused: tuple[Excuse, ...]
    duty: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A security incident; `grades` holds (instant, grade) when the grade was changed."""

    id: str
    subsystems: tuple[str, ...]
    grade: int
    kind: str
    occurred: datetime
    resolved: datetime | None
    restored: datetime | None
    excluded: str | None
    grades: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A date agreed by both sides for a demand, and what missing it led to."""

    agreed_at: datetime
    due: datetime
    impact: bool
    complaints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand; `changes` are instants at which method or demand were changed with the knowledge of both (R-17)."""

    id: str
    complexity: str
    received: datetime
    feedback_at: datetime | None
    plan: tuple[Node, ...]
    done_at: datetime | None
    compensation: Decimal | None
    changes: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Attendance:
    """A breach of the rules of presence; `amount` is decided by A for an unanswered call on a holiday."""

    id: str
    kind: str
    at: datetime
    decided: Decimal | None


@dataclass(frozen=True, slots=True)
class ExtraWork:
    """Work outside of the agreed service; billable only when approved before."""

    id: str
    amount: Decimal
    approved: bool
    year: int


@dataclass(frozen=True, slots=True)
class Settle:
    """The wish to settle an instalment."""

    id: str
    instalment: int


Event = Payment | ServiceDelay | Incident | Demand | Attendance | ExtraWork | Settle
