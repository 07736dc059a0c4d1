"""Reminders of opinions that are due: at half, at four fifths and at the end of their time, each once."""

from datetime import datetime

from django.db import transaction

from tianmu.clinical.ecg.actions.consultations.moving import limits_at
from tianmu.clinical.ecg.models import Invitation
from tianmu.clinical.ecg.rules.consultation import WAITED_FOR, percent_gone, reminder_owed
from tianmu.foundation.messages.actions import send


@transaction.atomic
def remind_experts(*, now: datetime) -> int:
    """Remind the experts who are waited for, and the asker once time is up; return how many were reminded."""
    rows = Invitation.objects.select_for_update(of=("self",), skip_locked=True).select_related("consultation")
    count = 0
    for one in rows.filter(state__in=WAITED_FOR, consultation__state="open"):
        limits, _ = limits_at(one.consultation.centre_path, now)
        step = reminder_owed(limits, percent_gone(one.invited_at, one.due_at, now), one.reminded_percent)
        if not step:
            continue
        one.reminded_percent = step
        one.save(update_fields=["reminded_percent"])
        told = {one.expert_id, one.consultation.asker_id} if step >= 100 else {one.expert_id}
        send(
            account_ids=told,
            topic="ecg.consultation_due",
            facts={"number": one.consultation.number, "expert": one.name, "percent": step},
            link=("ecg_consultation", one.consultation_id),
            once=f"ecg.consultation:{one.pk}:{step}",
        )
        count += 1
    return count
