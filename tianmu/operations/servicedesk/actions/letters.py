"""Taking in an e-mail: a new ticket, or an answer to the one its subject names; each letter once, its bytes kept."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.models import Account
from tianmu.foundation.audit.actions import record
from tianmu.foundation.storage.here import store
from tianmu.operations.servicedesk.actions.frame import frame_at
from tianmu.operations.servicedesk.actions.intake import Draft, open_ticket
from tianmu.operations.servicedesk.actions.talk import KINDS, MOST_FILE_BYTES, Said, keep_file, write_message
from tianmu.operations.servicedesk.actions.writing import Pen, locked, pen_for
from tianmu.operations.servicedesk.choices import Channel, TicketKind
from tianmu.operations.servicedesk.models import ReceivedLetter, Ticket
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.letters import Letter, LetterError, read_letter
from tianmu.operations.servicedesk.rules.lifecycle import OPEN, Move, Wait
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.selectors import institution_of

BY_MAIL = "邮件收取"


def take_letter(*, actor: Actor, data: bytes, now: datetime) -> ReceivedLetter:
    """Take in the bytes of one e-mail; the same letter again is answered with the first outcome.

    Raises:
        RefusedError: the actor may not feed the desk.
        TianmuError: it cannot be read.

    """
    actor.demand(Right.WORK)
    try:
        letter = read_letter(data)
    except LetterError as error:
        raise TianmuError("servicedesk.letter_unreadable", str(error), status=422) from error
    sha256 = hashlib.sha256(data).hexdigest()
    key = (
        hashlib.sha256(f"{letter.message_id}\x1f{letter.sender}".encode()).hexdigest() if letter.message_id else sha256
    )
    known = ReceivedLetter.objects.filter(source_key=key).first()
    if known is not None:
        return known
    store().put([data])
    try:
        with transaction.atomic():
            return _take(actor, letter, key, sha256, now)
    except IntegrityError:
        return ReceivedLetter.objects.get(source_key=key)


def _take(actor: Actor, letter: Letter, key: str, sha256: str, now: datetime) -> ReceivedLetter:
    row = ReceivedLetter.objects.create(
        source_key=key,
        sender=letter.sender,
        subject=letter.subject,
        received_at=now,
        sha256=sha256,
        outcome="ignored",
    )
    answered = Ticket.objects.filter(number=letter.ticket_number).first() if letter.ticket_number else None
    if letter.automatic:
        row.outcome = "automatic"
    elif answered is not None and answered.state in OPEN and _is_party(answered, letter):
        row.ticket, row.outcome = _answer(actor, answered, letter, key, now), "answer"
    else:
        row.ticket, row.outcome = _open(actor, letter, key, now), "ticket"
    if row.ticket is not None:
        _keep_files(row.ticket, letter, now)
    row.save(update_fields=["ticket", "outcome"])
    new = {"outcome": row.outcome, "subject": letter.subject}
    record(actor=actor, action="servicedesk.letter.taken", kind="letter", key=row.pk, new=new)
    return row


def _is_party(ticket: Ticket, letter: Letter) -> bool:
    """Tell whether the sender is who raised the ticket by mail, or works at its institution."""
    if ticket.raiser_contact and ticket.raiser_contact.casefold() == letter.sender:
        return True
    account = _account(letter.sender)
    return account is not None and account.home.path.startswith(ticket.path)


def _answer(actor: Actor, ticket: Ticket, letter: Letter, key: str, now: datetime) -> Ticket:
    pen = pen_for(actor, Right.WORK, ticket.pk, now)
    if pen.ticket.wait_for == Wait.USER:
        pen.step(Move.RESUME)
    said = Said(
        text=letter.text or letter.subject or "-",
        channel=Channel.MAIL,
        at=min(letter.sent_at, now) if letter.sent_at else now,
        author=letter.sender_name or letter.sender,
        source_key=key,
    )
    write_message(pen, said, inbound=True, internal=False)
    return pen.finish("letter_taken")


def _open(actor: Actor, letter: Letter, key: str, now: datetime) -> Ticket:
    account = _account(letter.sender)
    place = institution_of(account.home.path) if account else None
    draft = Draft(
        kind=TicketKind.QUESTION,
        channel=Channel.MAIL,
        title=letter.subject or letter.text[:40] or "邮件",
        text=letter.text or letter.subject,
        institution=place or Organization.objects.select_related("unit").get(unit__parent=None),
        raised_at=min(letter.sent_at, now) if letter.sent_at else now,
        late_reason=BY_MAIL,
        raiser=account,
        raiser_name=letter.sender_name or (account.name if account else letter.sender),
        contact=letter.sender,
        source_key=key,
    )
    return open_ticket(actor=actor, draft=draft, now=now)


def _account(address: str) -> Account | None:
    """Return the member of staff whose mail address is written in her preferences."""
    rows = Account.objects.select_related("home").filter(kind=AccountKind.STAFF, active=True)
    return rows.filter(preferences__mail=address).first()


def _keep_files(ticket: Ticket, letter: Letter, now: datetime) -> None:
    kept = [
        keep_file(ticket, letter.sender_name or letter.sender, file.name, file.content_type, file.data, now)
        for file in letter.files
        if file.content_type in KINDS and len(file.data) <= MOST_FILE_BYTES
    ]
    left = len(letter.files) - len(kept)
    if left:
        pen = Pen(locked(ticket.pk), system("service desk"), frame_at(now, ticket.path))
        write_message(pen, Said(text=f"{left} 个附件类型不受支持，未保存。"), inbound=False, internal=True, human=False)
        pen.finish("files_left")
