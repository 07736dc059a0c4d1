"""Codes of the organizations room."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    CODE_TAKEN = "organizations.code_taken"
    CODE_INVALID = "organizations.code_invalid"
    TOWN_UNKNOWN = "organizations.town_unknown"
