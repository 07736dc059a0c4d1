"""Time-ordered keys: UUID version 7 (RFC 9562 section 5.7), made in Python: a row has its key before it is written."""

import os
import threading
import time
import uuid
from datetime import UTC, datetime

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_RANDOM_BITS = 74
_STEP_BACK_MILLISECONDS = 10_000


class _Latest:
    """The last key of this process; the next one is greater, also within a millisecond or after a small clock step."""

    lock = threading.Lock()
    milliseconds = 0
    random_bits = 0


def uuid7() -> uuid.UUID:
    """Return a new key: 48 bits of Unix milliseconds, then 74 random bits; keys of one process rise.

    A clock that is set back by more than ten seconds is followed.
    """
    now = time.time_ns() // 1_000_000
    with _Latest.lock:
        if _Latest.milliseconds - _STEP_BACK_MILLISECONDS <= now <= _Latest.milliseconds:
            _Latest.random_bits += 1 + int.from_bytes(os.urandom(4))
            if _Latest.random_bits >> _RANDOM_BITS:
                _Latest.milliseconds, _Latest.random_bits = _Latest.milliseconds + 1, _fresh_bits()
        else:
            _Latest.milliseconds, _Latest.random_bits = now, _fresh_bits()
        return _compose(_Latest.milliseconds, _Latest.random_bits)


def first_key_of(instant: datetime) -> uuid.UUID:
    """Return the smallest key that a row made at or after `instant` can have; the border of time partitions."""
    return _compose(int(instant.timestamp() * 1000), 0)


def key_at(instant: datetime, random_bits: int) -> uuid.UUID:
    """Return the key of a row that tells of an instant of the past; 74 random bits keep such keys apart."""
    return _compose(int(instant.timestamp() * 1000), random_bits & ((1 << _RANDOM_BITS) - 1))


def instant_of(key: uuid.UUID) -> datetime:
    """Return the instant (UTC, to the millisecond) at which a key was made."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, tz=UTC)


def _fresh_bits() -> int:
    return int.from_bytes(os.urandom(10)) & ((1 << _RANDOM_BITS) - 1)


def _compose(milliseconds: int, random_bits: int) -> uuid.UUID:
    high = (random_bits >> 62) & 0xFFF
    low = random_bits & ((1 << 62) - 1)
    return uuid.UUID(int=(milliseconds << 80) | _VERSION_7 | (high << 64) | _VARIANT | low)


def _forget() -> None:
    _Latest.lock = threading.Lock()
    _Latest.milliseconds = 0


os.register_at_fork(after_in_child=_forget)
