"""Codes of the staff room."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    NUMBER_TAKEN = "staff.number_taken"
    POST_DATES = "staff.post_dates"
