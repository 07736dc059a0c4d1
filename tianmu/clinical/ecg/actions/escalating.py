"""The scan of open critical values: every level of the ladder that is due is told, once, however late the scan is."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.alert_steps import hold, log_of, loop_rules
from tianmu.clinical.ecg.actions.alert_telling import NEWS, escalate_to
from tianmu.clinical.ecg.models import Alert
from tianmu.clinical.ecg.rules.critical_loop import read_loop
from tianmu.foundation.access.actor import Actor

MOST_AT_ONCE = 500


def escalate_due(*, actor: Actor, now: datetime) -> int:
    """Tell the levels that are due of every open alert; return how many were told."""
    due = Alert.objects.filter(next_call_at__lte=now).order_by("next_call_at").values_list("pk", "order_id")
    return sum(escalate_one(actor=actor, alert_id=key, order_id=order, now=now) for key, order in due[:MOST_AT_ONCE])


@transaction.atomic
def escalate_one(*, actor: Actor, alert_id: UUID, order_id: UUID, now: datetime) -> int:
    """Tell the levels that are due of one alert; what is overdue for more than a day is no news any more."""
    alert = hold(alert_id, order_id)
    if alert.next_call_at is None or alert.next_call_at > now:
        return 0
    calls = read_loop(log_of(alert), loop_rules(alert), now).calls
    if now - alert.next_call_at > NEWS or not calls:
        Alert.objects.filter(pk=alert.pk).update(next_call_at=None)
        return 0
    for call in calls:
        escalate_to(actor=actor, alert=alert, call=call, now=now)
    return len(calls)
