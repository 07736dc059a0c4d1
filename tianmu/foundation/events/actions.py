"""Publishing a fact, and telling a listener."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.events.fact import Fact
from tianmu.foundation.events.listening import listener, listeners_of
from tianmu.foundation.events.models import Delivery, OutboxEvent
from tianmu.foundation.jobs.delivery import EVENTS_QUEUE, defer_event


def publish(fact: Fact) -> None:
    """Write a fact into the outbox and queue its delivery, both in the transaction at hand."""
    event = event_to_write(fact)
    event.save(force_insert=True)
    queue_deliveries(event)


def event_to_write(fact: Fact) -> OutboxEvent:
    """Return the row of a fact for a caller that writes it in one statement with its cause, then queues deliveries."""
    return OutboxEvent(name=fact.name, at=timezone.now(), facts=fact.as_json())


def queue_deliveries(event: OutboxEvent) -> None:
    """Queue the delivery of a written fact to each of its listeners."""
    for name in listeners_of(event.name):
        defer_event(queue=EVENTS_QUEUE, event_id=str(event.pk), listener=name)


@transaction.atomic
def deliver(*, event_id: UUID, listener_name: str) -> bool:
    """Tell one listener of one event, once; return whether it was told now.

    Raises:
        LookupError: the event is not in the outbox.

    """
    event = OutboxEvent.objects.filter(pk=event_id).first()
    if event is None:
        message = f"Event {event_id} is not in the outbox."
        raise LookupError(message)
    found = listener(event.name, listener_name)
    _, fresh = Delivery.objects.get_or_create(
        event_id=event_id, listener=listener_name, defaults={"at": timezone.now()}
    )
    if found is None or not fresh:
        return False
    kind, function = found
    function(kind.from_json(event.facts))
    return True
