"""Codes of the partners room."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    IDENTIFIER_TAKEN = "partners.identifier_taken"
    IDENTIFIER_INVALID = "partners.identifier_invalid"
    ADDRESS_MISSING = "partners.address_missing"
    ADDRESS_REFUSED = "partners.address_refused"
    SENDING_STATE = "partners.sending_state"
    VERSION_STALE = "partners.version_stale"
