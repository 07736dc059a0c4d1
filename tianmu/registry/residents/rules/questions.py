"""What a text typed into the one box asks for: a whole id number, a phone, last four characters, or a name."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tianmu.registry.residents.rules.id_number import normalise

_ID = re.compile(r"\d{17}[\dX]|\d{15}")
_PHONE = re.compile(r"1\d{10}")
_TAIL = re.compile(r"\d{3}[\dX]")


class Kind(StrEnum):
    """What is asked for."""

    NOTHING = "nothing"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    TAIL = "tail"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Question:
    """A text and what it asks for."""

    kind: Kind
    text: str


def question(text: str) -> Question:
    """Return what `text` asks for; digits that are no whole number and no last four find nothing."""
    wanted = normalise(text)
    if not wanted:
        return Question(Kind.NOTHING, "")
    for kind, pattern in ((Kind.ID_NUMBER, _ID), (Kind.PHONE, _PHONE), (Kind.TAIL, _TAIL)):
        if pattern.fullmatch(wanted):
            return Question(kind, wanted)
    if wanted.isascii() and wanted.isdigit():
        return Question(Kind.NOTHING, "")
    return Question(Kind.NAME, text.strip())
