"""Reading a pasted chat export (WeChat, QQ): messages with sender and instant, each with the key that tells repeats.

No bot account is assumed: an engineer copies what was said in a work group and pastes it (spec service-desk.md 6).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tianmu.foundation.calendars.worktime import ZONE

MOST_CHARACTERS = 400_000
MOST_MESSAGES = 5_000
_CLOCK = r"(?P<half>上午|下午|晚上|凌晨|中午)?\s?(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?:[:：](?P<second>\d{2}))?"
_DATE = r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
_WORD = r"(?P<word>今天|昨天|前天)"
_NAME = r"(?P<name>[^\s:：].{0,39}?)"
_QQ = re.compile(rf"^{_DATE}\s+{_CLOCK}\s+{_NAME}\s*$")
_WECHAT = re.compile(rf"^{_NAME}[:：]?\s+(?:{_DATE}|{_WORD})\s*{_CLOCK}\s*$")
_TODAY = re.compile(rf"^{_NAME}\s+{_CLOCK}\s*$")
_ACCOUNT = re.compile(r"\s*[(（<](?:\d{5,12}|[^()（）<>\s]+@[^()（）<>\s]+)[)）>]$")
_HEADING = re.compile(r"^(?:消息记录.*|消息分组[:：].*|消息对象[:：].*|={5,}|-{5,}|—{3,})$")
_DAYS_BACK = {"今天": 0, "昨天": 1, "前天": 2}
_RECALL = re.compile(r"(?:撤回了一条消息|加入了(?:群聊|本群)|邀请.{1,40}加入)")


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a group: who, when (to the precision of the export), what."""

    sender: str
    at: datetime
    text: str

    def key(self, group: str) -> str:
        """Return what tells a repeat: the hash of group, sender, instant and text."""
        told = "\x1f".join((group, self.sender, self.at.astimezone(ZONE).isoformat(), self.text))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Chat:
    """What was read; `unread` are lines before the first message that belong to nobody."""

    messages: tuple[ChatMessage, ...]
    unread: tuple[str, ...] = ()
    system_lines: int = 0


class ChatError(ValueError):
    """A paste that cannot be read; the message says why."""


@dataclass
class _Open:
    sender: str
    at: datetime
    lines: list[str] = field(default_factory=list)


def parse_chat(text: str, *, today: date) -> Chat:
    """Read a pasted export; `today` (business zone) is what 今天, 昨天 and times without a date refer to.

    Raises:
        ChatError: it is too long, or holds no message.

    """
    if len(text) > MOST_CHARACTERS:
        message = f"The paste has {len(text):,} characters, {MOST_CHARACTERS:,} are taken. Paste it in parts."
        raise ChatError(message)
    found: list[_Open] = []
    unread: list[str] = []
    system = 0
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = raw.strip("\ufeff\u200b \t")
        head = _head(line, today)
        if head is not None:
            found.append(head)
        elif _HEADING.match(line):
            continue
        elif _RECALL.search(line) and len(line) < 80:
            system += 1
        elif found:
            found[-1].lines.append(line)
        elif line:
            unread.append(line)
    messages = tuple(one for one in map(_closed, found) if one is not None)
    if not messages:
        message = "No message with a sender and a time was found. Copy the messages with their names and times."
        raise ChatError(message)
    if len(messages) > MOST_MESSAGES:
        message = f"The paste holds {len(messages):,} messages, {MOST_MESSAGES:,} are taken. Paste it in parts."
        raise ChatError(message)
    return Chat(messages, tuple(unread), system)


def without_repeats(
    messages: Iterable[ChatMessage], group: str, known: frozenset[str] = frozenset()
) -> list[ChatMessage]:
    """Return the messages whose key is neither in `known` nor earlier in the list."""
    fresh: dict[str, ChatMessage] = {}
    for message in messages:
        key = message.key(group)
        if key not in known:
            fresh.setdefault(key, message)
    return list(fresh.values())


def _head(line: str, today: date) -> _Open | None:
    for pattern in (_QQ, _WECHAT, _TODAY):
        match = pattern.match(line)
        if match is None:
            continue
        at = _instant(match.groupdict(), today)
        name = _ACCOUNT.sub("", match["name"]).strip(" :：")
        if at is not None and name and not (pattern is _TODAY and not _is_name(name)):
            return _Open(name, at)
    return None


def _is_name(text: str) -> bool:
    """Tell whether text before a bare time looks like a name: short, without the marks of a sentence."""
    return len(text) <= 16 and not re.search(r"[，。！？,!?；;]|到|约|在", text)


def _instant(parts: dict[str, str | None], today: date) -> datetime | None:
    try:
        if parts.get("year"):
            day = date(int(parts["year"] or 0), int(parts["month"] or 0), int(parts["day"] or 0))
        else:
            day = today - timedelta(days=_DAYS_BACK.get(parts.get("word") or "今天", 0))
        hour = int(parts["hour"] or 0)
        if parts.get("half") in {"下午", "晚上"} and hour < 12:
            hour += 12
        if parts.get("half") == "凌晨" and hour == 12:
            hour = 0
        clock = time(hour, int(parts["minute"] or 0), int(parts.get("second") or 0))
    except ValueError:
        return None
    return datetime.combine(day, clock, ZONE)


def _closed(one: _Open) -> ChatMessage | None:
    text = "\n".join(one.lines).strip()
    return ChatMessage(one.sender, one.at, text) if text else None
