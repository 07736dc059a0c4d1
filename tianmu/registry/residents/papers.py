"""Scanned papers that prove something about a person: checked, kept in storage, shown again."""

import base64
import binascii

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.storage.here import store
from tianmu.registry.residents.errors import Code

MOST_BYTES = 5 * 1024 * 1024
BEGINNINGS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def keep_paper(data_base64: str) -> str:
    """Store a PDF, PNG or JPEG of five megabytes at most; return its SHA-256.

    Raises:
        TianmuError: it is none of these, or too large.

    """
    try:
        data = base64.b64decode(data_base64, validate=True)
    except (ValueError, binascii.Error):
        data = b""
    if len(data) > MOST_BYTES or type_of(data) is None:
        detail = "Send the paper as PDF, PNG or JPEG of 5 MB at most."
        raise TianmuError(Code.PROOF_INVALID, detail, status=422, fields={"paper": detail})
    return store().put([data]).sha256


def type_of(data: bytes) -> str | None:
    """Return the media type that the first bytes tell."""
    return next((kind for start, kind in BEGINNINGS.items() if data.startswith(start)), None)


def paper(sha256: str) -> tuple[bytes, str]:
    """Return the bytes of a paper and its media type.

    Raises:
        TianmuError: there is none.

    """
    if not sha256:
        raise TianmuError(Code.PROOF_INVALID, "No paper was kept with this entry.", status=404)
    data = store().get(sha256)
    return data, type_of(data) or "application/octet-stream"
