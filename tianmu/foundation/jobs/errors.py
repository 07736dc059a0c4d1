"""Codes of the jobs part."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    UNKNOWN_KIND = "jobs.unknown_kind"
    NOT_FAILED = "jobs.not_failed"
