"""Which entries are worth comparing: entries that share a block. Pure; a block is a number and exists in memory only.

Blocks are made of columns that stand in the database in clear (name, sound, birth date) and of the keyed hash of the
phone; no sealed value is read. Every single typing error that the score knows leaves at least one block in common.
"""

from collections.abc import Iterator
from datetime import date

MASKS = 6
"""Digits of a birth date that may be wrong: two of the year, two of the month, two of the day."""


def blocks(
    name: str, sound: str, sex: str, birth_date: date | None, phone_hash: bytes | None
) -> Iterator[tuple[int, int]]:
    """Yield (kind, number) of every block of an entry."""
    letters = "".join(sorted(name))
    if phone_hash is not None:
        yield 0, hash(phone_hash)
    if birth_date is None:
        yield 1, hash((sound, sex))
        return
    day = birth_date.toordinal()
    yield 2, hash((sound, day))
    yield 3, hash((letters, day))
    for place in range(len(name)):
        yield 4, hash((name[:place], name[place + 1 :], len(name), day))
    text = f"{birth_date:%Y%m%d}"
    yield 5, hash((sound, "".join(sorted(text))))
    for place in range(len(text) - MASKS, len(text)):
        yield 6 + place, hash((sound, text[:place], text[place + 1 :]))


def pairs_of_block(members: list[int], largest: int) -> Iterator[tuple[int, int]]:
    """Yield every two members of a block, the smaller first; a block that is too large yields none."""
    if len(members) > largest:
        return
    for place, one in enumerate(members):
        for other in members[place + 1 :]:
            yield (one, other) if one < other else (other, one)
