"""Parts of a file that are welcome but not needed: where one is odd, a warning takes its place."""

import struct
from collections.abc import Callable
from typing import TypeVar

Part = TypeVar("Part")


def optional(what: str, read: Callable[[], Part], default: Part, notes: list[str]) -> Part:
    """Return what `read` returns, or the default and a note where it stumbles over odd content."""
    try:
        return read()
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error, EOFError):
        notes.append(f"{what} could not be read and was left out.")
        return default
