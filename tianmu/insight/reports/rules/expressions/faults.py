"""What can be wrong with an expression: a reason the client translates, the place, and what was found there."""

from enum import StrEnum


class Reason(StrEnum):
    """Stable reasons."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    CHARACTER = "character"
    STRING_OPEN = "string_open"
    NAME_OPEN = "name_open"
    NUMBER = "number"
    EXPECTED = "expected"
    UNKNOWN_NAME = "unknown_name"
    AMBIGUOUS_NAME = "ambiguous_name"
    UNKNOWN_FUNCTION = "unknown_function"
    ARGUMENTS = "arguments"
    TYPES = "types"
    LITERAL = "literal"
    NOT_BOOLEAN = "not_boolean"


class ExpressionError(ValueError):
    """An expression that cannot be used; `at` counts characters from 0."""

    def __init__(self, reason: Reason, at: int, found: str = "", expected: str = "") -> None:
        super().__init__(f"{reason} at {at}: {found!r}" + (f", expected {expected}" if expected else ""))
        self.reason = reason
        self.at = at
        self.found = found
        self.expected = expected
