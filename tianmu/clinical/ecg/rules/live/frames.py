"""One frame of a live ECG as bytes, from the device to the server and from the server to the screen.

The layout, field by field, with a worked example: docs/algorithms/ecg-live.md.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Int16 = NDArray[np.int16]

MAGIC = b"TL"
VERSION = 1
MISSING = -32768
MOST_LEADS = 18
MOST_SAMPLES = 200
MOST_SEQ = 2**32 - 1
HEADER = struct.Struct("<2sBB16sIqHH")
CRC = struct.Struct("<I")
MOST_BYTES = HEADER.size + MOST_LEADS * MOST_SAMPLES * 2


class FrameError(ValueError):
    """Raised for bytes that are no frame; the sentence says what is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame: `samples` (leads, n) int16, MISSING where the device knows nothing.

    From a device `seq` counts its frames and `clock_ms` is its own clock; from the server `seq` is the place of the
    frame on the session's time line and `clock_ms` the server's time of its first sample.
    """

    session: UUID
    seq: int
    clock_ms: int
    samples: Int16


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the samples."""

    session: UUID
    seq: int
    clock_ms: int
    leads: int
    samples: int

    @property
    def size(self) -> int:
        """Return the length of the whole frame in bytes."""
        return HEADER.size + self.leads * self.samples * 2


def encode(frame: Frame) -> bytes:
    """Return the bytes of a frame; FrameError where a number does not fit."""
    if frame.samples.ndim != 2 or frame.samples.dtype != np.int16:
        raise FrameError("The samples of a frame are 16-bit whole numbers, one row for each lead.")
    leads, count = frame.samples.shape
    if not 1 <= leads <= MOST_LEADS or not 1 <= count <= MOST_SAMPLES:
        raise FrameError(f"A frame holds 1 to {MOST_LEADS} leads of 1 to {MOST_SAMPLES} samples.")
    if not 0 <= frame.seq <= MOST_SEQ or not -(2**63) <= frame.clock_ms < 2**63:
        raise FrameError("The sequence number or the clock of the frame is out of range.")
    head = HEADER.pack(MAGIC, VERSION, leads, frame.session.bytes, frame.seq, frame.clock_ms, count, 0)
    return head + np.ascontiguousarray(frame.samples, dtype="<i2").tobytes()


def head_of(data: bytes, at: int = 0) -> Head:
    """Read what stands before the samples of the frame at `at`."""
    if len(data) - at < HEADER.size:
        raise FrameError("The frame is cut off before its samples.")
    magic, version, leads, session, seq, clock_ms, count, flags = HEADER.unpack_from(data, at)
    if magic != MAGIC or version != VERSION or flags:
        raise FrameError("These bytes are no live frame of version 1.")
    if not 1 <= leads <= MOST_LEADS or not 1 <= count <= MOST_SAMPLES:
        raise FrameError(f"A frame holds 1 to {MOST_LEADS} leads of 1 to {MOST_SAMPLES} samples.")
    return Head(UUID(bytes=session), seq, clock_ms, leads, count)


def decode(data: bytes) -> Frame:
    """Read exactly one frame."""
    head = head_of(data)
    if len(data) != head.size:
        raise FrameError(f"The frame says {head.size} bytes and has {len(data)}.")
    return Frame(head.session, head.seq, head.clock_ms, samples_of(data))


def samples_of(data: bytes) -> Int16:
    """Return the samples (leads, n) of one whole frame that was checked before."""
    rows = np.frombuffer(data, "<i2", offset=HEADER.size)
    return rows.reshape(data[3], -1).astype(np.int16, copy=False)


def split(data: bytes) -> Iterator[bytes]:
    """Yield the frames of a message that holds several, one after the other."""
    at = 0
    while at < len(data):
        size = head_of(data, at).size
        if at + size > len(data):
            raise FrameError("The last frame of the message is cut off.")
        yield data[at : at + size]
        at += size


def restamp(data: bytes, seq: int, clock_ms: int) -> bytes:
    """Return the same samples at another place in time."""
    return data[:20] + struct.pack("<Iq", seq, clock_ms) + data[32:]


def only_leads(data: bytes, wanted: Sequence[int]) -> bytes:
    """Return the frame with some of its leads, in the order wanted."""
    size = 2 * int.from_bytes(data[32:34], "little")
    planes = (data[HEADER.size + lead * size : HEADER.size + (lead + 1) * size] for lead in wanted)
    return data[:3] + bytes([len(wanted)]) + data[4 : HEADER.size] + b"".join(planes)


def as_record(frame: bytes) -> bytes:
    """Return the frame as it is appended to a journal: with a check sum before it."""
    return CRC.pack(zlib.crc32(frame)) + frame


def records(data: bytes) -> Iterator[bytes]:
    """Yield the frames of a journal up to the first torn or altered record; what a killed writer left is no frame."""
    at = 0
    while at + CRC.size < len(data):
        try:
            size = head_of(data, at + CRC.size).size
        except FrameError:
            return
        frame = data[at + CRC.size : at + CRC.size + size]
        if len(frame) != size or zlib.crc32(frame) != CRC.unpack_from(data, at)[0]:
            return
        yield frame
        at += CRC.size + size
