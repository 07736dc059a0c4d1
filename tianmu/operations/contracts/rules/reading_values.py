"""Reads single values out of JSON: money, days, instants, choices. Every refusal names the member and what to write."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.rules.errors import CaseError, Code
from tianmu.operations.contracts.rules.money import FEN

_MONEY = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def members(value: object, field: str, known: Collection[str], needed: Iterable[str] = ()) -> Mapping[str, Any]:
    """Return an object whose members are all known and of which the needed ones are there.

    Raises:
        CaseError: it is no object, a member is unknown or missing.

    """
    if not isinstance(value, Mapping):
        raise CaseError(Code.FIELD, field, "This must be an object with named members.")
    if not value.keys() <= (known if isinstance(known, frozenset) else set(known)):
        unknown = min(set(value) - set(known))
        raise CaseError(Code.UNKNOWN_FIELD, f"{field}.{unknown}", "There is no such member. Correct its name.")
    missing = [name for name in needed if name not in value]
    if missing:
        raise CaseError(Code.FIELD, f"{field}.{min(missing)}", "This member is missing. Add it.")
    return value


def items(value: object, field: str, most: int = 1000) -> Sequence[Any]:
    """Return a list of at most `most` entries.

    Raises:
        CaseError: it is no list or too long.

    """
    if not isinstance(value, list | tuple):
        raise CaseError(Code.FIELD, field, "This must be a list.")
    if len(value) > most:
        raise CaseError(Code.TOO_MANY, field, f"There are more than {most} entries. Split the case.")
    return value


def text(value: object, field: str, most: int = 200) -> str:
    """Return a text of 1 to `most` characters.

    Raises:
        CaseError: it is something else.

    """
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise CaseError(Code.FIELD, field, f"This must be a text of 1 to {most} characters.")
    return value


def choice(value: object, field: str, allowed: Collection[str]) -> str:
    """Return one of the allowed words.

    Raises:
        CaseError: it is another.

    """
    if not isinstance(value, str) or value not in allowed:
        raise CaseError(Code.FIELD, field, "Use one of: " + ", ".join(allowed) + ".")
    return value


def truth(value: object, field: str) -> bool:
    """Return true or false.

    Raises:
        CaseError: it is something else.

    """
    if not isinstance(value, bool):
        raise CaseError(Code.FIELD, field, "This must be true or false.")
    return value


def whole(value: object, field: str, least: int, most: int) -> int:
    """Return a whole number within bounds.

    Raises:
        CaseError: it is something else.

    """
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise CaseError(Code.FIELD, field, f"This must be a whole number from {least} to {most}.")
    return value


def money(value: object, field: str) -> Decimal:
    """Return an amount of yuan written as text with at most two decimals; a JSON fraction is refused (never float).

    Raises:
        CaseError: it is something else.

    """
    plain = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(plain, str) or not _MONEY.fullmatch(plain):
        raise CaseError(Code.MONEY, field, 'Write an amount of 0 or more as text with at most two decimals: "200.00".')
    return Decimal(plain).quantize(FEN)


def share(value: object, field: str) -> Decimal:
    """Return a share or factor written as text, such as "0.05".

    Raises:
        CaseError: it is something else.

    """
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,3}(\.\d{1,6})?", value, re.ASCII):
        raise CaseError(Code.TERMS, field, 'Write a share or factor as text: "0.05".')
    return Decimal(value)


def day(value: object, field: str) -> date:
    """Return a calendar day.

    Raises:
        CaseError: it is no day, or outside of 2000 to 2100.

    """
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        found = None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise CaseError(Code.DAY, field, "Write a day of the years 2000 to 2100 such as 2022-08-19.")
    return found


def instant(value: object, field: str) -> datetime:
    """Return an instant in the business zone.

    Raises:
        CaseError: it is no instant, has no zone, or lies outside of 2000 to 2100.

    """
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and len(value) > 10 else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not _FIRST_YEAR < found.year < _LAST_YEAR:
        raise CaseError(
            Code.INSTANT, field, "Write an instant with its zone, 2001 to 2099, such as 2022-10-20T09:00:00+08:00."
        )
    return found.astimezone(ZONE)
