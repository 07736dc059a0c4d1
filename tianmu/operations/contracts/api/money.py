"""Payments of A and work outside of the agreed service."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.contracts.actions import money as actions
from tianmu.operations.contracts.api.ledger import YearQuery
from tianmu.operations.contracts.models import FactRevision
from tianmu.operations.contracts.presenters import fact_out
from tianmu.operations.contracts.rules.money import ZERO
from tianmu.operations.contracts.schemas.ledger import (
    ContractFactOut,
    ContractPaidOut,
    ExcuseIn,
    ExtraDecisionIn,
    ExtraIn,
    ExtraOut,
    PaymentIn,
    PaymentOut,
    money,
)
from tianmu.operations.contracts.selectors.contracts import contract_of, names_of_items, terms_in_force
from tianmu.operations.contracts.selectors.ledger import latest_facts, ledger

router = Router()


@router.get("/contracts/{contract_id}/payments", response={200: list[PaymentOut], **PROBLEMS})
def payments(request: HttpRequest, contract_id: UUID, query: Query[YearQuery]) -> list[PaymentOut]:
    """Return the instalments of a contract year and how far they are paid."""
    found = ledger(actor_of(request), contract_id, today=timezone.localdate(), year=query.year)
    terms = terms_in_force(found.contract, found.year)
    lines = {one.line.event: one.line.assessed for one in found.lines}
    rows = []
    for one in terms.instalments:
        event = f"payment-{found.year}-{one.number}"
        fact = found.facts.get(event)
        paid = fact.content["paid"] if fact else []
        amount = terms.instalment_amount(one.number)
        arrived = sum((Decimal(part["amount"]) for part in paid), ZERO)
        rows.append(
            PaymentOut(
                year=found.year,
                instalment=one.number,
                amount=money(amount),
                due=found.evaluation.due_dates[f"instalment_{one.number}"],
                paid=[ContractPaidOut(date=date.fromisoformat(p["date"]), amount=p["amount"]) for p in paid],
                left=money(max(amount - arrived, ZERO)),
                excused=fact.content.get("excused", []) if fact else [],
                assessed=money(lines.get(event, ZERO)),
                event=event,
                fact_id=fact.pk if fact else None,
            )
        )
    return rows


@router.post("/contracts/{contract_id}/payments", response={201: ContractFactOut, **PROBLEMS})
def record_payment(request: HttpRequest, contract_id: UUID, body: PaymentIn) -> Status[ContractFactOut]:
    """Record money that arrived."""
    row = actions.record_payment(
        actor=actor_of(request),
        contract_id=contract_id,
        year=body.year,
        instalment=body.instalment,
        day=body.date,
        amount=body.amount,
        now=timezone.now(),
    )
    return Status(201, fact_out(row, names_of_items(row.contract)))


@router.post("/contracts/{contract_id}/payments/excuse", response={200: ContractFactOut, **PROBLEMS})
def excuse_payment(request: HttpRequest, contract_id: UUID, body: ExcuseIn) -> ContractFactOut:
    """Record days on which a late payment does not count."""
    row = actions.excuse_payment(
        actor=actor_of(request),
        contract_id=contract_id,
        year=body.year,
        instalment=body.instalment,
        excused=actions.Excused(body.first, body.last, body.cause, body.notified, body.proved),
        now=timezone.now(),
    )
    return fact_out(row, names_of_items(row.contract))


@router.get("/contracts/{contract_id}/extras", response={200: list[ExtraOut], **PROBLEMS})
def extras(request: HttpRequest, contract_id: UUID) -> list[ExtraOut]:
    """Return the quotations of a contract."""
    facts = latest_facts(contract_of(actor_of(request), contract_id))
    return [extra_out(one) for one in facts.values() if one.type == "extra_work"]


@router.post("/contracts/{contract_id}/extras", response={201: ExtraOut, **PROBLEMS})
def propose_extra(request: HttpRequest, contract_id: UUID, body: ExtraIn) -> Status[ExtraOut]:
    """Quote work outside of the agreed service."""
    row = actions.propose_extra(
        actor=actor_of(request),
        contract_id=contract_id,
        year=body.year,
        title=body.title,
        amount=body.amount,
        now=timezone.now(),
    )
    return Status(201, extra_out(row))


@router.post("/contracts/{contract_id}/extras/{event}/decide", response={200: ExtraOut, **PROBLEMS})
def decide_extra(request: HttpRequest, contract_id: UUID, event: str, body: ExtraDecisionIn) -> ExtraOut:
    """Approve a quotation for A, or refuse it."""
    row = actions.decide_extra(
        actor=actor_of(request),
        contract_id=contract_id,
        event_id=event,
        approve=body.approve,
        reason=body.reason,
        now=timezone.now(),
    )
    return extra_out(row)


def extra_out(row: FactRevision) -> ExtraOut:
    """Return a quotation."""
    content = row.content
    decided = "reason" in content or content["approved"]
    approved = "approved" if content["approved"] else "refused"
    return ExtraOut(
        event=row.event_id,
        title=content.get("title", ""),
        amount=str(content["amount"]),
        year=content.get("year", 1),
        state=approved if decided else "quoted",
        reason=content.get("reason", ""),
        by=row.by,
        at=row.at,
        fact_id=row.pk,
    )
