"""Codes of the interface itself."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    INVALID = "api.invalid"
    KEY_REUSED = "api.idempotency_key_reused"
    VERSION_CONFLICT = "api.version_conflict"
    CURSOR = "api.cursor_invalid"
    INTERNAL = "api.internal"
    NOT_FOUND = "api.not_found"
    METHOD_NOT_ALLOWED = "api.method_not_allowed"
    TOO_LARGE = "api.too_large"
    UNAVAILABLE = "api.unavailable"
