"""Rights over accounts themselves."""

from enum import StrEnum


class Right(StrEnum):
    """Names of rights of the access part."""

    VIEW_ACCOUNTS = "access.account.view"
    MANAGE_ACCOUNTS = "access.account.manage"
    ISSUE_TOKENS = "access.token.issue"
