"""The contract itself: its terms, readings and parties. Versions are added, never changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, RefusedError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.actions.duties import plan_duties
from tianmu.operations.contracts.actions.facts import malformed
from tianmu.operations.contracts.choices import Side
from tianmu.operations.contracts.errors import Code
from tianmu.operations.contracts.models import Contract, Party, ReadingsVersion, TermsVersion
from tianmu.operations.contracts.permissions import Right
from tianmu.operations.contracts.rules.errors import CaseError
from tianmu.operations.contracts.rules.evaluation import digest_of
from tianmu.operations.contracts.rules.readings import readings_of
from tianmu.operations.contracts.rules.terms import Terms, terms_of
from tianmu.operations.contracts.selectors.contracts import contract_of, terms_in_force

PARTY_FIELDS = ("name", "representative", "phone", "address", "bank", "bank_account", "tax_number")


@transaction.atomic
def create_contract(
    *, actor: Actor, title: str, path: str, terms: Mapping[str, Any], reason: str, now: datetime
) -> Contract:
    """Enter a contract with its terms; items that do not add up to the total are refused.

    Raises:
        RefusedError: the actor may not manage contracts at `path`.
        TianmuError: the terms are malformed (422), or the reference is taken (409).

    """
    if not actor.may(Right.MANAGE, path):
        raise RefusedError(Right.MANAGE, path)
    typed = _typed(terms)
    if Contract.objects.filter(ref=typed.ref).exists():
        raise ConflictError(
            Code.REF_TAKEN, f"There is a contract {typed.ref} already. Give this one its own reference."
        )
    contract = Contract.objects.create(ref=typed.ref, title=title, path=path, signed=typed.signed)
    _add_terms(actor, contract, terms, from_year=1, reason=reason, now=now)
    record(actor=actor, action="contracts.created", kind="contract", key=contract.pk, new={"ref": typed.ref})
    plan_duties(contract=contract, today=now.astimezone(ZONE).date())
    return contract


@transaction.atomic
def change_terms(
    *, actor: Actor, contract_id: UUID, terms: Mapping[str, Any], from_year: int, reason: str, now: datetime
) -> TermsVersion:
    """Add a version of the terms that holds from a contract year on; what was computed before keeps its version.

    Raises:
        RefusedError: the actor may not manage this contract.
        TianmuError: the terms are malformed, or belong to another contract (422).

    """
    contract = contract_of(actor, contract_id, Right.MANAGE)
    Contract.objects.select_for_update().get(pk=contract.pk)
    typed = _typed(terms)
    if typed.ref != contract.ref or typed.signed != contract.signed:
        detail = f"These terms are of {typed.ref}, signed {typed.signed}. A new contract is entered as its own."
        raise TianmuError(Code.REF_TAKEN, detail, status=422)
    return _add_terms(actor, contract, terms, from_year=from_year, reason=reason, now=now)


@transaction.atomic
def change_readings(
    *, actor: Actor, contract_id: UUID, values: Mapping[str, Any], reason: str, now: datetime
) -> ReadingsVersion:
    """Set how ambiguous points are read; the former version stays, open figures are computed by the new one.

    Raises:
        RefusedError: the actor may not manage this contract.
        TianmuError: a key or value is unknown, or no reason is given (422).

    """
    contract = contract_of(actor, contract_id, Right.MANAGE)
    Contract.objects.select_for_update().get(pk=contract.pk)
    _demand_reason(reason)
    try:
        readings_of(terms_in_force(contract).readings, values)
    except CaseError as error:
        raise malformed(error) from error
    old = contract.readings.order_by("-number").first()
    row = ReadingsVersion.objects.create(
        contract=contract,
        number=old.number + 1 if old else 1,
        values=dict(values),
        sha256=digest_of(dict(values)),
        reason=reason,
        by=actor.name,
        at=now,
    )
    record(
        actor=actor,
        action="contracts.readings_changed",
        kind="contract",
        key=contract.pk,
        old=old.values if old else {},
        new=row.values,
        reason=reason,
    )
    plan_duties(contract=contract, today=now.astimezone(ZONE).date())
    return row


@transaction.atomic
def enter_party(*, actor: Actor, contract_id: UUID, side: Side, values: Mapping[str, str | None]) -> Party:
    """Enter the data of a side; a field that is left out keeps its value.

    Raises:
        RefusedError: the actor may not manage this contract.

    """
    contract = contract_of(actor, contract_id, Right.MANAGE)
    Contract.objects.select_for_update().get(pk=contract.pk)
    party = Party.objects.filter(contract=contract, side=side).first()
    changed = {key: value for key, value in values.items() if key in PARTY_FIELDS}
    if party is None:
        party = Party(contract=contract, side=side, name="")
    else:
        party.version += 1
    for key, value in changed.items():
        setattr(party, key, value)
    party.save()
    record(
        actor=actor,
        action="contracts.party_entered",
        kind="contract",
        key=contract.pk,
        new={"side": side, "fields": sorted(changed)},
    )
    return party


@transaction.atomic
def reveal_party(*, actor: Actor, contract_id: UUID, side: Side, reason: str) -> Party | None:
    """Return the data of a side in clear, and note who looked and why.

    Raises:
        RefusedError: the actor may not see them.
        TianmuError: no reason is given.

    """
    contract = contract_of(actor, contract_id, Right.REVEAL)
    _demand_reason(reason)
    record(
        actor=actor,
        action="contracts.party_revealed",
        kind="contract",
        key=contract.pk,
        new={"side": side},
        reason=reason,
    )
    return Party.objects.filter(contract=contract, side=side).first()


def _typed(terms: Mapping[str, Any]) -> Terms:
    try:
        return terms_of(terms)
    except CaseError as error:
        raise malformed(error) from error


def _add_terms(
    actor: Actor, contract: Contract, terms: Mapping[str, Any], *, from_year: int, reason: str, now: datetime
) -> TermsVersion:
    _demand_reason(reason)
    last = contract.terms.aggregate(last=Max("number"))["last"] or 0
    row = TermsVersion.objects.create(
        contract=contract,
        number=last + 1,
        from_year=from_year,
        document=dict(terms),
        sha256=digest_of(dict(terms)),
        reason=reason,
        by=actor.name,
        at=now,
    )
    record(
        actor=actor,
        action="contracts.terms_added",
        kind="contract",
        key=contract.pk,
        new={"number": row.number, "from_year": from_year, "sha256": row.sha256},
        reason=reason,
    )
    return row


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise TianmuError(Code.REASON_MISSING, "Say why, in a sentence.", status=422)
