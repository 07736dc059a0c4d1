"""Questions the organizations room lets higher rooms answer: how much of something stands at and below a scope path."""

from collections.abc import Callable
from enum import StrEnum

Counter = Callable[[str], int]


class Counted(StrEnum):
    """What is counted on an institution's page."""

    STAFF = "staff"
    DEVICES = "devices"


_counters: dict[Counted, Counter] = {}


def answers_count(what: Counted, counter: Counter) -> None:
    """Register who counts `what`; called at start-up by the room that keeps it."""
    _counters[what] = counter


def count(what: Counted, path: str) -> int | None:
    """Return how many there are at and below `path`, or None while no room keeps them."""
    counter = _counters.get(what)
    return None if counter is None else counter(path)
