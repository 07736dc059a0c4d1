"""The keyed hashes by which sealed numbers are found: whole, and last four."""

import json

from tianmu.foundation.db.sealed import blind_hash

TAIL = 4


def id_hash(number: str) -> bytes:
    """Return the hash of a whole id number of 18 characters."""
    return blind_hash(number, "residents.id_number")


def id_tail_hash(number: str) -> bytes:
    """Return the hash of the last four characters of an id number."""
    return blind_hash(number[-TAIL:], "residents.id_tail")


def phone_hash(phone: str) -> bytes:
    """Return the hash of a whole phone number."""
    return blind_hash(phone, "residents.phone")


def phone_tail_hash(phone: str) -> bytes:
    """Return the hash of the last four digits of a phone number."""
    return blind_hash(phone[-TAIL:], "residents.phone_tail")


def former_id_hash(before: str) -> bytes:
    """Return the hash of the id number that a survivor gave up in a merge; `before` are her fields as JSON."""
    return id_hash(json.loads(before)["id_number"])
