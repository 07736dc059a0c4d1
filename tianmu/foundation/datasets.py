"""How a room declares what reports may read (`datasets.py` of the room): fields with their meaning, and scope.

A declaration is data: it imports no Django, so that the rules of reports can be used without a database. Encrypted
columns, names of people and free text of a record never become fields.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a field holds; `unit` is the key of an institution, `code` one of a closed list."""

    TEXT = "text"
    CODE = "code"
    UNIT = "unit"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `source` is an ORM path or expression; a field with `expression` is computed from the others.

    `person` fields lead to one person and are kept from roles that see figures only. `right` is asked for in addition
    to the data set's. `hidden` fields are for scope and are offered to nobody. `path` names the hidden field that holds
    the scope path of a unit. `values` are the words of a code: (Chinese, English).
    """

    key: str
    kind: Kind
    name: str
    name_en: str
    source: Any = None
    expression: str = ""
    meaning: str = ""
    meaning_en: str = ""
    unit: str = ""
    person: bool = False
    right: str = ""
    hidden: bool = False
    path: str = ""
    values: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watch:
    """Another table whose changes change rows here: its model, and the lookup from our rows to its key."""

    model: str
    lookup: str


@dataclass(frozen=True, slots=True)
class DataSet:
    """A governed data set: one row for each row of `rows(now)`, seen at and below the paths of `right`.

    `paths` are hidden fields with scope paths: one of them must lie in the actor's reach. `time` is the field by which
    periods are meant unless a report says otherwise. `counts` says what one row is, `left_out` what is excluded.
    `link` is the kind of thing behind a row, `subject` and `about` the fields with its key and with the person.
    `edition` names the version of the rules by which `rows` chooses: with another, the extract is made anew.
    """

    key: str
    name: str
    name_en: str
    counts: str
    counts_en: str
    left_out: str
    left_out_en: str
    right: str
    paths: tuple[str, ...]
    time: str
    fields: tuple[Field, ...]
    rows: Callable[[datetime], Any]
    edition: Callable[[datetime], str] = lambda _now: ""
    watches: tuple[Watch, ...] = ()
    link: str = ""
    subject: str = ""
    about: str = ""

    def stored(self) -> Sequence[Field]:
        """Return the fields that the extract holds; computed ones are worked out when they are asked for."""
        return [one for one in self.fields if not one.expression]

    def offered(self) -> Sequence[Field]:
        """Return the fields that people may choose from."""
        return [one for one in self.fields if not one.hidden]

    def named(self, key: str) -> Field | None:
        """Return a field by its key."""
        return next((one for one in self.fields if one.key == key), None)
