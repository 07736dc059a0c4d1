"""Segments as text and back (HL7 v2.5 chapter 2): fields, components, escapes; separators are the usual ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

_ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\r": "\\.br\\", "\n": "\\.br\\"}
_PLAIN = {"E": "\\", "F": "|", "S": "^", "T": "&", "R": "~", ".br": "\n"}
SEPARATORS = "^~\\&"
MOST_SEGMENTS = 2000


class Hl7Error(ValueError):
    """A message that cannot be understood; `code` is of table HL70357."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def escaped(text: str) -> str:
    """Return text as it may stand in a component."""
    return "".join(_ESCAPES.get(letter, letter) for letter in text.replace("\r\n", "\n"))


def unescaped(text: str) -> str:
    """Return what an escaped component says; escapes that carry no text (highlighting, local) are dropped."""
    if "\\" not in text:
        return text
    parts = text.split("\\")
    said = [parts[0]]
    for number, part in enumerate(parts[1:], 1):
        if number % 2 == 0 or number == len(parts) - 1:
            said.append(part)
        elif part[:1] == "X":
            said.append(_hexadecimal(part[1:]))
        else:
            said.append(_PLAIN.get(part, ""))
    return "".join(said)


def _hexadecimal(digits: str) -> str:
    try:
        return bytes.fromhex(digits).decode("utf-8", "replace")
    except ValueError:
        return ""


def composite(*components: str) -> str:
    """Return a field of components, the empty ones at its end left out."""
    return "^".join(escaped(component) for component in components).rstrip("^")


def segment(name: str, *fields: str) -> str:
    """Return a segment of fields that are written already; the empty ones at its end are left out."""
    return "|".join((name, *fields)).rstrip("|")


def message(segments: Sequence[str]) -> bytes:
    """Return segments as one message in UTF-8, each ended by a carriage return."""
    return "".join(f"{one}\r" for one in segments).encode()


@dataclass(frozen=True, slots=True)
class Segment:
    """One parsed segment; fields are counted as in the standard, `MSH-1` being the separator itself."""

    name: str
    fields: tuple[str, ...]

    def text(self, field: int, component: int = 1) -> str:
        """Return one component of the first repetition of a field; empty when it is not there."""
        if field > len(self.fields):
            return ""
        parts = self.fields[field - 1].split("~")[0].split("^")
        return unescaped(parts[component - 1].split("&")[0]).strip() if component <= len(parts) else ""

    def repetitions(self, field: int) -> list["Segment"]:
        """Return each repetition of a field as a segment whose first field it is."""
        if field > len(self.fields) or not self.fields[field - 1]:
            return []
        return [Segment(self.name, (one,)) for one in self.fields[field - 1].split("~")]


def parsed(data: bytes) -> list[Segment]:
    """Return the segments of a message in UTF-8 or, where its header says so, GB18030.

    Raises:
        Hl7Error: it is no HL7 v2 message with the usual separators, or it has too many segments.

    """
    text = _decoded(data)
    lines = [line for line in text.replace("\r\n", "\r").replace("\n", "\r").split("\r") if line.strip()]
    if not lines or not lines[0].startswith("MSH|" + SEPARATORS):
        raise Hl7Error(100, f"The message does not begin with MSH|{SEPARATORS}.")
    if len(lines) > MOST_SEGMENTS:
        raise Hl7Error(207, f"The message has more than {MOST_SEGMENTS} segments.")
    segments = [Segment(name, tuple(rest.split("|"))) for name, _, rest in (line.partition("|") for line in lines)]
    head = segments[0]
    return [Segment("MSH", ("|", *head.fields)), *segments[1:]]


def _decoded(data: bytes) -> str:
    head = data[:400].split(b"\r")[0].split(b"|")
    named = head[17].decode("ascii", "replace").upper() if len(head) > 17 else ""
    charset = "gb18030" if named.startswith("GB ") or "GB18030" in named or "GB2312" in named else "utf-8-sig"
    try:
        return data.decode(charset)
    except UnicodeDecodeError as error:
        raise Hl7Error(207, f"The message is not text in {charset}; say in MSH-18 which set it uses.") from error


def instant(text: str, zone: tzinfo) -> datetime | None:
    """Return a TS value (YYYY[MM[DD[HH[MM[SS]]]]][+ZZZZ]) as an instant; None when it is empty or wrong."""
    plain, sign, offset = text.partition("+") if "+" in text else text.partition("-")
    digits = plain.split(".")[0]
    form = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}.get(len(digits))
    if form is None or not digits.isdigit():
        return None
    try:
        moment = datetime.strptime(digits, form)  # noqa: DTZ007 - the zone follows
        ahead = timedelta(hours=int(offset[:2]), minutes=int(offset[2:4])) if sign and len(offset) == 4 else None
    except ValueError:
        return None
    if ahead is None:
        return moment.replace(tzinfo=zone)
    return moment.replace(tzinfo=timezone(ahead if sign == "+" else -ahead))


def written(moment: datetime) -> str:
    """Return an instant as TS with its zone."""
    return f"{moment:%Y%m%d%H%M%S%z}"
