"""Hash chains over audit lines: pure. Lines are sealed in batches, one chain for each month (house.md section 3).

A seal names its lines in order with a hash each, so that an altered, missing or reordered line is found by itself.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

HASH_BYTES = 32
YOUNGER = frozenset({"purpose"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was sealed; `where` names the line or the seal."""

    kind: str
    where: str


def line_hash(values: Mapping[str, object]) -> bytes:
    """Return the SHA-256 of a line's columns in canonical JSON; instants count in UTC.

    Columns younger than the first seals do not count while they are empty, so that old seals stay good.
    """
    counted = {name: value for name, value in values.items() if name not in YOUNGER or value}
    text = json.dumps(counted, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).digest()


def genesis(month: date) -> bytes:
    """Return what the first seal of a month is chained to."""
    return hashlib.sha256(f"tianmu audit {month:%Y-%m}".encode()).digest()


def root_of(previous: bytes, number: int, line_ids: Sequence[UUID], hashes: bytes) -> bytes:
    """Return the root of a seal: over the seal before it, its number, and its lines in order."""
    head = previous + number.to_bytes(8, "big")
    return hashlib.sha256(head + b"".join(one.bytes for one in line_ids) + hashes).digest()


def compare(line_ids: Sequence[UUID], hashes: bytes, found: Mapping[UUID, bytes]) -> list[Fault]:
    """Compare what a seal says of its lines with the hashes of the lines as they are now."""
    faults = []
    for index, key in enumerate(line_ids):
        sealed = hashes[index * HASH_BYTES : (index + 1) * HASH_BYTES]
        if key not in found:
            faults.append(Fault("missing", f"line {key}"))
        elif found[key] != sealed:
            faults.append(Fault("altered", f"line {key}"))
    if list(line_ids) != sorted(line_ids):
        faults.append(Fault("reordered", f"lines after {line_ids[0]}"))
    return faults


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value)
