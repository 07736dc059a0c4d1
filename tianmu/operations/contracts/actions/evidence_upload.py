"""Uploading a file that proves something of a contract."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record
from tianmu.operations.contracts.actions.evidence import Evidence, attach
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.models import EvidenceItem
from tianmu.operations.contracts.permissions import Right
from tianmu.operations.contracts.selectors.contracts import contract_of
from tianmu.operations.contracts.selectors.evidence import subject_in

RIGHTS = {
    EvidenceOf.FACT: Right.RECORD,
    EvidenceOf.DUTY: Right.FULFIL,
    EvidenceOf.NOTICE: Right.MANAGE,
    EvidenceOf.RENEWAL: Right.MANAGE,
}


@transaction.atomic
def add_evidence(
    *,
    actor: Actor,
    contract_id: UUID,
    of: EvidenceOf,
    of_id: UUID,
    file: Callable[[], Evidence],
    note: str,
    now: datetime,
) -> EvidenceItem:
    """Attach a file; it is stored only once the right and the thing are known. The same file again adds nothing.

    Raises:
        MissingError: the contract has no such thing.
        RefusedError: the actor may not add evidence to it.
        TianmuError: the file is empty, too large or of a kind that nobody can check.

    """
    contract = contract_of(actor, contract_id, RIGHTS[of])
    subject_in(contract, of, of_id)
    kept = replace(file(), note=note)
    made = attach(actor=actor, contract=contract, of=of, of_id=of_id, evidence=[kept], now=now)
    if not made:
        return EvidenceItem.objects.get(of=of, of_id=of_id, name=kept.name, sha256=kept.sha256, note=kept.note)
    record(
        actor=actor,
        action="contracts.evidence_added",
        kind="contract",
        key=contract.pk,
        new={"of": of, "of_id": str(of_id), "name": kept.name, "sha256": kept.sha256},
    )
    return made[0]
