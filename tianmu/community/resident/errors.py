"""Codes of the resident room."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    NOT_A_RESIDENT = "resident.not_a_resident"
    TOO_MANY_SHARES = "resident.too_many_shares"
