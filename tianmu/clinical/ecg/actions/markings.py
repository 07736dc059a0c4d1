"""Keeping the calipers that a reader has put on a recording."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.models import Marking
from tianmu.clinical.ecg.permissions import AT_CENTRE, Right
from tianmu.clinical.ecg.selectors.orders import recording_of
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record


@transaction.atomic
def save_marking(
    *, actor: Actor, recording_id: UUID, calipers: Sequence[Mapping[str, Any]], now: datetime
) -> Marking | None:
    """Keep the actor's calipers in place of her earlier ones; none at all takes them away."""
    recording = recording_of(actor, recording_id)
    AT_CENTRE.demand(actor, Right.WRITE, recording.order)
    account = actor.demand_account()
    row = Marking.objects.select_for_update().filter(recording=recording, account_id=account).first()
    old = len(row.calipers) if row else 0
    if not calipers:
        if row:
            row.delete()
        row = None
    else:
        row = row or Marking(recording=recording, account_id=account)
        row.name, row.saved_at, row.calipers = actor.name, now, [dict(one) for one in calipers]
        row.save()
    record(
        actor=actor,
        action="ecg.recording.mark",
        kind="ecg_recording",
        key=recording.pk,
        person_id=recording.order.patient_id,
        old={"calipers": old},
        new={"calipers": len(calipers)},
    )
    return row
