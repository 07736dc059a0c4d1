"""Taking in a pasted chat: messages become tickets or go to a ticket that is open; a repeat brings nothing new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.operations.servicedesk.actions.intake import Draft, open_ticket
from tianmu.operations.servicedesk.actions.talk import Said, write_message
from tianmu.operations.servicedesk.actions.writing import pen_for
from tianmu.operations.servicedesk.choices import Channel
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import ChatGroup, Ticket, TicketMessage
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.chat import Chat, ChatError, ChatMessage, parse_chat, without_repeats
from tianmu.registry.organizations.models import Organization

PASTED = "粘贴聊天记录"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a paste holds: fresh messages, how many are known already, lines that belong to nobody."""

    group: ChatGroup
    messages: Sequence[ChatMessage]
    known: int
    unread: Sequence[str]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the engineer makes of a paste: which messages (by key) are answers, and where they all go."""

    group_id: UUID
    text: str
    kind: str = "question"
    title: str = ""
    subsystems: Sequence[str] = ()
    institution: Organization | None = None
    ticket_id: UUID | None = None
    answers: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


@transaction.atomic
def save_group(
    *, actor: Actor, name: str, channel: str, institution: Organization | None, group_id: UUID | None, active: bool
) -> ChatGroup:
    """Name a work group whose messages are pasted here."""
    actor.demand(Right.MANAGE)
    row = ChatGroup.objects.filter(pk=group_id).first() if group_id else ChatGroup()
    if row is None:
        raise MissingError("chat group")
    if channel not in {Channel.WECHAT, Channel.QQ}:
        raise TianmuError(Code.UNKNOWN_KEY, "A group is in WeChat or QQ.", status=422, fields={"channel": "unknown"})
    row.name, row.channel, row.institution, row.active = name.strip()[:80], channel, institution, active
    row.version += group_id is not None
    row.save()
    record(actor=actor, action="servicedesk.group.saved", kind="chat_group", key=row.pk, new={"name": row.name})
    return row


def preview(*, actor: Actor, group_id: UUID, text: str, now: datetime) -> Preview:
    """Read a paste without keeping anything.

    Raises:
        TianmuError: it holds no message.

    """
    actor.demand(Right.WORK)
    group = _group(group_id)
    chat = _parsed(text, now)
    known = _known(chat.messages, group)
    fresh = without_repeats(chat.messages, str(group.pk), known)
    return Preview(group, fresh, len(chat.messages) - len(fresh), chat.unread[:20])


@transaction.atomic
def take_chat(*, actor: Actor, kept: Kept, now: datetime) -> tuple[Ticket | None, int]:
    """Keep the fresh messages of a paste as a new ticket, or in an open one; return it and how many were new.

    The ticket is raised at the instant of the first message, not of the paste; the engineer's answers in the group
    end the response clock at the instant they were written there.
    """
    actor.demand(Right.WORK)
    group = _group(kept.group_id)
    chat = _parsed(kept.text, now)
    fresh = [
        message
        for message in without_repeats(chat.messages, str(group.pk), _known(chat.messages, group))
        if message.key(str(group.pk)) not in kept.left_out and message.at <= now
    ]
    asked = [message for message in fresh if message.key(str(group.pk)) not in kept.answers]
    if not fresh:
        return (Ticket.objects.filter(pk=kept.ticket_id).first() if kept.ticket_id else None), 0
    ticket_id, rest = kept.ticket_id, fresh
    if ticket_id is None:
        first = (asked or fresh)[0]
        place = kept.institution or group.institution
        if place is None:
            detail = "Say which institution this is from."
            raise TianmuError(Code.UNKNOWN_KEY, detail, status=422, fields={"institution_id": "required"})
        draft = Draft(
            kind=kept.kind,
            channel=group.channel,
            title=kept.title or first.text[:60],
            text=first.text,
            institution=place,
            raised_at=first.at,
            late_reason=PASTED,
            raiser_name=first.sender,
            subsystems=kept.subsystems,
            source_key=first.key(str(group.pk)),
        )
        ticket_id = open_ticket(actor=actor, draft=draft, now=now).pk
        rest = [message for message in fresh if message is not first]
    pen = pen_for(actor, Right.WORK, ticket_id, now)
    for message in rest:
        key = message.key(str(group.pk))
        said = Said(text=message.text, channel=group.channel, at=message.at, author=message.sender, source_key=key)
        write_message(pen, said, inbound=key not in kept.answers, internal=False)
    return pen.finish("chat_taken"), len(fresh)


def _group(group_id: UUID) -> ChatGroup:
    group = ChatGroup.objects.select_related("institution__unit").filter(pk=group_id, active=True).first()
    if group is None:
        raise MissingError("chat group")
    return group


def _parsed(text: str, now: datetime) -> Chat:
    try:
        return parse_chat(text, today=timezone.localdate(now))
    except ChatError as error:
        raise TianmuError(Code.CHAT, str(error), status=422, fields={"text": "unreadable"}) from error


def _known(messages: Sequence[ChatMessage], group: ChatGroup) -> frozenset[str]:
    keys = [message.key(str(group.pk)) for message in messages]
    return frozenset(
        key
        for key in TicketMessage.objects.filter(source_key__in=keys).values_list("source_key", flat=True)
        if key is not None
    )
