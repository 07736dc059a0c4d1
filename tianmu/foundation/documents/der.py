"""The little of ASN.1's distinguished encoding (ITU-T X.690) that certificates and time stamps need. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID, UTF8 = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C
SEQUENCE, SET, UTC_TIME, GENERALIZED_TIME = 0x30, 0x31, 0x17, 0x18
LARGEST_BYTES = 1 << 20


class DerError(ValueError):
    """Raised for bytes that are not what they should be; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Node:
    """One decoded element: its tag, its content, and the bytes of the whole element."""

    tag: int
    value: bytes
    whole: bytes

    def children(self) -> list["Node"]:
        """Return the elements inside of a constructed one."""
        found, rest = [], self.value
        while rest:
            node, rest = _take(rest)
            found.append(node)
        return found

    def demand(self, tag: int) -> "Node":
        """Return itself when it has this tag.

        Raises:
            DerError: it has another.

        """
        if self.tag != tag:
            message = f"Tag {tag:#x} was expected, {self.tag:#x} was found."
            raise DerError(message)
        return self

    def integer(self) -> int:
        """Return a whole number."""
        return int.from_bytes(self.demand(INTEGER).value, signed=True)

    def text(self) -> str:
        """Return an object identifier in dots."""
        data = self.demand(OID).value
        arcs, number = [], 0
        for byte in data:
            number = number << 7 | byte & 127
            if byte < 128:
                arcs.append(number)
                number = 0
        if not arcs or data[-1] > 127:
            message = "An object identifier ends too early."
            raise DerError(message)
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))

    def instant(self) -> datetime:
        """Return a time in UTC."""
        pattern = "%y%m%d%H%M%SZ" if self.tag == UTC_TIME else "%Y%m%d%H%M%SZ"
        value = self.value.decode("ascii", "replace")
        if self.tag == GENERALIZED_TIME and "." in value:
            pattern = "%Y%m%d%H%M%S.%fZ"
        try:
            return datetime.strptime(value, pattern).replace(tzinfo=UTC)
        except ValueError as error:
            message = f"{value!r} is not a time."
            raise DerError(message) from error


def read(data: bytes) -> Node:
    """Decode one element that fills `data`.

    Raises:
        DerError: the bytes are cut off, too many, or not in the distinguished form.

    """
    node, rest = _take(data)
    if rest:
        message = f"{len(rest)} bytes follow after the end."
        raise DerError(message)
    return node


def element(tag: int, value: bytes) -> bytes:
    """Encode one element."""
    size = len(value)
    if size < 128:
        return bytes([tag, size]) + value
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 128 | len(length)]) + length + value


def sequence(*parts: bytes) -> bytes:
    """Encode a sequence."""
    return element(SEQUENCE, b"".join(parts))


def set_of(parts: Iterable[bytes]) -> bytes:
    """Encode a set, sorted as the distinguished form demands."""
    return element(SET, b"".join(sorted(parts)))


def integer(number: int) -> bytes:
    """Encode a whole number."""
    return element(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, signed=True))


def octets(data: bytes) -> bytes:
    """Encode a string of bytes."""
    return element(OCTETS, data)


def bits(data: bytes) -> bytes:
    """Encode a string of whole bytes as bits."""
    return element(BITS, b"\0" + data)


def null() -> bytes:
    """Encode nothing."""
    return element(NULL, b"")


def boolean(*, value: bool) -> bytes:
    """Encode yes or no."""
    return element(BOOLEAN, b"\xff" if value else b"\0")


def utf8(text: str) -> bytes:
    """Encode text."""
    return element(UTF8, text.encode())


def oid(text: str) -> bytes:
    """Encode an object identifier in dots."""
    first, second, *rest = map(int, text.split("."))
    value = b""
    for number in (first * 40 + second, *rest):
        groups = [number & 127]
        while number := number >> 7:
            groups.append(number & 127 | 128)
        value += bytes(reversed(groups))
    return element(OID, value)


def generalized_time(instant: datetime) -> bytes:
    """Encode an instant to the second."""
    return element(GENERALIZED_TIME, instant.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def utc_time(instant: datetime) -> bytes:
    """Encode an instant as certificates do: two digits of the year up to 2049, four from then on."""
    if instant.astimezone(UTC).year >= 2050:
        return generalized_time(instant)
    return element(UTC_TIME, instant.astimezone(UTC).strftime("%y%m%d%H%M%SZ").encode())


def context(number: int, value: bytes, *, constructed: bool = True) -> bytes:
    """Encode an element with a tag of its context."""
    return element((0xA0 if constructed else 0x80) | number, value)


def _take(data: bytes) -> tuple[Node, bytes]:
    if len(data) < 2 or data[0] & 31 == 31:
        message = "The bytes end too early."
        raise DerError(message)
    size, start = data[1], 2
    if size > 127:
        count = size & 127
        size, start = int.from_bytes(data[2 : 2 + count]), 2 + count
        if not 1 <= count <= 4 or size < 128 or data[2] == 0:
            message = "A length is not in the distinguished form."
            raise DerError(message)
    end = start + size
    if end > min(len(data), LARGEST_BYTES):
        message = "The bytes end too early."
        raise DerError(message)
    return Node(data[0], data[start:end], data[:end]), data[end:]
