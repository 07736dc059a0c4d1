"""Codes of the rule sets part."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    CHANGED = "rulesets.version_changed"
    NOT_IN_FORCE = "rulesets.not_in_force"
    DOCUMENT_INVALID = "rulesets.document_invalid"
    UNKNOWN_SET = "rulesets.unknown_set"
