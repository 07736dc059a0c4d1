"""One's own messages; receipts of the gateways."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.messages import actions, selectors
from tianmu.foundation.messages.models import Message
from tianmu.foundation.messages.sending import take_receipt

router = Router(tags=["messages"])


class MessageLink(Schema):
    """What a message is about."""

    kind: str
    id: UUID


class MessageOut(Schema):
    """A message; the client makes the sentence from topic and facts."""

    id: UUID
    at: datetime
    topic: str
    facts: dict[str, Any]
    link: MessageLink | None
    read_at: datetime | None


class UnreadOut(Schema):
    """How many messages wait."""

    count: int


@router.get("/messages", response={200: Page[MessageOut], **PROBLEMS})
def messages(request: HttpRequest, query: Query[PageQuery], unread: bool = False) -> Page[MessageOut]:
    """List one's messages, newest first."""
    rows = selectors.messages(actor_of(request), unread=unread)
    return page(rows, [Order("id", descending=True)], query, _message)


@router.get("/unread-count", response={200: UnreadOut, **PROBLEMS})
def unread_count(request: HttpRequest) -> UnreadOut:
    """Count what is unread."""
    return UnreadOut(count=selectors.messages(actor_of(request), unread=True).count())


@router.post("/messages/{message_id}/read", response={204: None, **PROBLEMS})
def read(request: HttpRequest, message_id: UUID) -> Status[None]:
    """Mark a message as read."""
    actions.mark_read(actor=actor_of(request), message_id=message_id, now=timezone.now())
    return Status(204, None)


class ReceiptIn(Schema):
    """What became of a sending: its key, and whether it arrived."""

    key: UUID
    state: Literal["delivered", "failed"]
    reason: str = Field("", max_length=200)


@router.post("/receipts", response={204: None, **PROBLEMS})
def receipts(request: HttpRequest, body: ReceiptIn) -> Status[None]:
    """Take the receipt of a gateway, which calls with the token of its own account; a repeat changes nothing."""
    take_receipt(
        actor=actor_of(request),
        delivery_id=body.key,
        delivered=body.state == "delivered",
        reason=body.reason,
        now=timezone.now(),
    )
    return Status(204, None)


def _message(message: Message) -> MessageOut:
    link = MessageLink(kind=message.link_kind, id=message.link_id) if message.link_id else None
    return MessageOut(
        id=message.pk, at=message.at, topic=message.topic, facts=message.facts, link=link, read_at=message.read_at
    )
