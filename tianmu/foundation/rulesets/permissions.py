"""Rights over rule sets; reading them is open to everybody who is signed in."""

from enum import StrEnum


class Right(StrEnum):
    """Names of rights of the rule sets part."""

    LOAD = "rulesets.version.load"
