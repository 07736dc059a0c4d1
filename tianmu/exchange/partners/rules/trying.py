"""When a delivery is tried again, and when it is given up."""

from datetime import datetime, timedelta

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 30, 60))
GIVEN_UP_AFTER = timedelta(hours=72)


def next_try(tries: int, asked_at: datetime, now: datetime) -> datetime | None:
    """Return when to try again after `tries` >= 1 failed tries; None once three days are over."""
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    return None if now + pause > asked_at + GIVEN_UP_AFTER else now + pause
