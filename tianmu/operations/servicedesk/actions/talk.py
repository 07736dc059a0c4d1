"""Messages, files and @mentions. The first answer of a person ends the response clock; an automatic one never does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.audit.actions import record
from tianmu.foundation.messages.actions import send
from tianmu.foundation.storage.here import store
from tianmu.operations.servicedesk.actions.writing import Pen, demand_past, pen_for
from tianmu.operations.servicedesk.choices import Direction
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import Attachment, CannedAnswer, Ticket, TicketMessage
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.lifecycle import Move, Wait
from tianmu.operations.servicedesk.rules.log import Kind
from tianmu.operations.servicedesk.rules.words import text_keys

MOST_FILE_BYTES = 26_214_400
KINDS = frozenset(
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", "text/csv",
        "application/zip", "application/vnd.ms-excel", "application/msword", "video/mp4", "audio/mpeg",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says to a ticket; `at` is when, if it was said elsewhere and typed in now."""

    text: str
    internal: bool = False
    channel: str = ""
    at: datetime | None = None
    author: str = ""
    inbound: bool = False
    mentions: Sequence[UUID] = ()
    canned_id: UUID | None = None
    source_key: str | None = None


@transaction.atomic
def say(*, actor: Actor, ticket_id: UUID, said: Said, now: datetime) -> TicketMessage:
    """Write a message: the user's own, an engineer's answer, an internal note, or what was said by telephone.

    Raises:
        TianmuError: it is empty.
        MissingError: somebody mentioned does not work on tickets there.

    """
    works = actor.may(Right.WORK)
    pen = pen_for(actor, Right.WORK if works else Right.CONFIRM, ticket_id, now)
    if works:
        TICKETS.demand(actor, Right.WORK, pen.ticket)
    inbound = not works or said.inbound
    if inbound and pen.ticket.wait_for == Wait.USER:
        pen.step(Move.RESUME)
    message = write_message(pen, said, inbound=inbound, internal=works and said.internal)
    if said.canned_id is not None:
        CannedAnswer.objects.filter(pk=said.canned_id).update(used=_one_more(said.canned_id))
    pen.finish("said")
    if message.mentions:
        send(
            account_ids=message.mentions,
            topic="servicedesk.mentioned",
            facts={"number": pen.ticket.number, "by": actor.name},
            link=("ticket", pen.ticket.pk),
            once=f"servicedesk.mention:{message.pk}",
        )
    return message


def write_message(pen: Pen, said: Said, *, inbound: bool, internal: bool, human: bool = True) -> TicketMessage:
    """Write a message and its entry of the log, without finishing the pen."""
    text = said.text.strip()
    if not text:
        detail = "An empty message says nothing."
        raise TianmuError(Code.REASON_MISSING, detail, status=422, fields={"text": "required"})
    ticket, at = pen.ticket, demand_past(said.at, pen.now) if said.at else pen.now
    mentions = list(dict.fromkeys(said.mentions))
    if mentions and not set(mentions) <= set(accounts_with(Right.WORK, ticket.path, pen.now)):
        raise MissingError("engineer")
    direction = Direction.INTERNAL if internal else Direction.INBOUND if inbound else Direction.OUTBOUND
    message = TicketMessage.objects.create(
        ticket=ticket,
        direction=direction,
        channel=said.channel or ticket.channel,
        author=said.author or pen.actor.name,
        account_id=pen.actor.account_id,
        human=human,
        at=at,
        recorded_at=pen.now,
        text=text[:20_000],
        mentions=mentions,
        source_key=said.source_key,
    )
    facts = {"human": human, "channel": message.channel, "message": str(message.pk)}
    if direction == Direction.OUTBOUND:
        pen.note(Kind.REPLIED, at=at, facts=facts)
        if human and ticket.responded_at is None:
            pen.set(responded_at=at)
    else:
        pen.note(Kind.NOTED, at=at, facts={**facts, "internal": internal})
    pen.set(keys=list(dict.fromkeys([*ticket.keys, *text_keys(text)]))[:1500])
    return message


@transaction.atomic
def attach(
    *,
    actor: Actor,
    ticket_id: UUID,
    name: str,
    content_type: str,
    data: bytes,
    now: datetime,
    message_id: UUID | None = None,
) -> Attachment:
    """Keep a file of a ticket: at most 25 MB, of a kind that shows no page and runs nothing.

    Raises:
        TianmuError: it is too large, empty, or of another kind.

    """
    pen = pen_for(actor, Right.WORK if actor.may(Right.WORK) else Right.CONFIRM, ticket_id, now)
    row = keep_file(pen.ticket, actor.name, name, content_type, data, now, message_id=message_id)
    pen.note(Kind.NOTED, facts={"file": row.sha256, "name": row.name})
    pen.finish("attached")
    return row


def keep_file(
    ticket: Ticket, by: str, name: str, content_type: str, data: bytes, now: datetime, message_id: UUID | None = None
) -> Attachment:
    """Store the bytes of a file and its row."""
    if len(data) > MOST_FILE_BYTES:
        raise TianmuError(Code.FILE_TOO_LARGE, "A file may have 25 MB. Send a smaller one.", status=413)
    kind = content_type.partition(";")[0].strip().casefold()
    if not data or kind not in KINDS:
        detail = "Send a picture, a PDF, a text, an Office file, a ZIP, or an MP3 or MP4."
        raise TianmuError(Code.FILE_KIND, detail, status=422, fields={"file": kind or "empty"})
    stored = store().put([data])
    return Attachment.objects.create(
        ticket=ticket,
        message_id=message_id,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        name=name.replace("/", "_").replace("\\", "_")[:120] or "file",
        content_type=kind,
        added_at=now,
        added_by=by,
    )


def file_of(actor: Actor, attachment_id: UUID) -> tuple[Attachment, bytes]:
    """Return a file of a ticket that the actor may see, and write down that it was looked at.

    Raises:
        MissingError: there is none.

    """
    row = Attachment.objects.select_related("ticket").filter(pk=attachment_id).first()
    if row is None or not TICKETS.allows(actor, Right.VIEW, row.ticket):
        raise MissingError("file")
    record(actor=actor, action="servicedesk.file.view", kind="ticket", key=row.ticket_id, new={"file": row.sha256})
    return row, store().get(row.sha256)


def _one_more(key: UUID) -> int:
    return CannedAnswer.objects.filter(pk=key).values_list("used", flat=True)[:1][0] + 1
