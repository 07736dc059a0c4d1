"""What hangs on the wall: counts, who is on duty, what falls due; no telephone numbers, for everybody can read it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.operations.contracts.selectors.board import duties
from tianmu.operations.contracts.selectors.contracts import contract_in_force
from tianmu.operations.duty.selectors.rosters import now_on_duty
from tianmu.operations.servicedesk.selectors.figures import scope
from tianmu.operations.servicedesk.selectors.queue import counted

UNDECIDED = "undecided"
SOON = timedelta(days=7)
MOST_DUE = 6


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who is on duty."""

    name: str
    kind: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """An obligation of the contract that falls due."""

    obligation: str
    title: str
    due_at: datetime


def wall_counts(actor: Actor, now: datetime) -> tuple[dict[str, object], dict[str, int]]:
    """Return the open tickets by state with what is overdue, major and nobody's, and open incidents by grade."""
    counts, by_grade = counted(scope(actor), actor, now)
    graded = {str(grade or UNDECIDED): count for grade, count in by_grade.items()}
    return counts, {key: graded.get(key, 0) for key in ("1", "2", "3", "4", UNDECIDED)}


def on_duty(actor: Actor, now: datetime) -> list[OnDuty]:
    """Return who is on duty in the teams whose rosters the actor may see, the resident first."""
    return [OnDuty(one.member.name, one.kind, one.ends_at) for one in now_on_duty(actor, now)]


def falling_due(actor: Actor, now: datetime) -> list[Due]:
    """Return the open obligations of the contract in force that fall due within a week; none for who may not see it."""
    today = timezone.localdate(now)
    contract = contract_in_force(today)
    if contract is None:
        return []
    try:
        rows = duties(actor, contract.pk, first=today, last=today + SOON, only_open=True)
    except MissingError:
        return []
    return [Due(one.obligation, one.title, one.due_at) for one in rows.order_by("due_at", "id")[:MOST_DUE]]
