"""Which fields of two entries the merged one has, and what un-merging gives back. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

UNITS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "identity": ("id_number", "sex", "birth_date"),
    "phone": ("phone",),
    "address": ("address",),
    "home": ("town_code", "village"),
    "death": ("deceased_on",),
}
"""What is chosen as one: number, sex and birth date belong together, for the number tells the other two."""

IDENTITY = UNITS["identity"]


def merged_fields(
    survivor: Mapping[str, Any], absorbed: Mapping[str, Any], taken: Collection[str], *, kinds: tuple[str, str]
) -> dict[str, Any]:
    """Return the fields of the merged entry: the survivor's, those of the units in `taken` from the absorbed one.

    `kinds` are the words for a person firmly known and for a temporary one: once known, always known.
    """
    fields = dict(survivor)
    for unit in taken:
        fields |= {field: absorbed[field] for field in UNITS[unit]}
    known, _ = kinds
    if known in {survivor["kind"], absorbed["kind"]} and fields["id_number"]:
        fields["kind"] = known
    return fields


def restored_fields(
    now: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], absorbed_number: str | None
) -> dict[str, Any]:
    """Return the survivor's fields after un-merging: as they were before, but what was changed since then is kept.

    A number that belongs to the absorbed entry goes back to it in any case, with sex and birth date.
    """
    fields = dict(now)
    for group in (*UNITS.values(), ("kind",)):
        untouched = all(now[field] == after[field] for field in group)
        borrowed = group is IDENTITY and absorbed_number is not None and now["id_number"] == absorbed_number
        if untouched or borrowed:
            fields |= {field: before[field] for field in group}
    return fields
