"""Fetching letters by IMAP (RFC 9051) from the mailbox in `mailbox.json` of the data folder; seen once kept."""

import imaplib
import json
import ssl
from dataclasses import dataclass
from datetime import datetime

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.home import home
from tianmu.operations.servicedesk.actions.letters import take_letter
from tianmu.operations.servicedesk.rules.letters import MOST_BYTES

FILE = "mailbox.json"
MOST_LETTERS = 100
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where letters lie; without `tls` only to a server on this machine."""

    host: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    tls: bool = True


class MailboxError(Exception):
    """The mailbox could not be read; the message says why."""


def configured() -> Mailbox | None:
    """Return the mailbox of this installation, None where none is configured.

    Raises:
        MailboxError: the file cannot be read.

    """
    path = home() / FILE
    if not path.exists():
        return None
    try:
        return Mailbox(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        message = f"{FILE} must hold host, port, user, password, and may hold folder and tls."
        raise MailboxError(message) from error


def fetch_configured(*, actor: Actor, now: datetime) -> int:
    """Fetch from the configured mailbox; return how many letters were taken, 0 where there is no mailbox."""
    mailbox = configured()
    return 0 if mailbox is None else fetch(mailbox, actor=actor, now=now)


def fetch(mailbox: Mailbox, *, actor: Actor, now: datetime) -> int:
    """Take in the unseen letters, at most 100 at once; one that cannot be read is marked and left where it is.

    Raises:
        MailboxError: the server does not answer, or refuses.

    """
    try:
        with _connect(mailbox) as server:
            server.login(mailbox.user, mailbox.password)
            server.select(mailbox.folder)
            _, found = server.uid("SEARCH", "UNSEEN")
            keys = (found[0] or b"").split()[:MOST_LETTERS]
            return sum(_take(server, key.decode(), actor, now) for key in keys)
    except (OSError, imaplib.IMAP4.error) as error:
        message = f"The mailbox at {mailbox.host} does not answer: {error}. Check host, user and password in {FILE}."
        raise MailboxError(message) from error


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    if mailbox.tls:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=SECONDS)
    if mailbox.host not in {"127.0.0.1", "::1", "localhost"}:
        message = "Letters from another machine come by TLS only. Set tls to true."
        raise MailboxError(message)
    return imaplib.IMAP4(mailbox.host, mailbox.port, timeout=SECONDS)


def _take(server: imaplib.IMAP4, key: str, actor: Actor, now: datetime) -> int:
    """Take in one letter; it is marked as seen only after it is committed here."""
    data = _bytes(server, key)
    taken = 0
    if data is not None:
        try:
            take_letter(actor=actor, data=data, now=now)
            taken = 1
        except TianmuError:
            server.uid("STORE", key, "+FLAGS", r"(\Flagged)")
    server.uid("STORE", key, "+FLAGS", r"(\Seen)")
    return taken


def _bytes(server: imaplib.IMAP4, key: str) -> bytes | None:
    _, answer = server.uid("FETCH", key, "(RFC822.SIZE)")
    text = b" ".join(part if isinstance(part, bytes) else b" ".join(part) for part in answer if part)
    size = int(text.split(b"RFC822.SIZE")[1].split()[0].strip(b")")) if b"RFC822.SIZE" in text else 0
    if size > MOST_BYTES:
        server.uid("STORE", key, "+FLAGS", r"(\Flagged)")
        return None
    _, answer = server.uid("FETCH", key, "(BODY.PEEK[])")
    return next((part[1] for part in answer if isinstance(part, tuple)), None)
