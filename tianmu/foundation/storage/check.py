"""Comparing what tables say is stored with what is: missing, rotten and unclaimed files."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings

from tianmu.foundation.storage.store import FolderStore, StorageError


@dataclass(frozen=True, slots=True)
class StorageReport:
    """What a check found, by address."""

    files: int
    missing: tuple[str, ...]
    rotten: tuple[str, ...]
    unclaimed: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Tell whether nothing that a table names is missing or rotten; unclaimed files do no harm."""
        return not self.missing and not self.rotten


def claimed() -> Iterator[str]:
    """Yield every address that a table names (setting `STORED_COLUMNS`: "app.Model.column")."""
    for described in settings.STORED_COLUMNS:
        label, _, column = described.rpartition(".")
        rows = apps.get_model(label)._default_manager.exclude(**{column: ""})  # noqa: SLF001 - Django's way
        yield from rows.values_list(column, flat=True).distinct().iterator(chunk_size=5_000)


def check_storage(store: FolderStore, *, read: bool) -> StorageReport:
    """Look for every claimed file; with `read`, read each one and compare it with its address."""
    wanted, here = set(claimed()), set(store.addresses())
    rotten = tuple(one for one in sorted(wanted & here) if read and not _is_whole(store, one))
    return StorageReport(len(here), tuple(sorted(wanted - here)), rotten, tuple(sorted(here - wanted)))


def _is_whole(store: FolderStore, address: str) -> bool:
    try:
        store.get(address)
    except StorageError:
        return False
    return True
