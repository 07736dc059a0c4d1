"""Reading one's own messages."""

from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.messages.models import Message


def messages(actor: Actor, *, unread: bool = False) -> QuerySet[Message]:
    """Return the actor's messages, newest first."""
    rows = Message.objects.filter(account_id=actor.demand_account()).order_by("-id")
    return rows.filter(read_at=None) if unread else rows
