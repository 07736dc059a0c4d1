"""Codes of the report designer."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    DEFINITION = "reports.definition_invalid"
    FILE = "reports.file_unreadable"
    TOO_SLOW = "reports.too_slow"
    CANCELLED = "reports.cancelled"
    TOO_LARGE = "reports.too_large"
    INTERRUPTED = "reports.interrupted"
    ENGINE = "reports.engine_failed"
    PARAMETER = "reports.parameter_invalid"
    BUILT_IN = "reports.built_in"
    NAME = "reports.name_missing"
    SCHEDULE = "reports.schedule_invalid"
    RECIPIENT = "reports.recipient_refused"
