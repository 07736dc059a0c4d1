"""Codes of the documents part."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    OPEN_VERSION = "documents.open_version"
    NOT_OPEN = "documents.not_open"
    VERSION_CONFLICT = "api.version_conflict"
    SAME_SIGNER = "documents.same_signer"
    CERTIFICATE_REVOKED = "documents.certificate_revoked"
    AUTHORITY_UNAVAILABLE = "documents.authority_unavailable"
