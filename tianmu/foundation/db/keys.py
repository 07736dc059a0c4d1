"""Time-ordered keys: UUID version 7 (RFC 9562 section 5.7), made in Python: a row has its key before it is written."""

import os
import time
import uuid
from datetime import UTC, datetime

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62


def uuid7() -> uuid.UUID:
    """Return a new key: 48 bits of Unix milliseconds, then 74 random bits."""
    return _compose(time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10)))


def first_key_of(instant: datetime) -> uuid.UUID:
    """Return the smallest key that a row made at or after `instant` can have; the border of time partitions."""
    return _compose(int(instant.timestamp() * 1000), 0)


def instant_of(key: uuid.UUID) -> datetime:
    """Return the instant (UTC, to the millisecond) at which a key was made."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, tz=UTC)


def _compose(milliseconds: int, random_bits: int) -> uuid.UUID:
    high = (random_bits >> 64) & 0xFFF
    low = random_bits & ((1 << 62) - 1)
    return uuid.UUID(int=(milliseconds << 80) | _VERSION_7 | (high << 64) | _VARIANT | low)
