"""Looking for duplicates in the whole county: blocks in memory, then the pairs within a block compared.

Cost grows with the people and the pairs found, not with their square. Numbers of blocks live in memory only.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.audit.actions import record
from tianmu.foundation.jobs.work import Run
from tianmu.registry.residents.choices import ClosedAs
from tianmu.registry.residents.duplicates import entry_of, keep_pairs, weights_on
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import Right
from tianmu.registry.residents.rules.blocks import blocks, pairs_of_block
from tianmu.registry.residents.rules.duplicates import score

STEP = 2000
COLUMNS = ("pk", "name", "pinyin", "sex", "birth_date", "phone_hash")
COMPARED = ("name", "sex", "birth_date", "id_number", "phone", "address", "village")
Progress = Callable[[int, int], None]
Blocks = tuple["array[int]", "array[int]"]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a run did: people read, pairs compared, pairs worth looking at, new ones, blocks too large to compare."""

    people: int
    compared: int
    found: int
    fresh: int
    too_large: int


def scan_county(*, actor: Actor, now: datetime, progress: Progress = lambda _done, _total: None) -> Scan:
    """Compare the whole county and write down the pairs; what somebody decided is kept.

    Raises:
        RefusedError: the actor does not work on duplicates.

    """
    actor.demand(Right.COMPARE)
    weights = weights_on(timezone.localdate(now))
    keys, kinds = _read()
    pairs, too_large = _pairs(kinds, weights.largest_block)
    found = fresh = done = 0
    ordered = sorted(pairs)
    for step in (ordered[start : start + STEP] for start in range(0, len(ordered), STEP)):
        people = _people({keys[place] for pair in step for place in _places(pair)})
        scores = {}
        for pair in step:
            first, second = sorted(keys[place] for place in _places(pair))
            if first in people and second in people:
                one = score(entry_of(people[first]), entry_of(people[second]), weights)
                if one.band:
                    scores[first, second] = one
        with transaction.atomic():
            fresh += keep_pairs(scores, weights, "scan")
        found, done = found + len(scores), done + len(step)
        progress(done, len(pairs))
    result = Scan(len(keys), len(pairs), found, fresh, too_large)
    new = {"people": len(keys), "compared": len(pairs), "found": found, "new": fresh, "version": weights.version}
    record(actor=actor, action="residents.duplicate.scan", kind="county", key=None, new=new)
    return result


def work_on(run: Run, asked_by: str = "") -> None:
    """Compare the whole county as a job."""
    scan_county(actor=system(f"scan for {asked_by}"), now=timezone.now(), progress=run.progress)


def _read() -> tuple[list[UUID], dict[int, tuple["array[int]", "array[int]"]]]:
    """Return the keys of all people, and for each kind of block its numbers and whose they are."""
    keys: list[UUID] = []
    kinds: defaultdict[int, tuple[array[int], array[int]]] = defaultdict(lambda: (array("q"), array("I")))
    rows = Resident.objects.filter(merged_into=None).exclude(closed_as=ClosedAs.ERROR).order_by("pk")
    for pk, name, sound, sex, born, phone_hash in rows.values_list(*COLUMNS).iterator(chunk_size=10_000):
        place = len(keys)
        keys.append(pk)
        for kind, number in blocks(name, sound, sex, born, bytes(phone_hash) if phone_hash else None):
            numbers, places = kinds[kind]
            numbers.append(number)
            places.append(place)
    return keys, dict(kinds)


def _pairs(kinds: dict[int, tuple["array[int]", "array[int]"]], largest: int) -> tuple[set[int], int]:
    """Return every two people who share a block, as one number each, and how many blocks were too large."""
    found: set[int] = set()
    too_large = 0
    for numbers, places in kinds.values():
        for members in _groups(numbers, places):
            too_large += len(members) > largest
            found.update(first << 32 | second for first, second in pairs_of_block(members, largest))
    return found, too_large


def _groups(numbers: "array[int]", places: "array[int]") -> Iterator[list[int]]:
    values, owners = np.frombuffer(numbers, dtype=np.int64), np.frombuffer(places, dtype=np.uint32)
    order = np.argsort(values, kind="stable")
    values, owners = values[order], owners[order]
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    lengths = np.diff(np.append(starts, len(values)))
    for start, length in zip(starts[lengths > 1].tolist(), lengths[lengths > 1].tolist(), strict=True):
        yield sorted(set(owners[start : start + length].tolist()))


def _places(pair: int) -> tuple[int, int]:
    return pair >> 32, pair & 0xFFFFFFFF


def _people(keys: set[UUID]) -> dict[UUID, Resident]:
    return Resident.objects.only(*COMPARED).in_bulk(keys)
