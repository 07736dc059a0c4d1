"""Closing a critical value out of the ordinary: one person asks with a reason, another agrees; and the review after."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.alert_steps import Facts, locked_alert, write_step
from tianmu.clinical.ecg.actions.moving import demand_reason
from tianmu.clinical.ecg.choices import Verdict
from tianmu.clinical.ecg.models import Alert
from tianmu.clinical.ecg.permissions import AT_CENTRE, AT_ORIGIN, Right
from tianmu.clinical.ecg.rules.critical_loop import Step
from tianmu.foundation.access.actor import Actor

EITHER = ((AT_CENTRE, Right.CONFIRM_ALERT), (AT_ORIGIN, Right.ACKNOWLEDGE_ALERT))
REVIEWS = ((AT_CENTRE, Right.REVIEW_ALERT),)


@transaction.atomic
def ask_to_close(*, actor: Actor, alert_id: UUID, reason: str, now: datetime) -> Alert:
    """Ask to close an alert whose steps cannot be taken (the patient has left, the recording is of another)."""
    alert, why = locked_alert(EITHER, actor, alert_id), demand_reason(reason)
    columns = {"close_asked_by": actor.name, "close_asked_account": actor.account_id, "close_reason": why}
    write_step(actor=actor, alert=alert, step=Step.ASK_CLOSE, now=now, facts=Facts(text=why), **columns)
    return alert


@transaction.atomic
def answer_close(*, actor: Actor, alert_id: UUID, agree: bool, reason: str, now: datetime) -> Alert:
    """Agree that an alert is closed, as another person than the one who asked, or decline.

    Raises:
        ConflictError: nobody asked, or the actor herself did.

    """
    alert = locked_alert(EITHER, actor, alert_id)
    if agree:
        write_step(actor=actor, alert=alert, step=Step.AGREE_CLOSE, now=now, facts=Facts(text=reason.strip()))
        return alert
    facts = Facts(text=demand_reason(reason))
    columns = {"close_asked_by": "", "close_asked_account": None, "close_reason": ""}
    write_step(actor=actor, alert=alert, step=Step.DECLINE_CLOSE, now=now, facts=facts, **columns)
    return alert


@transaction.atomic
def review_alert(*, actor: Actor, alert_id: UUID, verdict: Verdict, note: str, now: datetime) -> Alert:
    """Say after the end whether the loop was kept."""
    alert = locked_alert(REVIEWS, actor, alert_id)
    said = demand_reason(note) if verdict is not Verdict.PROPER else note.strip()
    columns = {"reviewed_by": actor.name, "reviewed_at": now, "verdict": verdict}
    facts = Facts(text=f"{verdict.label} {said}".strip())
    write_step(actor=actor, alert=alert, step=Step.REVIEW, now=now, facts=facts, **columns)
    return alert
