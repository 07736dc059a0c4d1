"""Letters over the wire: our SMTP receiver with a real client, our IMAP client with a real server."""

import asyncio
import smtplib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tianmu.operations.servicedesk.mail import fetching
from tianmu.operations.servicedesk.mail.fetching import Mailbox, MailboxError, fetch
from tianmu.operations.servicedesk.mail.receiving import Receiver, RefusedLetterError
from tianmu.operations.servicedesk.models import ReceivedLetter, Ticket
from tianmu.operations.servicedesk.tests.desk import MONDAY, SETUP, Desk
from tianmu.operations.servicedesk.tests.test_intake import letter

ADDRESS = "desk@ly.example"


@dataclass
class Box:
    """What the receiver hands over; `refuse` makes it fail in a way."""

    letters: list[bytes] = field(default_factory=list)
    refuse: Exception | None = None

    def keep(self, data: bytes) -> None:
        """Keep a letter, or fail."""
        if self.refuse is not None:
            raise self.refuse
        self.letters.append(data)


@pytest.fixture
def relay() -> Iterator[tuple[int, Box]]:
    """Run the receiver in a thread of its own."""
    box, loop = Box(), asyncio.new_event_loop()
    receiver = Receiver(ADDRESS, box.keep)
    port = loop.run_until_complete(receiver.start("127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield port, box
    asyncio.run_coroutine_threadsafe(receiver.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


def test_a_letter_sent_by_smtp_arrives_byte_for_byte(relay: tuple[int, Box]) -> None:
    port, box = relay
    body = letter("第一行\n.以点开头\n\n完").replace(b"\n", b"\r\n")
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        client.sendmail("zhou@x.cn", [ADDRESS], body)
        client.sendmail("zhou@x.cn", [ADDRESS], body)
    assert box.letters == [body, body]


def test_letters_for_others_are_refused_and_one_that_cannot_be_kept_now_is_tried_again(relay: tuple[int, Box]) -> None:
    port, box = relay
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("zhou@x.cn", ["other@ly.example"], letter())
        for refuse, code in ((OSError("disk"), 451), (RefusedLetterError("no sender"), 554)):
            box.refuse = refuse
            with pytest.raises(smtplib.SMTPDataError) as error:
                client.sendmail("zhou@x.cn", [ADDRESS], letter())
            assert error.value.smtp_code == code
    assert box.letters == []


class MailboxServer(socketserver.StreamRequestHandler):
    """Enough of an IMAP server for one client: LOGIN, SELECT, UID SEARCH, UID FETCH, UID STORE, LOGOUT."""

    letters: dict[str, bytes]
    flags: dict[str, set[str]]

    def handle(self) -> None:
        """Serve one session."""
        self.wfile.write(b"* OK IMAP4rev1 ready\r\n")
        for line in self.rfile:
            tag, word, *rest = line.decode().strip().split(" ", 3)
            self.answer(word.upper(), rest)
            refused = word.upper() == "LOGIN" and rest[-1] != '"right"'
            self.wfile.write(f"{tag} {'NO wrong' if refused else 'OK done'}\r\n".encode())
            if word.upper() == "LOGOUT":
                return

    def answer(self, word: str, rest: list[str]) -> None:
        """Write what goes before the tagged line."""
        if word == "CAPABILITY":
            self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif word == "SELECT":
            self.wfile.write(f"* {len(self.letters)} EXISTS\r\n".encode())
        elif word == "UID" and rest[0] == "SEARCH":
            unseen = " ".join(key for key in self.letters if r"\Seen" not in self.flags[key])
            self.wfile.write(f"* SEARCH {unseen}\r\n".encode())
        elif word == "UID" and rest[0] == "FETCH":
            key, data = rest[1].split()[0], self.letters[rest[1].split()[0]]
            if "SIZE" in rest[-1]:
                self.wfile.write(f"* 1 FETCH (UID {key} RFC822.SIZE {len(data)})\r\n".encode())
            else:
                self.wfile.write(f"* 1 FETCH (UID {key} BODY[] {{{len(data)}}}\r\n".encode() + data + b")\r\n")
        elif word == "UID" and rest[0] == "STORE":
            key, flags = rest[1].split()[0], rest[1].partition("(")[2].strip("()")
            self.flags[key].update(flags.split())


@pytest.fixture
def imap() -> Iterator[tuple[Mailbox, type[MailboxServer]]]:
    """Run an IMAP server with three letters, one of which cannot be read."""
    letters = {"11": letter(), "12": b"From: nobody\r\n\r\nx", "13": letter("二", **{"Message-ID": "<9@x>"})}
    handler = type("Handler", (MailboxServer,), {"letters": letters, "flags": {key: set() for key in letters}})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Mailbox("127.0.0.1", server.server_address[1], "desk", "right", tls=False), handler
        server.shutdown()
        thread.join(5)


def test_letters_are_fetched_once_and_marked_when_kept(desk: Desk, imap: tuple[Mailbox, type[MailboxServer]]) -> None:
    mailbox, server = imap
    assert fetch(mailbox, actor=SETUP, now=MONDAY) == 2
    assert (Ticket.objects.count(), ReceivedLetter.objects.count()) == (2, 2)
    assert server.flags == {"11": {r"\Seen"}, "12": {r"\Seen", r"\Flagged"}, "13": {r"\Seen"}}
    assert fetch(mailbox, actor=SETUP, now=MONDAY) == 0


def test_a_mailbox_that_refuses_or_is_not_there_says_what_to_check(imap: tuple[Mailbox, type[MailboxServer]]) -> None:
    mailbox, _ = imap
    for wrong in (
        Mailbox("127.0.0.1", mailbox.port, "desk", "wrong", tls=False),
        Mailbox("127.0.0.1", 1, "a", "b", tls=False),
    ):
        with pytest.raises(MailboxError, match="Check host, user and password"):
            fetch(wrong, actor=SETUP, now=MONDAY)
    with pytest.raises(MailboxError, match="TLS only"):
        fetch(Mailbox("mail.example", 143, "a", "b", tls=False), actor=SETUP, now=MONDAY)


def test_without_a_configured_mailbox_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "configured", lambda: None)
    assert fetching.fetch_configured(actor=SETUP, now=MONDAY) == 0
