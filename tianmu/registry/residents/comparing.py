"""Two entries side by side: what differs, what the score says of it, how much hangs on each."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record_views
from tianmu.foundation.db.masks import masked_address, masked_id_number, masked_phone
from tianmu.registry.residents.columns import known
from tianmu.registry.residents.duplicates import entry_of, weights_on
from tianmu.registry.residents.models import DuplicatePair, Merge, Resident
from tianmu.registry.residents.ports import moving_columns
from tianmu.registry.residents.rules.duplicates import Reason, score
from tianmu.registry.residents.rules.merging import UNITS

SHOWN = ("name", "sex", "birth_date", "id_number", "phone", "address", "town_code", "village", "deceased_on")
MASKS = {"id_number": masked_id_number, "phone": masked_phone, "address": masked_address}
UNIT_OF = {field: unit for unit, fields in UNITS.items() for field in fields}


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One field of both entries as it may be shown; `same` is true of sealed values that agree."""

    field: str
    unit: str
    first: str
    second: str
    same: bool
    level: str
    weight: float | None


@dataclass(frozen=True, slots=True)
class Things:
    """How many rows of a column each of the two has."""

    column: str
    first: int
    second: int


def compared(pair: DuplicatePair) -> list[ComparedField]:
    """Return the fields of a pair, masked, with what the score in force says of each."""
    weights = weights_on(timezone.localdate())
    found = {one.field: one for one in score(entry_of(pair.first), entry_of(pair.second), weights).reasons}
    return list(_fields(pair.first, pair.second, found))


def things(pair: DuplicatePair) -> list[Things]:
    """Return how much hangs on each entry, column by column; empty columns are left out."""
    found = []
    for column, _ in moving_columns():
        rows = column.model._default_manager.all()  # noqa: SLF001 - Django's way
        first, second = (rows.filter(**{column.attribute: key}).count() for key in (pair.first_id, pair.second_id))
        if first or second:
            found.append(Things(column.name, first, second))
    return found


def merge_between(pair: DuplicatePair) -> Merge | None:
    """Return the merge in force that made one of the two part of the other."""
    keys = (pair.first_id, pair.second_id)
    return Merge.objects.filter(survivor__in=keys, absorbed__in=keys, undone_at=None).first()


def note_comparison(actor: Actor, pair: DuplicatePair) -> None:
    """Write down that both entries were shown."""
    subjects = [(pair.pk, pair.first_id), (pair.pk, pair.second_id)]
    record_views(actor=actor, action="residents.duplicate.view", kind="duplicate_pair", subjects=subjects)


def _fields(first: Resident, second: Resident, found: dict[str, Reason]) -> Iterator[ComparedField]:
    one, other = known(first), known(second)
    for field in SHOWN:
        reason = found.get(field)
        yield ComparedField(
            field=field,
            unit=UNIT_OF[field],
            first=_shown(field, one[field]),
            second=_shown(field, other[field]),
            same=(one[field] or None) == (other[field] or None),
            level=reason.level if reason else "",
            weight=reason.weight if reason else None,
        )
    twins = found.get("twins")
    if twins is not None:
        yield ComparedField("twins", "identity", "", "", same=False, level=twins.level, weight=twins.weight)


def _shown(field: str, value: object) -> str:
    if value is None or value == "":
        return ""
    mask = MASKS.get(field)
    return mask(str(value)) if mask else str(value)
