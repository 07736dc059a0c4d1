"""The ledger of a contract year, its lines, what the parties do with them, and the facts behind them."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.contracts.actions import fines
from tianmu.operations.contracts.actions.facts import record_fact, withdraw_fact
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.models import FineStep
from tianmu.operations.contracts.presenters import evidence_out, fact_out, line_fields, line_out
from tianmu.operations.contracts.rules.money import ZERO
from tianmu.operations.contracts.schemas.ledger import (
    ContractCapOut,
    ContractFactIn,
    ContractFactOut,
    ContractLineDetail,
    ContractReasonIn,
    ContractRevisionOut,
    ContractStepOut,
    DisputeAnswerIn,
    HolidayIn,
    LedgerOut,
    UndecidedOut,
    money,
)
from tianmu.operations.contracts.selectors.contracts import contract_of, names_of_items, terms_in_force
from tianmu.operations.contracts.selectors.evidence import evidence_of
from tianmu.operations.contracts.selectors.ledger import Ledger, fact_revisions, ledger, line_of

router = Router()


class YearQuery(Schema):
    """Which contract year; the current one unless named."""

    year: int | None = Field(None, ge=1, le=100)


class FactQuery(PageQuery):
    """Which facts to list."""

    type: str = Field("", max_length=20)
    event: str = Field("", max_length=60)


@router.get("/contracts/{contract_id}/ledger", response={200: LedgerOut, **PROBLEMS})
def year_ledger(request: HttpRequest, contract_id: UUID, query: Query[YearQuery]) -> LedgerOut:
    """Return a contract year in money: lines, running sum, cap, totals, flags."""
    found = ledger(actor_of(request), contract_id, today=timezone.localdate(), year=query.year)
    result = found.evaluation.as_json()
    rule = terms_in_force(found.contract, found.year).attendance
    return LedgerOut(
        contract_id=found.contract.pk,
        year=found.year,
        years=found.years,
        as_of=found.evaluation.case.as_of,
        cap=_cap(found),
        totals=result["totals"],
        flags=result["flags"],
        warnings=result["warnings"],
        undecided=[
            UndecidedOut(
                event=one.event_id,
                at=one.content["at"],
                least=money(rule.holiday_least),
                most=money(rule.holiday_most),
            )
            for one in found.undecided
        ],
        lines=[line_out(one, found.names) for one in found.lines],
    )


@router.get("/contracts/{contract_id}/lines/{line_id}", response={200: ContractLineDetail, **PROBLEMS})
def line(request: HttpRequest, contract_id: UUID, line_id: UUID, query: Query[YearQuery]) -> ContractLineDetail:
    """Return a line down to its events, files and steps."""
    return _detail(actor_of(request), contract_id, line_id, query.year)


@router.post("/contracts/{contract_id}/lines/{line_id}/hear", response={200: ContractLineDetail, **PROBLEMS})
def hear(
    request: HttpRequest, contract_id: UUID, line_id: UUID, query: Query[YearQuery], body: ContractReasonIn
) -> ContractLineDetail:
    """Write down what B says."""
    actor = actor_of(request)
    fines.hear(actor=actor, contract_id=contract_id, key=line_id, year=query.year, text=body.text, now=timezone.now())
    return _detail(actor, contract_id, line_id, query.year)


@router.post("/contracts/{contract_id}/lines/{line_id}/decide", response={200: ContractLineDetail, **PROBLEMS})
def decide(
    request: HttpRequest, contract_id: UUID, line_id: UUID, query: Query[YearQuery], body: ContractReasonIn
) -> ContractLineDetail:
    """Decide for A that the line is claimed."""
    return _decided(request, contract_id, line_id, query.year, body.text, waive=False)


@router.post("/contracts/{contract_id}/lines/{line_id}/waive", response={200: ContractLineDetail, **PROBLEMS})
def waive(
    request: HttpRequest, contract_id: UUID, line_id: UUID, query: Query[YearQuery], body: ContractReasonIn
) -> ContractLineDetail:
    """Decide for A that the line is not claimed."""
    return _decided(request, contract_id, line_id, query.year, body.text, waive=True)


@router.post("/contracts/{contract_id}/lines/{line_id}/dispute", response={200: ContractLineDetail, **PROBLEMS})
def dispute(
    request: HttpRequest, contract_id: UUID, line_id: UUID, query: Query[YearQuery], body: ContractReasonIn
) -> ContractLineDetail:
    """Dispute a decided line for B."""
    actor = actor_of(request)
    fines.dispute(
        actor=actor, contract_id=contract_id, key=line_id, year=query.year, text=body.text, now=timezone.now()
    )
    return _detail(actor, contract_id, line_id, query.year)


@router.post("/contracts/{contract_id}/lines/{line_id}/answer-dispute", response={200: ContractLineDetail, **PROBLEMS})
def answer_dispute(
    request: HttpRequest, contract_id: UUID, line_id: UUID, query: Query[YearQuery], body: DisputeAnswerIn
) -> ContractLineDetail:
    """Answer a dispute for A."""
    actor = actor_of(request)
    fines.answer_dispute(
        actor=actor,
        contract_id=contract_id,
        key=line_id,
        year=query.year,
        accept=body.accept,
        text=body.text,
        now=timezone.now(),
    )
    return _detail(actor, contract_id, line_id, query.year)


@router.post(
    "/contracts/{contract_id}/lines/{line_id}/withdraw-dispute", response={200: ContractLineDetail, **PROBLEMS}
)
def withdraw_dispute(
    request: HttpRequest, contract_id: UUID, line_id: UUID, query: Query[YearQuery], body: ContractReasonIn
) -> ContractLineDetail:
    """Withdraw B's dispute."""
    actor = actor_of(request)
    fines.withdraw_dispute(
        actor=actor, contract_id=contract_id, key=line_id, year=query.year, text=body.text, now=timezone.now()
    )
    return _detail(actor, contract_id, line_id, query.year)


@router.post("/contracts/{contract_id}/holiday-calls/{event}", response={200: ContractFactOut, **PROBLEMS})
def decide_holiday_call(request: HttpRequest, contract_id: UUID, event: str, body: HolidayIn) -> ContractFactOut:
    """Set the amount of an unanswered holiday call."""
    row = fines.decide_holiday_call(
        actor=actor_of(request),
        contract_id=contract_id,
        event_id=event,
        amount=body.amount,
        reason=body.reason,
        now=timezone.now(),
    )
    return fact_out(row, names_of_items(row.contract))


@router.get("/contracts/{contract_id}/facts", response={200: Page[ContractFactOut], **PROBLEMS})
def facts(request: HttpRequest, contract_id: UUID, query: Query[FactQuery]) -> Page[ContractFactOut]:
    """List revisions of facts, the newest first."""
    found = contract_of(actor_of(request), contract_id)
    rows = fact_revisions(found, kind=query.type, event=query.event)
    names = names_of_items(found)
    return page(rows, [Order("id", descending=True)], query, lambda row: fact_out(row, names), count=True)


@router.post("/contracts/{contract_id}/facts", response={201: ContractFactOut, **PROBLEMS})
def enter_fact(request: HttpRequest, contract_id: UUID, body: ContractFactIn) -> Status[ContractFactOut]:
    """Enter a fact by hand."""
    row = record_fact(
        actor=actor_of(request),
        contract_id=contract_id,
        event=body.event,
        source=("contract", contract_id),
        now=timezone.now(),
        reason=body.reason,
    )
    return Status(201, fact_out(row, names_of_items(row.contract)))


@router.post("/contracts/{contract_id}/facts/{event}/withdraw", response={200: ContractFactOut, **PROBLEMS})
def take_fact_back(request: HttpRequest, contract_id: UUID, event: str, body: ContractReasonIn) -> ContractFactOut:
    """Withdraw a fact that was recorded by mistake."""
    row = withdraw_fact(
        actor=actor_of(request), contract_id=contract_id, event_id=event, reason=body.text, now=timezone.now()
    )
    return fact_out(row, names_of_items(row.contract))


def _decided(
    request: HttpRequest, contract_id: UUID, key: UUID, year: int | None, text: str, *, waive: bool
) -> ContractLineDetail:
    actor = actor_of(request)
    fines.decide(actor=actor, contract_id=contract_id, key=key, year=year, waive=waive, text=text, now=timezone.now())
    return _detail(actor, contract_id, key, year)


def _detail(actor: Actor, contract_id: UUID, key: UUID, year: int | None) -> ContractLineDetail:
    found = ledger(actor, contract_id, today=timezone.localdate(), year=year)
    one = line_of(found, key)
    revisions = list(found.contract.facts.filter(event_id=one.line.event).order_by("-number"))
    steps = FineStep.objects.filter(fine=one.fine).order_by("pk") if one.fine else []
    return ContractLineDetail(
        **line_fields(one, found.names),
        revisions=[
            ContractRevisionOut(
                number=row.number,
                at=row.at,
                by=row.by,
                withdrawn=row.withdrawn,
                reason=row.reason,
                content=row.content,
            )
            for row in revisions
        ],
        evidence=[evidence_out(item) for item in evidence_of(EvidenceOf.FACT, [row.pk for row in revisions])],
        steps=[
            ContractStepOut(
                at=step.at,
                side=step.side,
                action=step.action,
                text=step.text,
                by=step.by,
                assessed=money(step.assessed),
            )
            for step in steps
        ],
    )


def _cap(found: Ledger) -> ContractCapOut:
    totals = found.evaluation.totals
    cap, used = totals["annex_cap"], totals["annex_payable"]
    percent = float(100 * used / cap) if cap > ZERO else 0.0
    return ContractCapOut(cap=money(cap), used=money(used), left=money(cap - used), percent=round(percent, 2))
