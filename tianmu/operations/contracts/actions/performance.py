"""Duties that no calendar brings: what was done under a standing clause, and limits that an event starts (5.1, 8.1)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE, end_of_day
from tianmu.operations.contracts.actions.evidence import Evidence, attach
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.errors import Code
from tianmu.operations.contracts.models import Contract, Duty
from tianmu.operations.contracts.permissions import Right
from tianmu.operations.contracts.rules.catalogue import obligations
from tianmu.operations.contracts.rules.duties import NOTED, due_after
from tianmu.operations.contracts.rules.periods import ContractYears
from tianmu.operations.contracts.rules.readings import readings_of
from tianmu.operations.contracts.selectors.contracts import contract_of, readings_in_force, terms_in_force


@transaction.atomic
def note_obligation(
    *,
    actor: Actor,
    contract_id: UUID,
    obligation: str,
    on: date,
    note: str,
    now: datetime,
    evidence: Sequence[Evidence] = (),
) -> Duty:
    """Note what happened on a day under an obligation that has no schedule of its own.

    Where the clause gives a limit from such a day (repay within ten days, prove within fifteen working days), the duty
    is open until it is fulfilled, and is called to mind; otherwise it is noted as done, and evidence goes with it.

    Raises:
        RefusedError: the actor does not fulfil duties here.
        TianmuError: there is no such obligation, or it has duties of its own periods (404); the day lies ahead or
            before the contract, or the note says nothing (422).

    """
    contract = contract_of(actor, contract_id, Right.FULFIL)
    one = obligations().get(obligation)
    if one is None or "duty" in one:
        detail = f"{obligation} has no entries of its own. Fulfil the duty of its period on the board."
        raise TianmuError(Code.DUTY_MISSING, detail, status=404)
    if not contract.signed <= on <= now.astimezone(ZONE).date():
        detail = f"Name a day from {contract.signed} to today."
        raise TianmuError(Code.EVIDENCE_MISSING, detail, status=422, fields={"on": "range"})
    if not note.strip():
        raise TianmuError(Code.EVIDENCE_MISSING, "Say what happened and what proves it.", status=422)
    Contract.objects.select_for_update().get(pk=contract.pk)
    terms = terms_in_force(contract)
    readings = readings_of(terms.readings, readings_in_force(contract))
    limit = due_after(one, on, readings, calendar_in_force(on))
    number = contract.duties.filter(obligation=obligation, period__startswith=NOTED).count() + 1
    duty = Duty.objects.create(
        contract=contract,
        obligation=obligation,
        period=f"{NOTED}{number}",
        title=one["zh"][:200],
        year=ContractYears.of(terms).of_day(max(on, contract.signed)),
        owner=one["owner"],
        first=on,
        due_at=limit or end_of_day(on),
        fulfilled_at=None if limit else min(now, end_of_day(on)),
        fulfilled_by="" if limit else actor.name,
        note=note[:1000],
    )
    attach(actor=actor, contract=contract, of=EvidenceOf.DUTY, of_id=duty.pk, evidence=evidence, now=now)
    record(
        actor=actor,
        action="contracts.obligation_noted",
        kind="contract",
        key=contract.pk,
        new={"obligation": obligation, "period": duty.period, "on": on.isoformat()},
        reason=note[:400],
    )
    return duty
