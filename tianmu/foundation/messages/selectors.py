"""Reading one's own messages."""

from uuid import UUID

from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.messages.models import Delivery, Message


def messages(actor: Actor, *, unread: bool = False) -> QuerySet[Message]:
    """Return the actor's messages, newest first."""
    rows = Message.objects.filter(account_id=actor.demand_account()).order_by("-id")
    return rows.filter(read_at=None) if unread else rows


def deliveries_of(kind: str, key: UUID) -> QuerySet[Delivery]:
    """Return the sendings about a subject; the caller has checked that its reader may see the subject."""
    return Delivery.objects.filter(subject_kind=kind, subject_id=key).order_by("id")
