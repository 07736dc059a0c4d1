"""What ORM^O01 and OMG^O19 ask for, and the acknowledgement that answers them."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from tianmu.exchange.hl7v2.rules.text import (
    SEPARATORS,
    Hl7Error,
    Segment,
    escaped,
    instant,
    message,
    parsed,
    segment,
    written,
)

_MESSAGES = {("ORM", "O01"), ("OMG", "O19")}
_URGENCY = {"S": "emergency", "A": "emergency", "P": "ward", "R": "outpatient"}
_NATIONAL = {"NI", "NNCHN", "CZ", "SS", "IDCARD", "01"}


class Wish(StrEnum):
    """What a message wants (ORC-1, table HL70119)."""

    PLACE = "NW"
    CANCEL = "CA"


@dataclass(frozen=True, slots=True)
class PlacedMessage:
    """One order as an outside system tells it; `identifiers` are (value, type) pairs of PID-3."""

    control_id: str
    sender: str
    facility: str
    wish: Wish
    placer: str
    identifiers: tuple[tuple[str, str], ...]
    name: str
    sex: str
    birth_date: date | None
    phone: str
    urgency: str
    department: str
    requested_by: str
    clinical_note: str
    reason: str
    at: datetime | None

    @property
    def id_number(self) -> str:
        """Return the national id number, by its type or by its eighteen characters."""
        typed = [value for value, kind in self.identifiers if kind.upper() in _NATIONAL]
        return next((value for value in typed + [value for value, _ in self.identifiers] if len(value) == 18), "")


def read_order(data: bytes, zone: tzinfo) -> PlacedMessage:
    """Return the order of a message.

    Raises:
        Hl7Error: it is no order message, or lacks what an order needs; the code is of table HL70357.

    """
    segments = parsed(data)
    head = segments[0]
    if (head.text(9, 1), head.text(9, 2)) not in _MESSAGES:
        raise Hl7Error(200, f"Only ORM^O01 and OMG^O19 are taken here, not {head.text(9, 1)}^{head.text(9, 2)}.")
    person, order = _first(segments, "PID"), _first(segments, "ORC")
    asked = next((one for one in segments if one.name == "OBR"), Segment("OBR", ()))
    wish = order.text(1)
    if wish not in set(Wish):
        raise Hl7Error(103, f"ORC-1 must be NW (place) or CA (cancel), not {wish!r}.")
    placer = order.text(2) or asked.text(2)
    if not placer:
        raise Hl7Error(101, "ORC-2, the placer's order number, is missing.")
    name = "".join(person.text(5, part) for part in (1, 2)) if not person.text(5, 1).isascii() else _western(person)
    if not name:
        raise Hl7Error(101, "PID-5, the person's name, is missing.")
    born = instant(person.text(7), zone)
    priority = (order.text(7, 6) or asked.text(27, 6) or asked.text(5) or "R")[:1].upper()
    return PlacedMessage(
        control_id=head.text(10),
        sender=head.text(3),
        facility=head.text(4),
        wish=Wish(wish),
        placer=placer[:60],
        identifiers=tuple((one.text(1), one.text(1, 5)) for one in person.repetitions(3) if one.text(1)),
        name=name[:60],
        sex=person.text(8).upper() if person.text(8).upper() in {"M", "F"} else "unknown",
        birth_date=born.date() if born else None,
        phone=person.text(13)[:20],
        urgency=_URGENCY.get(priority, "outpatient"),
        department=(asked.text(13) or order.text(17, 2) or order.text(13))[:60],
        requested_by=(order.text(12, 2) or asked.text(16, 2))[:60],
        clinical_note=(asked.text(31, 2) or asked.text(31))[:400],
        reason=(order.text(16, 2) or order.text(16))[:200],
        at=instant(head.text(7), zone),
    )


def _western(person: Segment) -> str:
    return " ".join(part for part in (person.text(5, 1), person.text(5, 2)) if part)


def _first(segments: list[Segment], name: str) -> Segment:
    found = next((one for one in segments if one.name == name), None)
    if found is None:
        raise Hl7Error(100, f"The segment {name} is missing.")
    return found


def acknowledgement(data: bytes, *, now: datetime, code: str, text: str = "", error: int = 0) -> bytes:
    """Return the ACK to a message that may itself be unreadable; `code` is AA, AE or AR."""
    try:
        head = parsed(data)[0]
    except Hl7Error:
        head = Segment("MSH", ())
    lines = [
        segment(
            "MSH",
            SEPARATORS,
            "TIANMU",
            "",
            escaped(head.text(3)),
            escaped(head.text(4)),
            written(now),
            "",
            f"ACK^{head.text(9, 2)}".rstrip("^"),
            f"A{head.text(10)}",
            "P",
            "2.5",
            *[""] * 5,
            "UNICODE UTF-8",
        ),
        segment("MSA", code, escaped(head.text(10)), escaped(text)),
    ]
    if error:
        lines.append(segment("ERR", "", "", f"{error}^^HL70357", "E", "", "", "", escaped(text)))
    return message(lines)
