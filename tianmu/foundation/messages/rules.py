"""When a sending is tried again: 5 s after the first failure, three times as long after each, at most 15 minutes."""

from datetime import datetime, timedelta

MOST_ATTEMPTS = 8
FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=15)
LEASE = timedelta(seconds=60)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after `attempts` failures, None when that was the last."""
    if attempts >= MOST_ATTEMPTS:
        return None
    pause: timedelta = FIRST * 3 ** (attempts - 1)
    return now + min(pause, LONGEST)
