"""XLI, the compression of Philips Sierra ECG: 10-bit LZW, byte planes, second differences."""

import struct

import numpy as np

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.source import malformed
from tianmu.clinical.ecg.engine.recording import Int32

_CODE_BITS = 10
_LAST_CODE = (1 << _CODE_BITS) - 2
_CHUNK_HEADER = 8
_DIFFERENCE_BIAS = 64


def decompress(data: bytes, samples_per_lead: int) -> list[Int32]:
    """Return the leads of an XLI container as stored, each of at most `samples_per_lead` samples."""
    leads: list[Int32] = []
    offset = 0
    while offset + _CHUNK_HEADER <= len(data):
        size, _, first = struct.unpack_from("<IHh", data, offset)
        offset += _CHUNK_HEADER
        if size > len(data) - offset:
            raise UnreadableRecordingError(
                Fault.TRUNCATED, f"Lead {len(leads) + 1} announces {size} compressed bytes; the file ends before them."
            )
        if size == 0:
            break
        planes = unpack_lzw(data[offset : offset + size], 2 * samples_per_lead)
        leads.append(_integrate(_join_planes(planes), first))
        offset += size
    return leads


def unpack_lzw(data: bytes, most_bytes: int) -> bytes:
    """Return the bytes behind 10-bit LZW codes, highest bit first; stop at `most_bytes` (no bomb unpacks further)."""
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    whole = bits[: bits.size // _CODE_BITS * _CODE_BITS].reshape(-1, _CODE_BITS)
    codes = (whole @ (1 << np.arange(_CODE_BITS - 1, -1, -1))).tolist()
    table = [bytes([value]) for value in range(256)]
    parts: list[bytes] = []
    previous = b""
    total = 0
    for code in codes:
        if code > _LAST_CODE:
            break
        if code < len(table):
            entry = table[code]
        elif code == len(table) and previous:
            entry = previous + previous[:1]
        else:
            raise malformed("The compressed samples are damaged: a code comes before its definition.")
        if previous and len(table) <= _LAST_CODE:
            table.append(previous + entry[:1])
        previous = entry
        parts.append(entry)
        total += len(entry)
        if total >= most_bytes:
            break
    return b"".join(parts)[:most_bytes]


def _join_planes(planes: bytes) -> Int32:
    """Return 16-bit values from a plane of high bytes followed by a plane of low bytes."""
    half = len(planes) // 2
    raw = np.frombuffer(planes, np.uint8, 2 * half).astype(np.int32)
    return ((raw[:half] << 8 | raw[half:]) + 0x8000 & 0xFFFF) - 0x8000


def _integrate(values: Int32, first: int) -> Int32:
    """Return samples: each continues the line of the two before it, less the difference stored one place earlier."""
    if values.size < 3:
        return values
    bends = np.empty(values.size, np.int64)
    bends[0], bends[1] = values[0], values[1] - values[0]
    bends[2] = -first
    bends[3:] = _DIFFERENCE_BIAS - values[2:-1].astype(np.int64)
    slopes = bends.copy()
    slopes[1:] = np.cumsum(bends[1:])
    samples = np.cumsum(slopes)
    if int(np.abs(samples).max()) > np.iinfo(np.int32).max:
        raise malformed("The compressed samples are damaged: they run out of range.")
    return samples.astype(np.int32)
