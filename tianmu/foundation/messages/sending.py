"""Sending over gateways: asked for with the change that calls for it, tried by a job, repeated with growing pauses.

A sending is claimed before the gateway is called, so that no two workers send it at once; whoever dies in between
leaves it to the next sweep, and the key it carries lets the gateway tell the repeat.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.db.masks import masked_phone
from tianmu.foundation.events.actions import publish
from tianmu.foundation.jobs.actions import enqueue
from tianmu.foundation.jobs.delivery import OUTSIDE_QUEUE, URGENT
from tianmu.foundation.jobs.work import Run, declare
from tianmu.foundation.messages.choices import Channel, DeliveryState
from tianmu.foundation.messages.events import DeliverySettled
from tianmu.foundation.messages.gateways import mail, sms
from tianmu.foundation.messages.gateways.answer import Answer, Parcel, Verdict
from tianmu.foundation.messages.gateways.settings import GatewaySettingsError, mail_server, sms_gateway
from tianmu.foundation.messages.models import Delivery
from tianmu.foundation.messages.permissions import Right
from tianmu.foundation.messages.rules import LEASE, MOST_ATTEMPTS, next_try

RECEIPTS = "/api/v1/messages/receipts"
MOST_AT_ONCE = 200
NOT_CONFIGURED = "no gateway is configured"
SEND = declare(
    "messages.send",
    runs="tianmu.foundation.messages.sending:work_on",
    queue=OUTSIDE_QUEUE,
    most_attempts=MOST_ATTEMPTS,
    listed=False,
)


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody outside the house is told; no more of a person than the receiver needs."""

    channel: Channel
    to: str
    to_name: str
    template: str
    text: str
    subject: str = ""


@transaction.atomic
def dispatch(*, note: Note, once: str, about: tuple[str, UUID], now: datetime) -> Delivery:
    """Ask for one sending; the same occasion asked again gives the first."""
    row, fresh = Delivery.objects.get_or_create(
        once=once,
        defaults={
            "channel": note.channel,
            "to": note.to,
            "to_shown": masked_phone(note.to) if note.channel == Channel.SMS else _masked_mail(note.to),
            "to_name": note.to_name[:80],
            "template": note.template,
            "subject": note.subject[:120],
            "text": note.text,
            "subject_kind": about[0],
            "subject_id": about[1],
            "asked_at": now,
            "next_try_at": now + LEASE,
        },
    )
    if fresh:
        enqueue(SEND, actor=system("messages"), subject=about, priority=URGENT, delivery_id=row.pk)
    return row


def work_on(_run: Run, delivery_id: str) -> None:
    """Try one sending: the job behind `messages.send`."""
    try_to_send(delivery_id=UUID(delivery_id), now=timezone.now())


def try_to_send(*, delivery_id: UUID, now: datetime) -> None:
    """Claim a sending, hand it to its gateway, write down what it says; a settled or claimed one is left alone."""
    row = _claimed(delivery_id, now)
    if row is not None:
        _settle(row, _handed_over(row), now)


def try_overdue(*, now: datetime) -> int:
    """Try the sendings whose time has come; return how many."""
    due = Delivery.objects.filter(state=DeliveryState.QUEUED, next_try_at__lte=now).order_by("next_try_at")
    keys = list(due.values_list("pk", flat=True)[:MOST_AT_ONCE])
    for key in keys:
        try_to_send(delivery_id=key, now=now)
    return len(keys)


@transaction.atomic
def take_receipt(*, actor: Actor, delivery_id: UUID, delivered: bool, reason: str, now: datetime) -> Delivery:
    """Write down the gateway's receipt; what has arrived stays so, whatever comes after.

    Raises:
        RefusedError: the caller is no gateway.
        MissingError: nothing of that key was sent.

    """
    actor.demand(Right.RECEIPT)
    row = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if row is None:
        raise MissingError("delivery")
    if row.state != DeliveryState.DELIVERED and (delivered or row.state != DeliveryState.FAILED):
        row.state = DeliveryState.DELIVERED if delivered else DeliveryState.FAILED
        row.reason, row.settled_at, row.next_try_at = reason[:200], now, None
        _keep(row, now)
    return row


@transaction.atomic
def _claimed(delivery_id: UUID, now: datetime) -> Delivery | None:
    row = (
        Delivery.objects.select_for_update(skip_locked=True).filter(pk=delivery_id, state=DeliveryState.QUEUED).first()
    )
    if row is None or (row.attempts > 0 and row.next_try_at is not None and row.next_try_at > now):
        return None
    row.attempts, row.next_try_at = row.attempts + 1, now + LEASE
    row.save(update_fields=["attempts", "next_try_at", "changed_at"])
    return row


def _handed_over(row: Delivery) -> Answer:
    parcel = Parcel(str(row.pk), row.to or "", row.template, row.subject, row.text or "")
    try:
        if row.channel == Channel.SMS:
            gateway = sms_gateway()
            return sms.send(gateway, parcel, f"{settings.PUBLIC_URL}{RECEIPTS}") if gateway else _nowhere()
        server = mail_server()
        return mail.send(server, parcel) if server else _nowhere()
    except GatewaySettingsError as error:
        return Answer(Verdict.REFUSED, reason=str(error)[:200])


def _nowhere() -> Answer:
    return Answer(Verdict.REFUSED, reason=NOT_CONFIGURED)


@transaction.atomic
def _settle(claimed: Delivery, answer: Answer, now: datetime) -> None:
    row = Delivery.objects.select_for_update().get(pk=claimed.pk)
    if row.state != DeliveryState.QUEUED:
        return
    row.reason, row.reference = answer.reason[:200], answer.reference
    if answer.verdict is Verdict.ACCEPTED:
        row.state, row.accepted_at, row.next_try_at = DeliveryState.ACCEPTED, now, None
    else:
        row.next_try_at = next_try(row.attempts, now) if answer.verdict is Verdict.LATER else None
        if row.next_try_at is None:
            row.state, row.settled_at = DeliveryState.FAILED, now
    _keep(row, now)


def _keep(row: Delivery, now: datetime) -> None:
    row.version += 1
    row.save()
    if row.state != DeliveryState.QUEUED:
        publish(
            DeliverySettled(
                delivery_id=row.pk,
                subject_kind=row.subject_kind,
                subject_id=row.subject_id,
                state=row.state,
                at=now,
            )
        )


def _masked_mail(address: str) -> str:
    name, _, host = address.partition("@")
    return f"{name[:1]}***@{host}"[:80]
