"""Codes of the resident room."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    NOT_A_RESIDENT = "resident.not_a_resident"
