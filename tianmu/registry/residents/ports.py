"""What the residents room lets others answer: counts about a person, and which columns of which tables hold her key.

Every column that holds the key of a person is declared once: it moves with her when two entries are merged, or it stays
as it is for a reason (an append-only table, whose readers ask for all of her keys). `undeclared` finds forgotten ones.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

Counter = Callable[[UUID], int]
_counters: dict[str, Counter] = {}
NAMED_LIKE_A_PERSON = re.compile(r"(^|_)(persons?|patients?|residents?|wards?|guardians?)(_|$)")


def answers_count(what: str, counter: Counter) -> None:
    """Register who counts `what` (such as "ecg") about a person; called at start-up by the room that keeps it."""
    _counters[what] = counter


def count(what: str, resident_id: UUID) -> int | None:
    """Return how many there are about a person, or None while no room keeps them."""
    counter = _counters.get(what)
    return None if counter is None else counter(resident_id)


@dataclass(frozen=True, slots=True)
class Moved:
    """Which rows went over, and what their mover must remember to bring them back."""

    keys: tuple[UUID, ...]
    note: dict[str, Any] = field(default_factory=dict)


class Mover(Protocol):
    """Leads the rows of one column from one person to another and back; inside the transaction of the merge."""

    def move(self, absorbed: UUID, survivor: UUID) -> Moved:
        """Lead every row of `absorbed` that can go to `survivor`."""

    def back(self, moved: Moved, absorbed: UUID, survivor: UUID) -> int:
        """Lead those rows back that are still the survivor's; return how many."""


@dataclass(frozen=True, slots=True)
class PersonColumn:
    """A column that holds the key of a person; without a mover it stays, and `why` says for what reason."""

    name: str
    mover: Mover | None = None
    why: str = ""

    @property
    def model(self) -> type[models.Model]:
        """Return the table."""
        return apps.get_model(self.name.rpartition(".")[0])

    @property
    def attribute(self) -> str:
        """Return the name of the column."""
        return self.name.rpartition(".")[2]


_columns: dict[str, PersonColumn] = {}


class PlainMover:
    """Moves rows by changing the column; `leaves` says which rows the survivor cannot take (a unique constraint)."""

    def __init__(self, name: str, leaves: Callable[[UUID, UUID], Q] | None = None) -> None:
        self.column = PersonColumn(name)
        self.leaves = leaves

    def move(self, absorbed: UUID, survivor: UUID) -> Moved:
        """Change the column of every row that may go; return their keys."""
        rows = self.column.model._default_manager.filter(**{self.column.attribute: absorbed})  # noqa: SLF001 - Django's way
        if self.leaves is not None:
            rows = rows.exclude(self.leaves(absorbed, survivor))
        keys = tuple(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
        if keys:
            self.column.model._default_manager.filter(pk__in=keys).update(**{self.column.attribute: survivor})  # noqa: SLF001 - Django's way
        return Moved(keys)

    def back(self, moved: Moved, absorbed: UUID, survivor: UUID) -> int:
        """Change the column back where it still names the survivor."""
        rows = self.column.model._default_manager.filter(pk__in=moved.keys)  # noqa: SLF001 - Django's way
        return rows.filter(**{self.column.attribute: survivor}).update(**{self.column.attribute: absorbed})


def moves_with_person(name: str, mover: Mover | None = None) -> None:
    """Declare that the rows of `app.Model.column` go over to the survivor of a merge."""
    _columns[name] = PersonColumn(name, mover or PlainMover(name))


def stays_with_key(name: str, why: str) -> None:
    """Declare that `app.Model.column` keeps the key it was written with, and why."""
    _columns[name] = PersonColumn(name, why=why)


def person_columns() -> list[PersonColumn]:
    """Return every declared column, in the order of its name."""
    return [_columns[name] for name in sorted(_columns)]


def moving_columns() -> list[tuple[PersonColumn, Mover]]:
    """Return the columns that move, with their movers."""
    return [(column, column.mover) for column in person_columns() if column.mover is not None]


def column_of(name: str) -> tuple[PersonColumn, Mover] | None:
    """Return a moving column by its name."""
    return next((pair for pair in moving_columns() if pair[0].name == name), None)


def undeclared() -> list[str]:
    """Return the columns of the house that hold the key of a person, by type or by name, and that nobody declared."""
    return sorted(set(_found()) - set(_columns))


def _found() -> Iterator[str]:
    resident = apps.get_model("residents", "Resident")
    for model in apps.get_models():
        for one in model._meta.get_fields():  # noqa: SLF001 - Django's documented way
            if not isinstance(one, models.Field) or not (one.concrete or one.many_to_many):
                continue
            keys = one.base_field if isinstance(one, ArrayField) else one
            by_type = one.is_relation and one.related_model is resident
            by_name = isinstance(keys, models.UUIDField | models.JSONField) and NAMED_LIKE_A_PERSON.search(one.name)
            if by_type or by_name:
                yield f"{model._meta.label}.{one.attname if by_type else one.name}"  # noqa: SLF001 - Django's way
