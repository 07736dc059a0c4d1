"""The HTTP face of the partners room."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from tianmu.exchange.partners import selectors
from tianmu.exchange.partners.actions.partners import PartnerDraft, change_partner, enter_partner
from tianmu.exchange.partners.actions.probing import probe as ask
from tianmu.exchange.partners.actions.sending import send_again
from tianmu.exchange.partners.schemas import (
    NewPartnerIn,
    PartnerIn,
    PartnerOut,
    PartnerQuery,
    ProbeOut,
    SendingOut,
    SendingQuery,
    partner_out,
    sending_out,
)
from tianmu.exchange.partners.tasks import defer_sending
from tianmu.foundation.api.pages import Order, Page, page
from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version

router = Router(tags=["partners"])


@router.get("/partners", response={200: Page[PartnerOut], **PROBLEMS})
def list_partners(request: HttpRequest, query: Query[PartnerQuery]) -> Page[PartnerOut]:
    """List the systems outside that the house knows."""
    rows = selectors.partners(actor_of(request), query.search)
    return page(rows, [Order("name"), Order("id")], query, partner_out, count=True)


@router.post("/partners", response={201: PartnerOut, **PROBLEMS})
def enter(request: HttpRequest, body: NewPartnerIn) -> Status[PartnerOut]:
    """Enter a partner."""
    draft = PartnerDraft(**body.model_dump(exclude={"organization_id"}))
    partner = enter_partner(actor=actor_of(request), organization_id=body.organization_id, draft=draft)
    return Status(201, partner_out(partner))


@router.put("/partners/{partner_id}", response={200: PartnerOut, **PROBLEMS})
def change(request: HttpRequest, partner_id: UUID, body: PartnerIn) -> PartnerOut:
    """Change what is entered about a partner."""
    draft = PartnerDraft(**body.model_dump())
    partner = change_partner(
        actor=actor_of(request), partner_id=partner_id, draft=draft, expected=expected_version(request)
    )
    return partner_out(partner)


@router.post("/partners/{partner_id}/probe", response={200: ProbeOut, **PROBLEMS})
def probe(request: HttpRequest, partner_id: UUID) -> ProbeOut:
    """Ask a partner whether it listens."""
    answer = ask(actor=actor_of(request), partner_id=partner_id)
    return ProbeOut(accepted=answer.accepted, text=answer.text)


@router.get("/sendings", response={200: Page[SendingOut], **PROBLEMS})
def list_sendings(request: HttpRequest, query: Query[SendingQuery]) -> Page[SendingOut]:
    """List deliveries, the newest first."""
    rows = selectors.sendings(actor_of(request), partner_id=query.partner_id, state=query.state, search=query.search)
    return page(rows, [Order("id", descending=True)], query, sending_out, count=True)


@router.post("/sendings/{sending_id}/again", response={200: SendingOut, **PROBLEMS})
def again(request: HttpRequest, sending_id: UUID) -> SendingOut:
    """Put a delivery that has ended on its way once more."""
    sending = send_again(actor=actor_of(request), sending_id=sending_id, now=timezone.now())
    defer_sending(sending.pk)
    return sending_out(sending)
