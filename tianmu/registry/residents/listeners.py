"""What the residents room does when something has happened: it looks for duplicates and leads stragglers over."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from tianmu.foundation.events.listening import listens
from tianmu.registry.residents.duplicates import look_for_duplicates
from tianmu.registry.residents.events import ResidentChanged, ResidentRegistered, ResidentsMerged
from tianmu.registry.residents.merging import follow

COMPARED = frozenset({"name", "sex", "birth_date", "id_number", "phone", "address", "village"})


@listens(ResidentRegistered)
def compare_new_entry(fact: ResidentRegistered) -> None:
    """Compare somebody new with those who are there."""
    look(fact.resident_id, timezone.now())


@listens(ResidentChanged)
def compare_changed_entry(fact: ResidentChanged) -> None:
    """Compare somebody again when something changed that is compared."""
    if COMPARED & set(fact.fields):
        look(fact.resident_id, timezone.now())


@listens(ResidentsMerged)
def settle_merge(fact: ResidentsMerged) -> None:
    """Lead over what was written meanwhile, and compare the survivor, who knows more now."""
    follow(merge_id=fact.merge_id)
    look(fact.survivor_id, timezone.now())


def look(resident_id: UUID, now: datetime) -> None:
    """Look for the duplicates of one entry."""
    look_for_duplicates(resident_id=resident_id, now=now)
