"""What a signature covers, and how versions are chained: pure functions over canonical JSON (RFC 8785 in spirit)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID


def canonical(content: Mapping[str, object]) -> bytes:
    """Return the one byte string that stands for a content: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def version_hash(*, document_id: UUID, number: int, layout: str, content: Mapping[str, object], previous: str) -> str:
    """Return the SHA-256 that chains a version to the one before it (empty for the first)."""
    head = canonical({"document": str(document_id), "number": number, "layout": layout, "previous": previous})
    return hashlib.sha256(head + b"\n" + canonical(content)).hexdigest()


def signed_message(
    *,
    covers: int,
    content: Mapping[str, object],
    about: Mapping[str, object],
    signer: Mapping[str, object],
    at: datetime,
) -> bytes:
    """Return what a signature is over: form 1 the content, form 2 content, document, signer, part and instant."""
    if covers == 1:
        return canonical(content)
    statement = {
        "content_sha256": hashlib.sha256(canonical(content)).hexdigest(),
        "about": about,
        "signer": signer,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    return canonical(statement)
