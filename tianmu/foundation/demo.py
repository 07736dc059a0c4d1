"""What the demo county hands to the rooms: how many people, which seed, and sources of chance and keys that repeat.

A room takes part with `demo.fill(demo)`, idempotent or in one transaction; everything it makes follows from the seed.
"""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.db.keys import first_key_of

REFERENCE = date(2026, 1, 1)
_START = first_key_of(datetime(2026, 1, 1, tzinfo=UTC)).int
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo county. `password_hash` is shared by its accounts; `fill_later` leaves slow parts to visible jobs.

    `progress` takes what is being made, how many are done, how many there will be.
    """

    residents: int
    seed: int
    password_hash: str
    fill_later: bool
    progress: Progress

    @property
    def actor(self) -> Actor:
        """Return in whose name the demo is made."""
        return system("demo")

    def chance(self, what: str) -> random.Random:
        """Return the source of chance for one purpose; purposes do not disturb each other."""
        return random.Random(f"{self.seed}:{what}")  # noqa: S311 - made-up people, no secret

    def key(self, what: str, number: int) -> UUID:
        """Return the key of the `number`-th thing of a kind: the same in every county of this seed, in rising order."""
        digest = hashlib.sha256(f"{self.seed}:{what}:{number}".encode()).digest()
        high, low = int.from_bytes(digest[:2]) & 0xFFF, int.from_bytes(digest[2:10]) & ((1 << 62) - 1)
        return UUID(int=_START + (number << 80) | (high << 64) | low)
