"""The citizen identification number (GB 11643) and the foreign permanent resident card, checked in order.

The weights, check characters and region codes are the versioned table `data/id_number.json`, handed in as `IdRules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

_HALF_WIDTH = {0xFF00 + offset: 0x20 + offset for offset in range(1, 0x5F)}


class Reason(StrEnum):
    """Why a number is refused, in the order in which reasons are looked for."""

    LENGTH = "length"
    CHARSET = "charset"
    REGION = "region"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"


@dataclass(frozen=True, slots=True)
class IdRules:
    """One version of the table of weights, check characters and region codes."""

    weights: tuple[int, ...]
    check_characters: str
    province_codes: frozenset[str]
    foreign_first_digit: str
    earliest_birth_date: date

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "IdRules":
        """Build the rules from the versioned table."""
        return cls(
            weights=tuple(document["weights"]),
            check_characters=document["check_characters"],
            province_codes=frozenset(document["province_codes"]),
            foreign_first_digit=document["foreign_first_digit"],
            earliest_birth_date=date.fromisoformat(document["earliest_birth_date"]),
        )


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A valid number: the 18 characters and what they tell; `legacy_15` when it was given in the form before 1999."""

    number: str
    birth_date: date
    sex: str
    foreign: bool
    legacy_15: bool


def normalise(text: str) -> str:
    """Return the number without spaces, in half-width characters, with a capital X."""
    return "".join(text.translate(_HALF_WIDTH).split()).replace("x", "X")


def check_character(body: str, rules: IdRules) -> str:
    """Return the 18th character of a body of 17 digits (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(rules.weights, body, strict=True))
    return rules.check_characters[total % 11]


def read(text: str, today: date, rules: IdRules) -> IdNumber | Reason:
    """Return what a number tells, or the first reason why it is none.

    A legacy number of 15 digits is lengthened (19 before the year, then the check character); use it for matching only.
    """
    number = normalise(text)
    if len(number) not in {15, 18}:
        return Reason.LENGTH
    legacy = len(number) == 15
    body = number[:17] if not legacy else number[:6] + "19" + number[6:]
    if not _digits(body) or not (legacy or _digits(number[17]) or number[17] == "X"):
        return Reason.CHARSET
    foreign = not legacy and body[0] == rules.foreign_first_digit
    if not foreign and body[:2] not in rules.province_codes:
        return Reason.REGION
    born = _date(body[6:14])
    if born is None or not rules.earliest_birth_date <= born <= today:
        return Reason.BIRTH_DATE
    expected = check_character(body, rules)
    if not legacy and number[17] != expected:
        return Reason.CHECK_DIGIT
    sex = "M" if int(body[16]) % 2 else "F"
    return IdNumber(body + expected, born, sex, foreign=foreign, legacy_15=legacy)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
