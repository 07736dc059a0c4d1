"""Evidence: a file in storage, or a statement in words, attached to a fact, a duty or a notice. Only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.storage.here import store
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.errors import Code
from tianmu.operations.contracts.models import Contract, EvidenceItem

MOST_BYTES = 32 * 1024 * 1024
MOST_ITEMS = 50
TYPES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx", ".txt", ".csv", ".eml", ".ofd", ".zip"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves something: a name, the hash of a file in storage if there is one, a note, when it came about."""

    name: str
    sha256: str = ""
    note: str = ""
    at: datetime | None = None


def keep_file(*, name: str, content: bytes) -> Evidence:
    """Put a file into storage and return it as evidence.

    Raises:
        TianmuError: it is empty, too large, or of a kind that nobody can check.

    """
    suffix = PurePath(name).suffix.lower()
    if not content or len(content) > MOST_BYTES or suffix not in TYPES:
        detail = (
            "Evidence is a file of 1 byte to 32 MB of the kinds "
            + " ".join(sorted(TYPES))
            + ". Send it in one of them."
        )
        raise TianmuError(Code.FILE_INVALID, detail, status=422)
    stored = store().put([content])
    return Evidence(name=PurePath(name).name[:200], sha256=stored.sha256)


def attach(
    *, actor: Actor, contract: Contract, of: EvidenceOf, of_id: UUID, evidence: Sequence[Evidence], now: datetime
) -> list[EvidenceItem]:
    """Attach evidence inside the transaction at hand; what is attached already is not attached again.

    Raises:
        TianmuError: a named file is not in storage, or there are too many.

    """
    if not evidence:
        return []
    known = set(EvidenceItem.objects.filter(of=of, of_id=of_id).values_list("name", "sha256", "note"))
    if len(known) + len(evidence) > MOST_ITEMS:
        detail = f"One thing has at most {MOST_ITEMS} pieces of evidence. Put files together into an archive."
        raise TianmuError(Code.FILE_INVALID, detail, status=422)
    rows = []
    for one in evidence:
        if (one.name, one.sha256, one.note) in known:
            continue
        size = _size_of(one.sha256) if one.sha256 else 0
        rows.append(
            EvidenceItem(
                contract=contract,
                of=of,
                of_id=of_id,
                name=one.name,
                sha256=one.sha256,
                size_bytes=size,
                note=one.note,
                by=actor.name,
                at=one.at or now,
            )
        )
    return EvidenceItem.objects.bulk_create(rows)


def _size_of(sha256: str) -> int:
    if not store().has(sha256):
        detail = f"The file {sha256[:12]} is not in storage. Upload it first."
        raise TianmuError(Code.FILE_INVALID, detail, status=422)
    return len(store().get(sha256))
