"""One person, several keys: from an old key to the person, and from the person to every key she has had."""

from collections.abc import Iterable
from uuid import UUID

from tianmu.foundation.access.errors import ConflictError
from tianmu.registry.residents.errors import Code
from tianmu.registry.residents.models import Resident

MOST_STEPS = 50


def resolve(key: UUID) -> UUID:
    """Return the key under which a person is kept now; a key that was never merged is its own answer."""
    for _ in range(MOST_STEPS):
        following = Resident.objects.filter(pk=key).values_list("merged_into_id", flat=True).first()
        if following is None:
            return key
        key = following
    return key


def known(key: UUID) -> UUID | None:
    """Return the key under which the person behind a key is kept now; None when the register has nobody of that key."""
    found = resolve(key)
    return found if Resident.objects.filter(pk=found).exists() else None


def keys_of(key: UUID) -> tuple[UUID, ...]:
    """Return every key of a person: her own first, then those of all entries that were merged into it."""
    found, fresh = [key], [key]
    while fresh:
        fresh = list(Resident.objects.filter(merged_into__in=fresh).order_by("pk").values_list("pk", flat=True))
        found += fresh
    return tuple(found)


def locked(keys: Iterable[UUID]) -> dict[UUID, Resident]:
    """Return people under their row locks, taken in the order of the keys so that nobody waits in a circle."""
    rows = Resident.objects.select_for_update(of=("self",)).select_related("register_unit__unit")
    return {row.pk: row for row in rows.filter(pk__in=sorted(set(keys))).order_by("pk")}


def demand_unmerged(row: Resident) -> None:
    """Refuse to work on an entry that is part of another one by now.

    Raises:
        ConflictError: it was merged; `into` is the entry that holds everything.

    """
    if row.merged_into_id is not None:
        detail = "This entry was merged into another one meanwhile. Open that one."
        raise ConflictError(Code.MERGED_ALREADY, detail, into=str(resolve(row.pk)))
