"""Sending signed reports out: asked for with the signature, tried until they arrive, every outcome kept."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.lookups import StartsWith

from tianmu.clinical.ecg.models import Order
from tianmu.exchange.partners.choices import Results, SendingState
from tianmu.exchange.partners.errors import Code
from tianmu.exchange.partners.models import Partner, Sending
from tianmu.exchange.partners.outcomes import Answer
from tianmu.exchange.partners.parcel import parcel_of
from tianmu.exchange.partners.permissions import SENDINGS, Right
from tianmu.exchange.partners.rules.trying import next_try
from tianmu.exchange.partners.transports import transports
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.audit.actions import record

log = logging.getLogger(__name__)
NO_LONGER = "The report was taken back before it was sent."


@transaction.atomic
def ask_to_send(*, order: Order, version: int, now: datetime) -> list[Sending]:
    """Put a signed version on its way to each partner at, or above, the places where it was made and read."""
    rows = (
        Partner.objects.filter(active=True)
        .exclude(results=Results.NOTHING)
        .annotate(
            at_origin=StartsWith(Value(order.origin_path), F("organization__unit__path")),
            at_centre=StartsWith(Value(order.centre_path), F("organization__unit__path")),
        )
    )
    made = []
    for partner in rows:
        if partner.at_origin or partner.at_centre:
            sending, fresh = Sending.objects.get_or_create(
                partner=partner,
                order_id=order.pk,
                report_version=version,
                defaults={
                    "patient_id": order.patient_id,
                    "number": order.number,
                    "asked_at": now,
                    "next_at": now,
                },
            )
            made += [sending] if fresh else []
    return made


def try_to_send(*, sending_id: UUID, now: datetime) -> Sending | None:
    """Try one delivery; return it, or None when somebody else is at it or it has ended.

    The row stays locked while the partner answers, so that no parcel travels twice at a time.
    """
    with transaction.atomic():
        sending = (
            Sending.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("partner__organization__unit")
            .filter(pk=sending_id, state=SendingState.WAITING)
            .first()
        )
        if sending is None:
            return None
        answer = _delivered(sending)
        sending.tries += 1
        sending.answer = answer.text[:400]
        if answer.accepted:
            _end(sending, SendingState.SENT, now)
        elif answer.final:
            _end(sending, SendingState.REFUSED, now)
        else:
            sending.next_at = next_try(sending.tries, sending.asked_at, now)
            if sending.next_at is None:
                _end(sending, SendingState.FAILED, now)
        sending.save(update_fields=["tries", "answer", "state", "next_at", "ended_at"])
    return sending


def _delivered(sending: Sending) -> Answer:
    partner = sending.partner
    transport = transports().get(partner.protocol)
    if transport is None:
        return Answer(accepted=False, final=True, text=f"Nothing here speaks {partner.protocol}.")
    parcel = parcel_of(system(f"delivery to {partner.name}"), sending.order_id, sending.report_version, sending.pk)
    if parcel is None:
        return Answer(accepted=False, final=True, text=NO_LONGER)
    try:
        return transport.send(partner, parcel)
    except OSError as error:
        log.warning("sending %s to partner %s failed: %s", sending.pk, partner.pk, type(error).__name__)
        return Answer(accepted=False, final=False, text=f"{type(error).__name__}: {error}")


def _end(sending: Sending, state: SendingState, now: datetime) -> None:
    sending.state, sending.next_at, sending.ended_at = state, None, now


@transaction.atomic
def send_again(*, actor: Actor, sending_id: UUID, now: datetime) -> Sending:
    """Put a delivery that has ended on its way once more; receivers know the same object by its identity.

    Raises:
        ConflictError: it is on its way already.

    """
    rows = Sending.objects.select_related("partner__organization__unit").select_for_update(of=("self",))
    sending = SENDINGS.one(actor, Right.MANAGE, rows, sending_id)
    if sending.state == SendingState.WAITING:
        raise ConflictError(Code.SENDING_STATE, "This delivery is on its way already.", state=sending.state)
    old = {"state": sending.state, "answer": sending.answer}
    sending.state, sending.tries, sending.asked_at, sending.next_at = SendingState.WAITING, 0, now, now
    sending.ended_at = None
    sending.save(update_fields=["state", "tries", "asked_at", "next_at", "ended_at"])
    record(
        actor=actor,
        action="partners.sending.again",
        kind="sending",
        key=sending.pk,
        person_id=sending.patient_id,
        old=old,
        new={"state": sending.state},
    )
    return sending
