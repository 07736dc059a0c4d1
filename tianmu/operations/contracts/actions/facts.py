"""Recording what happened: a fact is an event of the case schema; a new revision replaces it, none is overwritten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.events.actions import publish
from tianmu.operations.contracts.actions.evidence import Evidence, attach
from tianmu.operations.contracts.choices import EvidenceOf, FineState
from tianmu.operations.contracts.errors import Code
from tianmu.operations.contracts.events import FactRecorded
from tianmu.operations.contracts.models import Contract, FactRevision, Fine
from tianmu.operations.contracts.permissions import CONTRACTS, Right
from tianmu.operations.contracts.rules.errors import CaseError
from tianmu.operations.contracts.rules.evaluation import digest_of
from tianmu.operations.contracts.rules.event_reader import event_of
from tianmu.operations.contracts.rules.readings import readings_of
from tianmu.operations.contracts.selectors.contracts import readings_in_force, terms_in_force

__all__ = ["Evidence", "record_fact", "withdraw_fact"]
Source = tuple[str, UUID]


@transaction.atomic
def record_fact(
    *,
    actor: Actor,
    contract_id: UUID,
    event: Mapping[str, Any],
    source: Source,
    now: datetime,
    evidence: Sequence[Evidence] = (),
    reason: str = "",
) -> FactRevision:
    """Record one event of the schema `tianmu.contract-case/1`, or its next revision; the same again changes nothing.

    Raises:
        MissingError: there is no such contract here.
        RefusedError: the actor may not record facts of it.
        TianmuError: the event is malformed (422), its kind differs from before, or it is settled (409).

    """
    contract = _for_recording(actor, contract_id)
    return put_fact(
        actor=actor, contract=contract, event=event, source=source, now=now, evidence=evidence, reason=reason
    )


def put_fact(
    *,
    actor: Actor,
    contract: Contract,
    event: Mapping[str, Any],
    source: Source,
    now: datetime,
    evidence: Sequence[Evidence] = (),
    reason: str = "",
) -> FactRevision:
    """Write the revision inside the transaction at hand; the caller has checked the right."""
    undecided = is_undecided(event)
    demand_well_formed(contract, event, undecided=undecided)
    Contract.objects.select_for_update().get(pk=contract.pk)
    latest = _latest(contract, event["id"])
    content = {key: value for key, value in event.items() if key != "expect"}
    sha256 = digest_of(content)
    if latest is not None and latest.sha256 == sha256 and not latest.withdrawn:
        attach(actor=actor, contract=contract, of=EvidenceOf.FACT, of_id=latest.pk, evidence=evidence, now=now)
        return latest
    if latest is not None:
        if latest.type != event["type"]:
            detail = f"{event['id']} is a fact of the kind {latest.type}. Give the new one another id."
            raise ConflictError(Code.FACT_TYPE, detail, type=latest.type)
        _demand_unsettled(contract, event["id"], reason)
    row = FactRevision.objects.create(
        contract=contract, event_id=event["id"], number=latest.number + 1 if latest else 1, type=event["type"],
        content=content, sha256=sha256, undecided=undecided, source_kind=source[0], source_id=source[1],
        reason=reason[:400], by=actor.name, at=now,
    )  # fmt: skip
    attach(actor=actor, contract=contract, of=EvidenceOf.FACT, of_id=row.pk, evidence=evidence, now=now)
    _tell(actor, contract, row, old=latest, now=now)
    return row


@transaction.atomic
def withdraw_fact(*, actor: Actor, contract_id: UUID, event_id: str, reason: str, now: datetime) -> FactRevision:
    """Withdraw a fact that was recorded by mistake or merged; it stays readable, and no longer counts.

    Raises:
        MissingError: there is no such contract or fact here.
        RefusedError: the actor may not record facts of it.
        TianmuError: no reason is given (422), or the fact is settled (409).

    """
    contract = _for_recording(actor, contract_id)
    Contract.objects.select_for_update().get(pk=contract.pk)
    latest = _latest(contract, event_id)
    if latest is None:
        raise TianmuError(Code.FACT_MISSING, f"There is no fact {event_id!r} in this contract.", status=404)
    if not reason.strip():
        raise TianmuError(Code.REASON_MISSING, "Say why the fact no longer counts.", status=422)
    if latest.withdrawn:
        return latest
    row = FactRevision.objects.create(
        contract=contract, event_id=event_id, number=latest.number + 1, type=latest.type, content=latest.content,
        sha256=latest.sha256, withdrawn=True, source_kind=latest.source_kind, source_id=latest.source_id,
        reason=reason[:400], by=actor.name, at=now,
    )  # fmt: skip
    _tell(actor, contract, row, old=latest, now=now)
    return row


def is_undecided(event: Mapping[str, Any]) -> bool:
    """Tell whether this is an unanswered holiday call whose amount A has yet to decide."""
    return (
        event.get("type") == "attendance" and event.get("kind") == "holiday_no_reply" and event.get("decided") is None
    )


def demand_well_formed(contract: Contract, event: Mapping[str, Any], *, undecided: bool = False) -> None:
    """Refuse an event that the engine could not judge.

    Raises:
        TianmuError: it is malformed; names the member and what to do.

    """
    terms = terms_in_force(contract)
    readings = readings_of(terms.readings, readings_in_force(contract))
    tried = {**event, "decided": str(terms.attendance.holiday_least)} if undecided else event
    try:
        event_of(tried, "event", terms, readings)
    except CaseError as error:
        raise malformed(error) from error


def malformed(error: CaseError) -> TianmuError:
    """Return the answer to a malformed case."""
    return TianmuError(error.code, f"{error.field}: {error.detail}", status=422, fields={error.field: error.detail})


def _for_recording(actor: Actor, contract_id: UUID) -> Contract:
    contract = Contract.objects.filter(pk=contract_id).first()
    if contract is None or not any(CONTRACTS.allows(actor, right, contract) for right in (Right.VIEW, Right.RECORD)):
        raise MissingError("contract")
    CONTRACTS.demand(actor, Right.RECORD, contract)
    return contract


def _latest(contract: Contract, event_id: str) -> FactRevision | None:
    return contract.facts.filter(event_id=event_id).order_by("-number").first()


def _demand_unsettled(contract: Contract, event_id: str, reason: str) -> None:
    if reason.strip():
        return
    if Fine.objects.filter(contract=contract, event_id=event_id, state=FineState.SETTLED).exists():
        detail = (
            f"{event_id} is in a signed statement. Say why it changes; then draft a statement that corrects that one."
        )
        raise ConflictError(Code.FACT_SETTLED, detail)


def _tell(actor: Actor, contract: Contract, row: FactRevision, *, old: FactRevision | None, now: datetime) -> None:
    record(
        actor=actor,
        action="contracts.fact_withdrawn" if row.withdrawn else "contracts.fact_recorded",
        kind="contract",
        key=contract.pk,
        old=None if old is None else {"number": old.number, "content": old.content},
        new={"event": row.event_id, "number": row.number, "content": row.content},
        reason=row.reason,
    )
    publish(FactRecorded(contract_id=contract.pk, event_id=row.event_id, type=row.type, at=now))
