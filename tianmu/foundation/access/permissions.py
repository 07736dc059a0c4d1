"""Rights over accounts themselves."""

from enum import StrEnum


class Right(StrEnum):
    """Names of rights of the access part."""

    VIEW_ACCOUNTS = "access.account.view"
    MANAGE_ACCOUNTS = "access.account.manage"
    ISSUE_TOKENS = "access.token.issue"
    BREAK_GLASS = "access.break_glass.open"
    REVIEW_BREAK_GLASS = "access.break_glass.review"


PRIVILEGED = frozenset(
    {
        Right.MANAGE_ACCOUNTS,
        Right.ISSUE_TOKENS,
        Right.REVIEW_BREAK_GLASS,
        "audit.line.view",
        "audit.line.export",
        "rulesets.version.load",
    }
)
