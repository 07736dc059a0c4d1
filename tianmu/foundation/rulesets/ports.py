"""The question that rooms answer at start-up: is this a content that your code can read?"""

from collections.abc import Callable
from typing import Any

Check = Callable[[Any], None]
_CHECKS: dict[str, Check] = {}


def reads_rule_set(key: str, check: Check) -> None:
    """Let `check` judge every content of `key` before it is loaded; it raises ValueError with a sentence."""
    _CHECKS[key] = check


def fault_of(key: str, content: object) -> str | None:
    """Return what is wrong with a content in one sentence, None where nothing is or nobody knows."""
    check = _CHECKS.get(key)
    if check is None:
        return None
    try:
        check(content)
    except ValueError as error:
        return str(error)
    except (KeyError, TypeError, AttributeError) as error:
        return f"The content lacks a part or has one of the wrong kind: {error}."
    return None
