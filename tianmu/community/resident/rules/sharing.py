"""Share codes: how they look, how long they hold (resident-app specification: sharing a report with a doctor)."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10
HOURS = (1, 24, 168)
MOST_LOOKS = 5


class ShareState(StrEnum):
    """Whether a code opens a report."""

    OPEN = "open"
    ENDED = "ended"
    USED = "used"
    REVOKED = "revoked"


def new_code() -> str:
    """Return a code of 50 random bits in letters and digits that nobody mistakes for each other."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """Return a code as it is read out: two groups of five."""
    return f"{code[:5]}-{code[5:]}"


def typed(text: str) -> str | None:
    """Return the code that somebody typed in any case, with blanks or dashes; None when it can be no code."""
    letters = "".join(character for character in text.upper() if character.isalnum())
    fits = len(letters) == LENGTH and set(letters) <= set(ALPHABET)
    return letters if fits else None


def end_of(made_at: datetime, hours: int) -> datetime:
    """Return when a code made at `made_at` ends.

    Raises:
        ValueError: it is none of the periods that may be chosen.

    """
    if hours not in HOURS:
        message = f"A share lasts {HOURS} hours, not {hours}."
        raise ValueError(message)
    return made_at + timedelta(hours=hours)


def share_state(*, ends_at: datetime, revoked_at: datetime | None, looks: int, now: datetime) -> ShareState:
    """Return whether a code opens a report at `now`: until its end, five times, and not once it was taken back."""
    if revoked_at is not None:
        return ShareState.REVOKED
    if now >= ends_at:
        return ShareState.ENDED
    return ShareState.OPEN if looks < MOST_LOOKS else ShareState.USED
