"""Sending and reading messages."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.live.actions import tell
from tianmu.foundation.messages.models import Message


@transaction.atomic
def send(
    *, account_ids: Iterable[UUID], topic: str, facts: Mapping[str, object], link: tuple[str, UUID] | None, once: str
) -> None:
    """Send one message to each account; `once` names the occasion, so that a repeat is not told twice."""
    rows = [
        Message(
            account_id=account_id,
            at=timezone.now(),
            topic=topic,
            facts=dict(facts),
            link_kind=link[0] if link else "",
            link_id=link[1] if link else None,
            once=once,
        )
        for account_id in account_ids
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    fresh = set(Message.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    for row in rows:
        if row.pk not in fresh:
            continue
        tell("messages", account_id=row.account_id, facts={"message": str(row.pk)})


@transaction.atomic
def mark_read(*, actor: Actor, message_id: UUID, now: datetime) -> None:
    """Note that the actor has read one of her messages.

    Raises:
        MissingError: it is not hers.

    """
    mine = Message.objects.filter(pk=message_id, account_id=actor.demand_account())
    if not mine.exists():
        raise MissingError("message")
    mine.filter(read_at=None).update(read_at=now)
