"""The state of an acquisition point on the map (ecg.md section 12): the gravest thing that is true of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """What a point shows, the gravest first."""

    CRITICAL = "critical"
    OVERDUE = "overdue"
    OFFLINE = "offline"
    ONLINE = "online"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a point: devices, its last sign of life, open critical values, reports beyond their limit."""

    devices: int
    last_sign_at: datetime | None
    critical_open: int
    overdue: int


def is_online(last_sign_at: datetime | None, now: datetime, offline_minutes: int) -> bool:
    """Tell whether a sign of life is young enough; none is never young."""
    return last_sign_at is not None and now - last_sign_at <= timedelta(minutes=offline_minutes)


def states_of(facts: Facts, now: datetime, offline_minutes: int) -> tuple[State, ...]:
    """Return everything that is true of a point, the gravest first; a place without a device is idle, not offline."""
    true = [State.CRITICAL] if facts.critical_open else []
    if facts.overdue:
        true.append(State.OVERDUE)
    if not facts.devices:
        true.append(State.IDLE)
    else:
        online = is_online(facts.last_sign_at, now, offline_minutes)
        true.append(State.ONLINE if online else State.OFFLINE)
    return tuple(true)
