"""Entries as an iCalendar text (RFC 5545), for the calendar that somebody already carries. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LINE_OCTETS = 75


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: two instants, or two days for something that lasts whole days, the last one included."""

    uid: str
    start: datetime | date
    end: datetime | date
    summary: str
    description: str = ""
    link: str = ""


def icalendar(entries: Iterable[Entry], *, name: str, made_at: datetime) -> str:
    """Return the feed; lines end with CRLF and are folded at 75 octets, text is escaped (RFC 5545, 3.1 and 3.3.11)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tianmu//ZH", f"X-WR-CALNAME:{_escaped(name)}"]
    for entry in sorted(entries, key=lambda one: (_when("", one.start), one.uid)):
        after = entry.end if isinstance(entry.end, datetime) else entry.end + timedelta(days=1)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{entry.uid}",
            _when("DTSTAMP", made_at),
            _when("DTSTART", entry.start),
            _when("DTEND", after),
            f"SUMMARY:{_escaped(entry.summary)}",
            *([f"DESCRIPTION:{_escaped(entry.description)}"] if entry.description else []),
            *([f"URL:{entry.link}"] if entry.link else []),
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _when(name: str, when: datetime | date) -> str:
    if isinstance(when, datetime):
        return f"{name}:{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name};VALUE=DATE:{when:%Y%m%d}"


def _escaped(text: str) -> str:
    for raw, safe in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\r", "\\n"), ("\n", "\\n")):
        text = text.replace(raw, safe)
    return text


def _folded(line: str) -> list[str]:
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > _LINE_OCTETS:
            pieces.append(piece)
            piece = " "
        piece += letter
    return [*pieces, piece]
