"""Rights of the messages part."""

from enum import StrEnum


class Right(StrEnum):
    """Names of rights."""

    RECEIPT = "messages.receipt.send"
