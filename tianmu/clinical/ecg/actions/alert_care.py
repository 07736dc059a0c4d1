"""Who looks after an open critical value: taking it, passing it on, silencing the alarm with a reason."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.alert_closing import EITHER
from tianmu.clinical.ecg.actions.alert_steps import Facts, locked_alert, write_step
from tianmu.clinical.ecg.actions.alert_telling import pass_to
from tianmu.clinical.ecg.actions.moving import demand_reason
from tianmu.clinical.ecg.models import Alert
from tianmu.clinical.ecg.rules.critical_loop import Step
from tianmu.clinical.ecg.selectors.alerts import colleagues_of
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError


@transaction.atomic
def take_alert(*, actor: Actor, alert_id: UUID, now: datetime) -> Alert:
    """Say that one looks after it; the clock runs on until the step itself is taken."""
    alert = locked_alert(EITHER, actor, alert_id)
    write_step(actor=actor, alert=alert, step=Step.TAKE, now=now, taken_by=actor.name)
    return alert


@transaction.atomic
def pass_on_alert(*, actor: Actor, alert_id: UUID, to: UUID, note: str, now: datetime) -> Alert:
    """Pass it on to a colleague, who is told.

    Raises:
        MissingError: the colleague may not act on this alert.

    """
    alert = locked_alert(EITHER, actor, alert_id)
    colleague = next((one for one in colleagues_of(actor, alert_id, now) if one.pk == to), None)
    if colleague is None:
        raise MissingError("colleague")
    facts = Facts(to_whom=colleague.name, text=note.strip())
    write_step(actor=actor, alert=alert, step=Step.PASS_ON, now=now, facts=facts, taken_by=colleague.name)
    pass_to(alert=alert, account_id=to, by=actor.name, note=note.strip())
    return alert


@transaction.atomic
def mute_alert(*, actor: Actor, alert_id: UUID, reason: str, now: datetime) -> Alert:
    """Write down that somebody silenced the alarm at her place, and why; it rings on everywhere else."""
    alert = locked_alert(EITHER, actor, alert_id)
    write_step(actor=actor, alert=alert, step=Step.MUTE, now=now, facts=Facts(text=demand_reason(reason)))
    return alert
