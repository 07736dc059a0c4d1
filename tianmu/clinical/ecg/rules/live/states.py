"""The states of a live session (实时会话): open, live, interrupted, ended; who may join again and until when."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

REJOIN = timedelta(seconds=60)
LONGEST = timedelta(hours=24)


class LiveState(StrEnum):
    """Where a session stands."""

    OPEN = "open"
    LIVE = "live"
    INTERRUPTED = "interrupted"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a session ended."""

    DEVICE = "device"
    STAFF = "staff"
    SILENT = "silent"
    TOO_LONG = "too_long"
    REFUSED = "refused"


class SessionOverError(ValueError):
    """Raised when something is asked of a session that cannot do it any more."""


@dataclass(frozen=True, slots=True)
class Course:
    """A session's state and since when; each step returns the next one."""

    state: LiveState
    began_at: datetime
    since: datetime
    reason: EndReason | None = None

    def heard(self, now: datetime) -> "Course":
        """Take a frame in."""
        self._demand_running()
        return self if self.state is LiveState.LIVE else replace(self, state=LiveState.LIVE, since=now)

    def lost(self, now: datetime) -> "Course":
        """Note that the line to the device broke; nothing changes for one that has ended."""
        if self.state in {LiveState.ENDED, LiveState.INTERRUPTED}:
            return self
        return replace(self, state=LiveState.INTERRUPTED, since=now)

    def joined(self, now: datetime) -> "Course":
        """Let the device join again: within 60 seconds, or at once where the old line was not yet seen to break."""
        self._demand_running()
        if self.overdue(now) is not None:
            raise SessionOverError("The session has ended: more than 60 seconds passed. Begin a new one.")
        return replace(self, state=LiveState.OPEN, since=now)

    def overdue(self, now: datetime) -> EndReason | None:
        """Return why the session must end now, or None."""
        if self.state is LiveState.ENDED:
            return None
        if self.state in {LiveState.INTERRUPTED, LiveState.OPEN} and now - self.since > REJOIN:
            return EndReason.SILENT
        return EndReason.TOO_LONG if now - self.began_at > LONGEST else None

    def ended(self, reason: EndReason, now: datetime) -> "Course":
        """End; the first reason stays."""
        if self.state is LiveState.ENDED:
            return self
        return replace(self, state=LiveState.ENDED, since=now, reason=reason)

    def _demand_running(self) -> None:
        if self.state is LiveState.ENDED:
            raise SessionOverError("The session has ended. Begin a new one.")


def begun(now: datetime) -> Course:
    """Return the course of a session that begins."""
    return Course(LiveState.OPEN, now, now)
