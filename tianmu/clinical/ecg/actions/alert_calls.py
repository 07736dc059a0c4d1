"""The call list of critical values: who was phoned when, whether she answered, what she read back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.alert_steps import Facts, locked_alert, write_step
from tianmu.clinical.ecg.actions.alerts import CONFIRMS
from tianmu.clinical.ecg.actions.moving import demand_reason
from tianmu.clinical.ecg.choices import AlertState, CallPurpose, CallState
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Alert, AlertCall
from tianmu.clinical.ecg.rules.critical_loop import Step
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of a call: nobody answered, or who did and what she read back."""

    answered: bool
    spoke_to: str = ""
    read_back: str = ""
    note: str = ""


@transaction.atomic
def note_call(*, actor: Actor, call_id: UUID, spoken: Spoken, now: datetime) -> AlertCall:
    """Write down a call; read back by the point on the phone, it counts as its acknowledgement.

    Raises:
        ConflictError: the entry is completed already.

    """
    alert_id = AlertCall.objects.filter(pk=call_id).values_list("alert_id", flat=True).first()
    if alert_id is None:
        raise MissingError("call")
    alert = locked_alert(CONFIRMS, actor, alert_id)
    call = AlertCall.objects.select_for_update().get(pk=call_id)
    if call.state != CallState.OPEN:
        raise ConflictError(Code.CALL_DONE, "This call is done already, or no longer needed.", state=call.state)
    call.tries += 1
    call.note = spoken.note.strip()
    said = spoken.read_back.strip() or spoken.note.strip()
    if spoken.answered:
        call.state, call.done_by, call.done_at = CallState.ANSWERED, actor.name, now
        call.spoke_to, call.read_back = demand_reason(spoken.spoke_to)[:80], spoken.read_back.strip()
    call.version += 1
    call.save()
    outcome = "answered" if spoken.answered else "unanswered"
    facts = Facts(means="call", level=outcome, to_whom=call.spoke_to or call.to_name, text=said)
    write_step(actor=actor, alert=alert, step=Step.CALL, now=now, facts=facts)
    if spoken.answered and call.purpose == CallPurpose.NOTIFY:
        _told_by_phone(actor, alert, call, now)
    return call


def _told_by_phone(actor: Actor, alert: Alert, call: AlertCall, now: datetime) -> None:
    facts = Facts(means="call", to_whom=call.spoke_to)
    by = [*alert.notified_by, "call"]
    write_step(actor=actor, alert=alert, step=Step.NOTIFY, now=now, facts=facts, notified_by=list(dict.fromkeys(by)))
    if call.read_back and alert.state == AlertState.NOTIFIED:
        heard = Facts(means="call", to_whom=call.spoke_to, text=call.read_back)
        columns = {"acknowledged_by": call.spoke_to, "read_back": call.read_back}
        write_step(actor=actor, alert=alert, step=Step.ACKNOWLEDGE, now=now, facts=heard, **columns)
