"""What monitor events do to tickets (spec service-desk.md 6): opened after three failed polls or at once for `failed`.

Four or more changes within 30 minutes are one ticket, which stays open until the signal has been quiet that long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

POLLS_TO_OPEN = 3
CHANGES = 4
WINDOW = timedelta(minutes=30)


class Signal(StrEnum):
    """What a monitor says of a check."""

    OK = "ok"
    POLL_FAILED = "poll_failed"
    FAILED = "failed"


class Outcome(StrEnum):
    """What follows from an event."""

    NOTHING = "nothing"
    OPEN = "open"
    ATTACH = "attach"
    RECOVER = "recover"
    FLAPPING = "flapping"


@dataclass(frozen=True, slots=True)
class Heard:
    """One event of one check."""

    at: datetime
    signal: Signal


def changes_within(history: Sequence[Heard], now: datetime) -> int:
    """Return how often the check went from good to bad or back within the window that ends at `now`."""
    count = 0
    for before, after in pairwise(history):
        turned = (before.signal is Signal.OK) != (after.signal is Signal.OK)
        count += turned and now - WINDOW <= after.at <= now
    return count


def decide(history: Sequence[Heard], *, ticket_open: bool, recent_ticket: bool) -> Outcome:
    """Decide about the last event of `history` (in order of time).

    `ticket_open` tells that a ticket of this check is open, `recent_ticket` that one was closed as recovered within
    the window: flapping goes back to that one instead of opening another.
    """
    if not history:
        return Outcome.NOTHING
    newest = history[-1]
    flapping = changes_within(history, newest.at) >= CHANGES
    if newest.signal is Signal.OK:
        if not ticket_open:
            return Outcome.NOTHING
        return Outcome.FLAPPING if flapping else Outcome.RECOVER
    if not _is_down(history):
        return Outcome.FLAPPING if flapping and (ticket_open or recent_ticket) else Outcome.NOTHING
    if ticket_open:
        return Outcome.FLAPPING if flapping else Outcome.ATTACH
    return Outcome.FLAPPING if flapping and recent_ticket else Outcome.OPEN


def quiet(history: Sequence[Heard], now: datetime) -> bool:
    """Tell whether a check that flapped is good and has not changed for the whole window."""
    return bool(history) and history[-1].signal is Signal.OK and changes_within(history, now) == 0


def _is_down(history: Sequence[Heard]) -> bool:
    if history[-1].signal is Signal.FAILED:
        return True
    tail = history[-POLLS_TO_OPEN:]
    return len(tail) == POLLS_TO_OPEN and all(one.signal is not Signal.OK for one in tail)
