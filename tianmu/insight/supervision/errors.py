"""Codes of the supervision room."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    PERIOD = "supervision.period"
    NO_INDICATOR = "supervision.no_indicator"
    SPLIT = "supervision.split"
    TOO_MANY_ROWS = "supervision.too_many_rows"
