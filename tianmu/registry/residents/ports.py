"""What the residents room lets higher rooms answer: how many things of a kind there are about a person."""

from collections.abc import Callable
from uuid import UUID

Counter = Callable[[UUID], int]
_counters: dict[str, Counter] = {}


def answers_count(what: str, counter: Counter) -> None:
    """Register who counts `what` (such as "ecg") about a person; called at start-up by the room that keeps it."""
    _counters[what] = counter


def count(what: str, resident_id: UUID) -> int | None:
    """Return how many there are about a person, or None while no room keeps them."""
    counter = _counters.get(what)
    return None if counter is None else counter(resident_id)
