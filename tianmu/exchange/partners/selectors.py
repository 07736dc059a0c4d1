"""Reads of the partners room."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tianmu.exchange.partners.choices import SendingState
from tianmu.exchange.partners.models import Partner, Sending
from tianmu.exchange.partners.permissions import PARTNERS, SENDINGS, Right
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.selectors import actor_for


def partners(actor: Actor, search: str = "") -> QuerySet[Partner]:
    """Return the partners whom the actor may see, with how many deliveries wait or were given up."""
    rows = Partner.objects.select_related("organization__unit", "account").annotate(
        waiting=Count("sendings", filter=Q(sendings__state=SendingState.WAITING)),
        lost=Count("sendings", filter=Q(sendings__state__in=[SendingState.FAILED, SendingState.REFUSED])),
    )
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(identifier__icontains=search))
    return PARTNERS.rows(actor, Right.VIEW, rows)


def sendings(actor: Actor, *, partner_id: UUID | None = None, state: str = "", search: str = "") -> QuerySet[Sending]:
    """Return the deliveries whom the actor may see."""
    rows = Sending.objects.select_related("partner")
    if partner_id:
        rows = rows.filter(partner_id=partner_id)
    if state:
        rows = rows.filter(state=state)
    if search:
        rows = rows.filter(number__startswith=search)
    return SENDINGS.rows(actor, Right.VIEW, rows)


def partner_known_as(protocol: str, identifier: str) -> Partner | None:
    """Return the active partner of that name, for a caller who has just knocked."""
    rows = Partner.objects.select_related("organization__unit", "account__home")
    return rows.filter(protocol=protocol, identifier=identifier.strip(), active=True).first()


def actor_of_partner(partner: Partner, now: datetime, address: str | None) -> Actor:
    """Return as whom a partner acts: its account with what that may do today."""
    return actor_for(partner.account, now, client=partner.protocol, address=address)
