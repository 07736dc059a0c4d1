"""Money that moves: payments of A with vouchers and excused days, and work outside of the agreed service (3.3, 3.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.calendars.worktime import end_of_day
from tianmu.operations.contracts.actions.evidence import Evidence
from tianmu.operations.contracts.actions.facts import put_fact
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.errors import Code
from tianmu.operations.contracts.models import Contract, Duty, FactRevision, Renewal
from tianmu.operations.contracts.permissions import Right
from tianmu.operations.contracts.rules.money import ZERO
from tianmu.operations.contracts.selectors.contracts import contract_of, terms_in_force
from tianmu.operations.contracts.selectors.ledger import latest_facts

PAYMENT_DUTY = {1: "O-008", 2: "O-009"}


@dataclass(frozen=True, slots=True)
class Excused:
    """Days on which a late payment does not count, and why."""

    first: date
    last: date
    cause: str
    notified: date | None = None
    proved: date | None = None


@transaction.atomic
def record_payment(
    *,
    actor: Actor,
    contract_id: UUID,
    year: int,
    instalment: int,
    day: date,
    amount: str,
    now: datetime,
    evidence: Sequence[Evidence] = (),
) -> FactRevision:
    """Record money that arrived; when the instalment is whole, its duty is done.

    Raises:
        RefusedError: the actor does not record payments of A.
        TianmuError: the amount or instalment is malformed (422), or the renewed year is not signed (409, R-15).

    """
    contract = _locked(actor, contract_id, Right.PAY)
    _demand_renewed(contract, year)
    event = _payment(contract, year, instalment)
    event["paid"] = [*event["paid"], {"date": day.isoformat(), "amount": amount}]
    fact = put_fact(actor=actor, contract=contract, event=event, source=_own(contract), now=now, evidence=evidence)
    paid = sum((Decimal(one["amount"]) for one in event["paid"]), ZERO)
    if paid >= terms_in_force(contract, year).instalment_amount(instalment):
        last = max(date.fromisoformat(one["date"]) for one in event["paid"])
        duty = Duty.objects.filter(
            contract=contract, obligation=PAYMENT_DUTY.get(instalment, ""), period=f"year-{year}", fulfilled_at=None
        )
        duty.update(
            fulfilled_at=end_of_day(last), fulfilled_by=actor.name, source_kind=EvidenceOf.FACT, source_id=fact.pk
        )
    return fact


@transaction.atomic
def excuse_payment(
    *, actor: Actor, contract_id: UUID, year: int, instalment: int, excused: Excused, now: datetime
) -> FactRevision:
    """Record days on which a late payment does not count: through B, force majeure, or the fiscal appropriation.

    Raises:
        RefusedError: the actor does not decide for A.
        TianmuError: the days or the cause are malformed.

    """
    contract = _locked(actor, contract_id, Right.PAY)
    event = _payment(contract, year, instalment)
    row: dict[str, Any] = {
        "from": excused.first.isoformat(),
        "to": excused.last.isoformat(),
        "cause": excused.cause,
    }
    if excused.cause == "force_majeure":
        row["notified"] = excused.notified.isoformat() if excused.notified else None
        row["proved"] = excused.proved.isoformat() if excused.proved else None
    event["excused"] = [*event.get("excused", []), row]
    return put_fact(actor=actor, contract=contract, event=event, source=_own(contract), now=now)


@transaction.atomic
def propose_extra(
    *, actor: Actor, contract_id: UUID, year: int, title: str, amount: str, now: datetime
) -> FactRevision:
    """Quote work outside of the agreed service; it costs nothing until A approves it in writing.

    Raises:
        RefusedError: the actor may not record facts here.
        TianmuError: the amount is malformed.

    """
    contract = _locked(actor, contract_id, Right.RECORD)
    number = contract.facts.filter(type="extra_work", number=1).count() + 1
    event = {
        "id": f"extra-{year}-{number}",
        "type": "extra_work",
        "amount": amount,
        "approved": False,
        "title": title,
        "year": year,
    }
    return put_fact(actor=actor, contract=contract, event=event, source=_own(contract), now=now)


@transaction.atomic
def decide_extra(
    *, actor: Actor, contract_id: UUID, event_id: str, approve: bool, reason: str, now: datetime
) -> FactRevision:
    """Approve quoted work, or refuse it; what is refused is not billable (10.2).

    Raises:
        RefusedError: the actor does not approve for A.
        TianmuError: no such quotation waits (409), or no reason is given (422).

    """
    contract = _locked(actor, contract_id, Right.APPROVE_EXTRA)
    fact = latest_facts(contract).get(event_id)
    if fact is None or fact.type != "extra_work" or "reason" in fact.content:
        raise ConflictError(Code.EXTRA_STATE, f"No quotation {event_id!r} waits for a decision.")
    if not reason.strip():
        raise TianmuError(Code.REASON_MISSING, "Say why, or name the supplement that was signed.", status=422)
    event = {**fact.content, "approved": approve, "reason": reason[:200]}
    return put_fact(actor=actor, contract=contract, event=event, source=_own(contract), now=now, reason=reason)


def _locked(actor: Actor, contract_id: UUID, right: Right) -> Contract:
    contract = contract_of(actor, contract_id, right)
    return Contract.objects.select_for_update().get(pk=contract.pk)


def _payment(contract: Contract, year: int, instalment: int) -> dict[str, Any]:
    name = f"payment-{year}-{instalment}"
    known = latest_facts(contract).get(name)
    fresh = {"id": name, "type": "payment", "year": year, "instalment": instalment, "paid": []}
    return dict(known.content) if known else fresh


def _own(contract: Contract) -> tuple[str, UUID]:
    return "contract", contract.pk


def _demand_renewed(contract: Contract, year: int) -> None:
    if year > 1 and not Renewal.objects.filter(contract=contract, year=year).exists():
        detail = f"The renewal contract of year {year} is not signed. Upload it first; then its fee is due."
        raise ConflictError(Code.RENEWAL_UNSIGNED, detail, year=year)
