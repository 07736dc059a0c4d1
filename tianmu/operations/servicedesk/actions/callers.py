"""Who calls: telephone numbers of institutions, found by keyed hash; and which institutions use which sub-system."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record
from tianmu.foundation.db.sealed import blind_hash
from tianmu.operations.servicedesk.models import CallerNumber, SubsystemUse
from tianmu.operations.servicedesk.permissions import Right
from tianmu.registry.organizations.models import Organization

PURPOSE = "servicedesk.caller"


def digits_of(phone: str) -> str:
    """Return a number as it is compared: digits alone, without the country's code or a trunk zero."""
    digits = "".join(character for character in phone if character.isdigit())
    return digits.removeprefix("0086").removeprefix("86").lstrip("0")


def phone_hash(phone: str) -> bytes:
    """Return the keyed hash by which a caller is found."""
    return blind_hash(digits_of(phone), PURPOSE)


@transaction.atomic
def save_caller(*, actor: Actor, phone: str, name: str, institution: Organization) -> CallerNumber:
    """Keep whose number this is; the same number again replaces what was said of it."""
    actor.demand(Right.MANAGE)
    row, _ = CallerNumber.objects.update_or_create(
        phone_hash=phone_hash(phone),
        defaults={"phone": phone[:40], "name": name.strip()[:80], "institution": institution},
    )
    record(actor=actor, action="servicedesk.caller.saved", kind="caller", key=row.pk, new={"name": row.name})
    return row


@transaction.atomic
def set_users(*, actor: Actor, subsystem: str, institutions: Iterable[UUID]) -> int:
    """Say which institutions use a sub-system; return how many."""
    actor.demand(Right.MANAGE)
    wanted = set(institutions)
    for place in Organization.objects.select_related("unit").filter(pk__in=wanted):
        actor.demand(Right.MANAGE, place.path)
    SubsystemUse.objects.filter(subsystem=subsystem).exclude(institution_id__in=wanted).delete()
    rows = [SubsystemUse(subsystem=subsystem, institution_id=one) for one in sorted(wanted)]
    SubsystemUse.objects.bulk_create(rows, ignore_conflicts=True)
    new = {"subsystem": subsystem, "institutions": len(wanted)}
    record(actor=actor, action="servicedesk.users.set", kind="subsystem", key=None, new=new)
    return len(wanted)
