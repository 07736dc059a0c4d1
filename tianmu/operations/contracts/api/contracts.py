"""Contracts: the card with terms, readings and parties, how they go on and end."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.contracts.actions import contracts as actions
from tianmu.operations.contracts.actions import renewal
from tianmu.operations.contracts.choices import Delivery, Side
from tianmu.operations.contracts.presenters import PARTY_FIELDS, contract_detail, contract_out
from tianmu.operations.contracts.schemas.contracts import (
    ContractDetail,
    ContractEndIn,
    ContractIn,
    ContractNoticeIn,
    ContractOut,
    ContractPartyIn,
    ContractPartyOut,
    DeliveryIn,
    ReadingsIn,
    RenewalIn,
    SideWord,
    TermsIn,
)
from tianmu.operations.contracts.schemas.ledger import ContractReasonIn
from tianmu.operations.contracts.selectors import contracts as selectors

router = Router()


@router.get("/contracts", response={200: Page[ContractOut], **PROBLEMS})
def contracts(request: HttpRequest, query: Query[PageQuery]) -> Page[ContractOut]:
    """List contracts, the newest first."""
    today = timezone.localdate()
    rows = selectors.contracts(actor_of(request)).prefetch_related("terms", "readings", "notices__delivery", "renewals")
    keys = [Order("signed", descending=True), Order("id", descending=True)]
    return page(rows, keys, query, lambda one: contract_out(one, today), count=True)


@router.post("/contracts", response={201: ContractDetail, **PROBLEMS})
def enter_contract(request: HttpRequest, body: ContractIn) -> Status[ContractDetail]:
    """Enter a contract with its terms and price list."""
    actor = actor_of(request)
    made = actions.create_contract(
        actor=actor,
        title=body.title,
        path=body.path or actor.home_path,
        terms=body.terms,
        reason=body.reason,
        now=timezone.now(),
    )
    return Status(201, contract_detail(made, timezone.localdate()))


@router.get("/contracts/{contract_id}", response={200: ContractDetail, **PROBLEMS})
def contract(request: HttpRequest, contract_id: UUID) -> ContractDetail:
    """Return the card of a contract."""
    return contract_detail(selectors.contract_of(actor_of(request), contract_id), timezone.localdate())


@router.put("/contracts/{contract_id}/terms", response={200: ContractDetail, **PROBLEMS})
def change_terms(request: HttpRequest, contract_id: UUID, body: TermsIn) -> ContractDetail:
    """Add a version of the terms."""
    actor = actor_of(request)
    row = actions.change_terms(
        actor=actor,
        contract_id=contract_id,
        terms=body.terms,
        from_year=body.from_year,
        reason=body.reason,
        now=timezone.now(),
    )
    return contract_detail(row.contract, timezone.localdate())


@router.put("/contracts/{contract_id}/readings", response={200: ContractDetail, **PROBLEMS})
def change_readings(request: HttpRequest, contract_id: UUID, body: ReadingsIn) -> ContractDetail:
    """Set how ambiguous points are read."""
    row = actions.change_readings(
        actor=actor_of(request), contract_id=contract_id, values=body.values, reason=body.reason, now=timezone.now()
    )
    return contract_detail(row.contract, timezone.localdate())


@router.put("/contracts/{contract_id}/parties/{side}", response={204: None, **PROBLEMS})
def enter_party(request: HttpRequest, contract_id: UUID, side: SideWord, body: ContractPartyIn) -> Status[None]:
    """Enter the data of a side."""
    values = body.model_dump(exclude_unset=True)
    actions.enter_party(actor=actor_of(request), contract_id=contract_id, side=Side(side), values=values)
    return Status(204, None)


@router.post("/contracts/{contract_id}/parties/{side}/reveal", response={200: ContractPartyOut, **PROBLEMS})
def reveal_party(request: HttpRequest, contract_id: UUID, side: SideWord, body: ContractReasonIn) -> ContractPartyOut:
    """Show the data of a side in clear."""
    party = actions.reveal_party(actor=actor_of(request), contract_id=contract_id, side=Side(side), reason=body.text)
    return ContractPartyOut(side=side, **{key: getattr(party, key, None) for key in PARTY_FIELDS})


@router.post("/contracts/{contract_id}/notices", response={201: ContractOut, **PROBLEMS})
def give_notice(request: HttpRequest, contract_id: UUID, body: ContractNoticeIn) -> Status[ContractOut]:
    """Record a written notice not to renew."""
    row = renewal.give_notice(
        actor=actor_of(request),
        contract_id=contract_id,
        side=Side(body.side),
        posted_on=body.posted_on,
        delivered_on=body.delivered_on,
        text=body.text,
        now=timezone.now(),
    )
    return Status(201, contract_out(row.contract, timezone.localdate()))


@router.post("/contracts/{contract_id}/notices/{notice_id}/delivery", response={201: ContractOut, **PROBLEMS})
def note_delivery(request: HttpRequest, contract_id: UUID, notice_id: UUID, body: DeliveryIn) -> Status[ContractOut]:
    """Note how the delivery of a notice ended."""
    row = renewal.note_delivery(
        actor=actor_of(request),
        contract_id=contract_id,
        notice_id=notice_id,
        outcome=Delivery(body.outcome),
        signed_on=body.signed_on,
        now=timezone.now(),
    )
    return Status(201, contract_out(row.notice.contract, timezone.localdate()))


@router.post("/contracts/{contract_id}/renewals", response={201: ContractOut, **PROBLEMS})
def sign_renewal(request: HttpRequest, contract_id: UUID, body: RenewalIn) -> Status[ContractOut]:
    """Record the signed contract of a renewed year."""
    row = renewal.sign_renewal(
        actor=actor_of(request),
        contract_id=contract_id,
        year=body.year,
        signed_on=body.signed_on,
        now=timezone.now(),
    )
    return Status(201, contract_out(row.contract, timezone.localdate()))


@router.post("/contracts/{contract_id}/end", response={200: ContractOut, **PROBLEMS})
def end_contract(request: HttpRequest, contract_id: UUID, body: ContractEndIn) -> ContractOut:
    """End a contract."""
    row = renewal.end_contract(
        actor=actor_of(request),
        contract_id=contract_id,
        ended_on=body.ended_on,
        reason=body.reason,
        now=timezone.now(),
    )
    return contract_out(row, timezone.localdate())
