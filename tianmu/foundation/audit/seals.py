"""Sealing what was appended, and checking what was sealed."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from tianmu.foundation.audit.models import AuditLine, AuditSeal, PendingLine
from tianmu.foundation.audit.sealing import Fault, compare, genesis, line_hash, root_of
from tianmu.foundation.db.keys import instant_of
from tianmu.foundation.db.partitions import month_bounds
from tianmu.foundation.documents.signing import signer
from tianmu.foundation.home import home

BATCH = 5_000
CHAIN_LOCK = 4_711_001
COLUMNS = tuple(field.attname for field in AuditLine._meta.concrete_fields)  # noqa: SLF001 - Django's documented way


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of one month saw."""

    month: date
    lines: int
    seals: int
    unsealed: int
    faults: tuple[Fault, ...]


def seal_everything(now: datetime) -> int:
    """Seal every committed line that waits; return how many there were."""
    sealed = 0
    while True:
        count = seal_batch(now)
        sealed += count
        if count < BATCH:
            return sealed


@transaction.atomic
def seal_batch(now: datetime) -> int:
    """Seal up to 5,000 waiting lines, one seal for each month among them; return how many."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    waiting = list(PendingLine.objects.order_by("line_id").values_list("pk", flat=True)[:BATCH])
    by_month: dict[date, list[UUID]] = {}
    for key in waiting:
        by_month.setdefault(month_of(key), []).append(key)
    for month, keys in sorted(by_month.items()):
        seal(month, keys, now)
    PendingLine.objects.filter(pk__in=waiting).delete()
    return len(waiting)


def seal(month: date, keys: Sequence[UUID], now: datetime) -> AuditSeal:
    """Chain a batch of one month's lines to what was sealed before, and sign it."""
    found = hashes_of(keys)
    present = [key for key in keys if key in found]
    latest = AuditSeal.objects.filter(month=month).order_by("-number").first()
    number = latest.number + 1 if latest else 1
    previous = bytes(latest.root) if latest else genesis(month)
    hashes = b"".join(found[key] for key in present)
    root = root_of(previous, number, present, hashes)
    signed = signer().sign(root)
    row = AuditSeal.objects.create(
        month=month,
        number=number,
        sealed_at=now,
        line_ids=present,
        hashes=hashes,
        previous=previous,
        root=root,
        adapter=signed.adapter,
        key_id=signed.key_id,
        signature=signed.value,
    )
    transaction.on_commit(lambda: anchor(month, number, root))
    return row


def check_month(month: date) -> Checked:
    """Check every seal of a month against its lines; name every line that no seal and no note of waiting knows."""
    faults: list[Fault] = []
    previous, number, lines = genesis(month), 0, 0
    covered: set[UUID] = set()
    for row in AuditSeal.objects.filter(month=month).order_by("number").iterator(chunk_size=20):
        number += 1
        if row.number != number:
            faults.append(Fault("missing", f"seal {number} of {month:%Y-%m}"))
            number = row.number
        faults += check_seal(row, previous)
        faults += [Fault("doubled", f"line {key}") for key in row.line_ids if key in covered]
        previous = bytes(row.root)
        covered.update(row.line_ids)
        lines += len(row.line_ids)
    faults += check_anchor(month, number, previous)
    waiting = set(PendingLine.objects.values_list("pk", flat=True))
    unsealed = 0
    for key in keys_of(month):
        if key in waiting:
            unsealed += 1
        elif key not in covered:
            faults.append(Fault("smuggled", f"line {key}"))
    return Checked(month, lines, number, unsealed, tuple(faults))


def check_seal(row: AuditSeal, previous: bytes) -> list[Fault]:
    """Check one seal: its chain, its root, its signature, its lines."""
    where = f"seal {row.number} of {row.month:%Y-%m}"
    faults = []
    if bytes(row.previous) != previous:
        faults.append(Fault("chain", where))
    root = root_of(bytes(row.previous), row.number, row.line_ids, bytes(row.hashes))
    if root != bytes(row.root):
        faults.append(Fault("root", where))
    if not signer().verify(bytes(row.root), bytes(row.signature), row.key_id):
        faults.append(Fault("signature", where))
    return faults + compare(row.line_ids, bytes(row.hashes), hashes_of(row.line_ids))


def months_with_lines() -> list[date]:
    """Return the months that have lines or seals, oldest first."""
    found = set(AuditSeal.objects.values_list("month", flat=True).distinct())
    first, last = AuditLine.objects.order_by("id").first(), AuditLine.objects.order_by("-id").first()
    if first is not None and last is not None:
        month, end = month_of(first.pk), month_of(last.pk)
        while month <= end:
            found.add(month)
            month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return sorted(found)


def hashes_of(keys: Iterable[UUID]) -> dict[UUID, bytes]:
    """Return the hash of each line as it is now."""
    wanted = list(keys)
    found = {row["id"]: line_hash(row) for row in AuditLine.objects.filter(pk__in=wanted).values(*COLUMNS)}
    missing = [key for key in wanted if key not in found]
    for month in sorted({month_of(key) for key in missing}):
        for line in archived(month, missing):
            found[line.pk] = line_hash({name: getattr(line, name) for name in COLUMNS})
    return found


def archived(month: date, keys: Sequence[UUID]) -> Iterator[AuditLine]:
    """Yield lines of a month that was put aside (see `retention`), unchanged, in the schema `archive`."""
    table = f"archive.audit_auditline_{month:%Y%m}"
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        there = bool(cursor.fetchone()[0])
    if there:
        yield from AuditLine.objects.raw(f"SELECT * FROM {table} WHERE id = ANY (%s)", [list(keys)])  # noqa: S608


def keys_of(month: date) -> Iterator[UUID]:
    """Yield the keys of a month's lines."""
    lower, upper = month_bounds(month)
    rows = AuditLine.objects.filter(pk__gte=lower, pk__lt=upper).order_by("id").values_list("pk", flat=True)
    yield from rows.iterator(chunk_size=5_000)


def month_of(key: UUID) -> date:
    """Return the month (UTC) in which a line was made."""
    return instant_of(key).date().replace(day=1)


def anchor(month: date, number: int, root: bytes) -> None:
    """Note the newest seal of a month outside of the database, so that a chain cut short is noticed."""
    path = anchor_file()
    anchors = read_anchors(path)
    anchors[f"{month:%Y-%m}"] = [number, root.hex()]
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_bytes(orjson.dumps(anchors))
    temporary.replace(path)


def check_anchor(month: date, number: int, root: bytes) -> list[Fault]:
    """Compare the end of a month's chain with the note outside of the database, where there is one."""
    noted = read_anchors(anchor_file()).get(f"{month:%Y-%m}")
    if noted is None or noted[0] < number or noted == [number, root.hex()]:
        return []
    return [Fault("cut", f"chain of {month:%Y-%m} after seal {number}; {noted[0]} were sealed")]


def anchor_file() -> Path:
    """Return the file that notes the newest seal of each month."""
    return home() / "audit-anchors.json"


def read_anchors(path: Path) -> dict[str, Any]:
    """Read the notes; a missing or unreadable file notes nothing."""
    try:
        anchors: dict[str, Any] = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return anchors
