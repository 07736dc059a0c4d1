"""Who is called when nobody answers: along the chain every five minutes, all of it at once for grade I."""

from collections.abc import Sequence
from datetime import datetime, timedelta


def called_by(
    chain: Sequence[str],
    *,
    grade: int | None,
    since: datetime,
    acknowledged_at: datetime | None,
    every: timedelta,
    now: datetime,
) -> list[str]:
    """Return who of the chain has been called by `now`; nobody further once somebody has acknowledged.

    The first is called at once, the next each `every` later; an instant that falls on a step includes it.
    """
    until = now if acknowledged_at is None else min(acknowledged_at, now)
    if not chain or until < since:
        return []
    if grade == 1:
        return list(chain)
    return list(chain[: (until - since) // every + 1])


def notes_due(*, since: datetime, every: timedelta, until: datetime | None, now: datetime) -> list[datetime]:
    """Return the instants at which a status note of a major incident was due, up to `now` or its end."""
    end = now if until is None else min(until, now)
    return [since + every * step for step in range(1, max((end - since) // every, 0) + 1)]
