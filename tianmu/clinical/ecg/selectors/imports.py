"""What is known of a file before it is sent: whether it is here already, and whose it may be."""

from collections.abc import Sequence

from django.utils import timezone

from tianmu.clinical.ecg.engine.recording import PatientFields
from tianmu.clinical.ecg.models import Order, StoredRecording
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.foundation.access.actor import Actor
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.selectors import match_by_id_number, residents, search

MOST_MATCHES = 5


def duplicate_of(actor: Actor, sha256: str) -> Order | None:
    """Return the order that holds these bytes already, if the actor may see it."""
    row = StoredRecording.objects.filter(sha256=sha256, active=True).first()
    if row is None:
        return None
    rows = Order.objects.select_related("patient", "origin__unit", "centre__unit", "device")
    return ORDERS.rows(actor, Right.VIEW, rows).filter(pk=row.order_id).first()


def persons_matching(actor: Actor, fields: PatientFields) -> Sequence[Resident]:
    """Return the people in the actor's scope whom a file may be of: by id number, else by name and birth date."""
    today = timezone.localdate()
    named = match_by_id_number(fields.identifier, today) if fields.identifier else None
    if named is not None:
        return list(residents(actor).filter(pk=named.pk))
    name = "".join(part for part in (fields.family_name, fields.given_name) if part).strip()
    if not name:
        return []
    rows = search(actor, name, today)
    if fields.birth_date:
        rows = rows.filter(birth_date=fields.birth_date)
    return list(rows[:MOST_MATCHES])
