"""Rights over the audit log."""

from enum import StrEnum


class Right(StrEnum):
    """Names of rights of the audit part."""

    VIEW = "audit.line.view"
    EXPORT = "audit.line.export"
