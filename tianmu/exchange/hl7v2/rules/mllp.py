"""The minimal lower layer protocol: one message between a start block and an end block (HL7 v2 transport, MLLP R1)."""

from dataclasses import dataclass, field

START, END, RETURN = b"\x0b", b"\x1c", b"\x0d"
MOST_BYTES = 8 * 1024 * 1024


class MllpError(ValueError):
    """Bytes that no MLLP peer sends: the connection cannot go on."""


def framed(message: bytes) -> bytes:
    """Return a message as it travels."""
    return START + message + END + RETURN


@dataclass(slots=True)
class Unframer:
    """Collects bytes as they come and hands out whole messages; at most `most` bytes wait."""

    most: int = MOST_BYTES
    _waiting: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages that are whole now.

        Raises:
            MllpError: something else than a start block begins a message, or a message is larger than `most`.

        """
        self._waiting += data
        whole = []
        while self._waiting:
            if not self._waiting.startswith(START):
                raise MllpError("A message does not begin with the start block (0x0B).")
            end = self._waiting.find(END + RETURN)
            if end < 0:
                if len(self._waiting) > self.most:
                    raise MllpError(f"A message is larger than {self.most} bytes.")
                break
            whole.append(bytes(self._waiting[1:end]))
            del self._waiting[: end + 2]
        return whole
