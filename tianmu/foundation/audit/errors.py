"""What can go wrong with the audit log."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes of the audit part."""

    TOO_MANY_LINES = "audit.too_many_lines"
