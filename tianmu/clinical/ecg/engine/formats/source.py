"""The bytes a reader works on: the file, its name, the files beside it, and a cursor that never reads past the end."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError


@dataclass(frozen=True, slots=True)
class Source:
    """One upload: `data` is the main file, `companions` the files beside it by name (such as the .dat of a .hea)."""

    data: bytes
    filename: str | None = None
    companions: Mapping[str, bytes] = field(default_factory=dict)
    _by_name: dict[str, bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = {base_name(name): body for name, body in self.companions.items()}
        if self.filename is not None:
            found[base_name(self.filename)] = self.data
        object.__setattr__(self, "_by_name", found)

    def companion(self, name: str) -> bytes | None:
        """Return the file of that name (folder and letter case ignored), the main file included; None where absent."""
        return self._by_name.get(base_name(name))

    @property
    def total_bytes(self) -> int:
        """Return the size of all files together."""
        return len(self.data) + sum(map(len, self.companions.values()))


def base_name(name: str) -> str:
    """Return the last part of a path in lower case, whichever way its slashes lean."""
    return PurePosixPath(name.replace("\\", "/")).name.lower()


class Cursor:
    """Read little- or big-endian integers one after another; running past the end is a truncated file."""

    def __init__(self, data: bytes, offset: int = 0, end: int | None = None, *, little_endian: bool = True) -> None:
        self.data = data
        self.offset = offset
        self.end = len(data) if end is None else min(end, len(data))
        self.little_endian = little_endian

    @property
    def remaining(self) -> int:
        """Return how many bytes are left."""
        return self.end - self.offset

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes; raise TRUNCATED where the file holds fewer."""
        if count < 0 or count > self.remaining:
            raise UnreadableRecordingError(
                Fault.TRUNCATED,
                f"The file ends early: {count} bytes are announced at byte {self.offset}, {max(self.remaining, 0)} are "
                "there. Send the whole file again.",
            )
        start = self.offset
        self.offset += count
        return self.data[start : self.offset]

    def _number(self, code: str, size: int) -> int:
        value: int = struct.unpack(("<" if self.little_endian else ">") + code, self.take(size))[0]
        return value

    def u8(self) -> int:
        """Return the next byte, unsigned."""
        return self._number("B", 1)

    def u16(self) -> int:
        """Return the next two bytes, unsigned."""
        return self._number("H", 2)

    def i16(self) -> int:
        """Return the next two bytes, signed."""
        return self._number("h", 2)

    def u32(self) -> int:
        """Return the next four bytes, unsigned."""
        return self._number("I", 4)

    def i32(self) -> int:
        """Return the next four bytes, signed."""
        return self._number("i", 4)


def malformed(detail: str) -> UnreadableRecordingError:
    """Return the error for a file whose parts contradict each other; the caller raises it."""
    return UnreadableRecordingError(Fault.MALFORMED, detail)
