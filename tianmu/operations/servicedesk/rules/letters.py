"""Reading an e-mail (RFC 5322) that reaches the desk: who, when, what, which ticket it answers, which files it brings.

Foreign bytes: nothing here trusts a header; sizes and counts are bounded, markup is dropped, quotes are cut off.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser

MOST_BYTES = 26_214_400
MOST_FILES = 20
MOST_TEXT = 20_000
_TICKET = re.compile(r"\[([A-Z]{2,6}-\d{4}-\d{6,9})\]")
_QUOTE = re.compile(
    r"^(?:>|-{2,}\s*(?:原始邮件|Original Message|转发邮件)|_{10,}$|(?:发件人|From)[:：].*"
    r"|在\s?.{6,80}写道[:：]$|On .{6,120} wrote:$)"
)
_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A file that came with a letter."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What the desk needs of an e-mail; `automatic` letters (auto-replies, bounces) never count as a person's word."""

    message_id: str
    sender: str
    sender_name: str
    subject: str
    sent_at: datetime | None
    text: str
    ticket_number: str
    automatic: bool
    files: tuple[LetterFile, ...]


class LetterError(ValueError):
    """A letter that cannot be taken; the message says why."""


def read_letter(data: bytes) -> Letter:
    """Read the bytes of one e-mail.

    Raises:
        LetterError: it is too large, or has no sender.

    """
    if len(data) > MOST_BYTES:
        message = f"The letter has {len(data):,} bytes, {MOST_BYTES:,} are taken. Send large files another way."
        raise LetterError(message)
    parsed = message_from_bytes(data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    name, sender = parseaddr(_header(parsed, "From"))
    if "@" not in sender:
        message = "The letter names no sender."
        raise LetterError(message)
    subject = _header(parsed, "Subject")[:200]
    found = _TICKET.search(subject)
    return Letter(
        message_id=_header(parsed, "Message-ID").strip("<> ")[:250],
        sender=sender.casefold()[:200],
        sender_name=name[:80],
        subject=subject,
        sent_at=_date(_header(parsed, "Date")),
        text=without_quotes(_text(parsed))[:MOST_TEXT],
        ticket_number=found.group(1) if found else "",
        automatic=_is_automatic(parsed),
        files=tuple(_files(parsed)),
    )


def without_quotes(text: str) -> str:
    """Return a letter's own words: all before the first line that quotes an earlier letter."""
    own: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if _QUOTE.match(line.strip()):
            break
        own.append(line.rstrip())
    return _BLANKS.sub("\n\n", "\n".join(own)).strip()


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):
        return ""


def _date(text: str) -> datetime | None:
    try:
        sent = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return sent if sent.tzinfo is not None else None


def _is_automatic(message: EmailMessage) -> bool:
    auto = _header(message, "Auto-Submitted").casefold()
    precedence = _header(message, "Precedence").casefold()
    bounced = _header(message, "Return-Path").strip() == "<>"
    kind = message.get_content_type()
    return (
        bounced
        or auto.startswith(("auto-replied", "auto-generated", "auto-notified"))
        or precedence in {"bulk", "junk", "auto_reply", "list"}
        or bool(_header(message, "X-Autoreply") or _header(message, "X-Autorespond"))
        or kind == "multipart/report"
    )


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    data = body.get_payload(decode=True)
    text = _decoded(data if isinstance(data, bytes) else b"", body.get_content_charset() or "utf-8")
    return _plain(text) if body.get_content_subtype() == "html" else text


def _decoded(data: bytes, charset: str) -> str:
    for name in (charset, "utf-8", "gb18030"):
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("utf-8", errors="replace")


def _files(message: EmailMessage) -> list[LetterFile]:
    found = []
    for number, part in enumerate(message.iter_attachments(), 1):
        if number > MOST_FILES:
            break
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and data:
            found.append(LetterFile((part.get_filename() or f"file-{number}")[:120], part.get_content_type(), data))
    return found


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's signature
        if tag in {"script", "style", "head"}:
            self.hidden += 1
        elif tag in {"br", "p", "div", "tr", "li"}:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "head"} and self.hidden:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def _plain(markup: str) -> str:
    parser = _Words()
    parser.feed(markup)
    parser.close()
    return "\n".join(line.strip() for line in "".join(parser.words).split("\n"))
