"""Taking a message of a hospital system: its order becomes ours once, its cancellation withdraws ours."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tianmu.clinical.ecg.actions.orders import Asked, register_order, withdraw_order
from tianmu.clinical.ecg.models import Order
from tianmu.exchange.hl7v2.models import PlacedOrder
from tianmu.exchange.hl7v2.rules.orders import PlacedMessage, Wish, acknowledgement, read_order
from tianmu.exchange.hl7v2.rules.text import Hl7Error
from tianmu.exchange.partners.actions.partners import heard
from tianmu.exchange.partners.choices import Protocol
from tianmu.exchange.partners.models import Partner
from tianmu.exchange.partners.selectors import actor_of_partner, partner_known_as
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.registry.people import Sex
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.choices import ResidentKind
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.selectors import match_by_id_number

log = logging.getLogger(__name__)
UNKNOWN_SENDER, UNKNOWN_KEY, INTERNAL = 207, 204, 207


def take(data: bytes, *, address: str | None) -> bytes:
    """Do what a message asks for and return the acknowledgement; nothing is half done, and whoever asks is answered."""
    now = timezone.now()
    try:
        wanted = read_order(data, ZONE)
        text = done(_sender(wanted), wanted, now, address)
    except Hl7Error as error:
        return acknowledgement(data, now=timezone.localtime(now), code="AR", text=str(error), error=error.code)
    except TianmuError as error:
        return acknowledgement(data, now=timezone.localtime(now), code="AR", text=error.detail, error=INTERNAL)
    except Exception:
        log.exception("an HL7 message could not be handled")
        text = "The message could not be handled. Send it again."
        return acknowledgement(data, now=timezone.localtime(now), code="AE", text=text, error=INTERNAL)
    return acknowledgement(data, now=timezone.localtime(now), code="AA", text=text)


def _sender(wanted: PlacedMessage) -> Partner:
    partner = partner_known_as(Protocol.HL7, wanted.sender)
    if partner is None:
        raise Hl7Error(UNKNOWN_SENDER, f"The sending application {wanted.sender!r} is not entered as a partner.")
    return partner


@transaction.atomic
def done(partner: Partner, wanted: PlacedMessage, now: datetime, address: str | None) -> str:
    """Place or cancel an order; return our number, which the placer may show.

    Raises:
        Hl7Error: the order to cancel is not known.
        TianmuError: the partner may not, or the order was read already.

    """
    actor = actor_of_partner(partner, now, address)
    heard(partner=partner, now=now)
    Partner.objects.select_for_update().get(pk=partner.pk)
    known = PlacedOrder.objects.filter(partner=partner, placer=wanted.placer).first()
    if wanted.wish is Wish.CANCEL:
        if known is None:
            raise Hl7Error(UNKNOWN_KEY, f"There is no order {wanted.placer} of yours here.")
        reason = wanted.reason or "申请系统撤销"
        return withdraw_order(actor=actor, order_id=known.order_id, reason=reason, now=now).number
    if known is not None:
        return Order.objects.get(pk=known.order_id).number
    asked = Asked(
        urgency=wanted.urgency,
        department=wanted.department,
        requested_by=wanted.requested_by,
        clinical_note=wanted.clinical_note,
    )
    patient = _person(actor, partner, wanted)
    order = register_order(actor=actor, patient=patient, origin=partner.organization, asked=asked, now=now)
    PlacedOrder.objects.create(partner=partner, placer=wanted.placer, order_id=order.pk, placed_at=now)
    return order.number


def _person(actor: Actor, partner: Partner, wanted: PlacedMessage) -> Resident:
    """Return the resident with that id number, else a temporary person, to be merged once she is identified."""
    known = match_by_id_number(wanted.id_number, timezone.localdate()) if wanted.id_number else None
    if known is not None:
        return known
    draft = PersonDraft(
        name=wanted.name,
        sex=Sex(wanted.sex),
        birth_date=wanted.birth_date,
        kind=ResidentKind.TEMPORARY,
    )
    return register_resident(actor=system(f"hl7 order of {actor.name}"), draft=draft, unit=partner.organization)
