"""Codes of the jobs part."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    NOT_FAILED = "jobs.not_failed"
