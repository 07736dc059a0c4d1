"""SCP-ECG files of every encoding, built in the tests by the rules of EN 1064."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.formats.scp_huffman import Code, Table, reversed_bits
from tianmu.clinical.ecg.engine.formats.scp_samples import differences
from tianmu.clinical.ecg.engine.formats.scp_sections import checksum
from tianmu.clinical.ecg.engine.recording import Int32


@dataclass(frozen=True)
class Zone:
    """One beat: subtraction from `start` to `end` around `fiducial`, protected zone `low` to `high`, all from 1."""

    start: int
    fiducial: int
    end: int
    low: int
    high: int
    kind: int = 0


def section(number: int, body: bytes, reserved: bytes = b"\x00" * 6) -> bytes:
    rest = number.to_bytes(2, "little") + (16 + len(body)).to_bytes(4, "little") + b"\x14\x14" + reserved + body
    return checksum(rest).to_bytes(2, "little") + rest


def scp_file(bodies: dict[int, bytes], order: Sequence[int] = (), padding: int = 0) -> bytes:
    """Return a file with the sections in any order, `padding` zero bytes between them."""
    numbers = list(order) or sorted(bodies)
    position, places, body = 6 + 16 + 120, {}, b""
    for number in numbers:
        body += b"\x00" * padding
        places[number] = position + len(body) + 1
        body += section(number, bodies[number])
    pointers = b""
    for number in range(12):
        length = 136 if number == 0 else 16 + len(bodies[number]) if number in bodies else 0
        index = 7 if number == 0 else places.get(number, 0)
        pointers += number.to_bytes(2, "little") + length.to_bytes(4, "little") + index.to_bytes(4, "little")
    record = section(0, pointers, b"SCPECG") + body
    tail = (6 + len(record)).to_bytes(4, "little") + record
    return checksum(tail).to_bytes(2, "little") + tail


def lead_section(counts: Sequence[int], codes: Sequence[int], *, subtracted: bool = False) -> bytes:
    rows = b"".join(
        (1).to_bytes(4, "little") + count.to_bytes(4, "little") + bytes([code])
        for count, code in zip(counts, codes, strict=True)
    )
    return bytes([len(codes), 0x04 | int(subtracted)]) + rows


def sample_section(
    parts: Sequence[bytes], step_nv: int, interval_us: int, order: int, *, bimodal: bool = False
) -> bytes:
    head = step_nv.to_bytes(2, "little") + interval_us.to_bytes(2, "little") + bytes([order, int(bimodal)])
    return head + b"".join((len(part) & 0xFFFF).to_bytes(2, "little") for part in parts) + b"".join(parts)


def plain(samples: Int32, order: int) -> bytes:
    return differences(samples, order).astype("<i2").tobytes()


def table_section(tables: Sequence[Table]) -> bytes:
    body = len(tables).to_bytes(2, "little")
    for table in tables:
        body += len(table).to_bytes(2, "little")
        for code in table:
            value = code.value if code.switch_to is None else code.switch_to
            raw = reversed_bits(code.prefix, code.prefix_bits)
            body += bytes([code.prefix_bits, code.total_bits, int(code.switch_to is None)])
            body += value.to_bytes(2, "little", signed=True) + raw.to_bytes(4, "little")
    return body


def huffman(values: Sequence[int], tables: Sequence[Table]) -> bytes:
    """Return values coded in the first table, going over to the other table wherever it alone knows the value."""
    bits, current = "", 0
    for value in values:
        code = _find(tables[current], value)
        if code is None:
            switch = next(item for item in tables[current] if item.switch_to is not None)
            assert switch.switch_to is not None
            bits += f"{switch.prefix:0{switch.prefix_bits}b}"
            current = switch.switch_to - 1
            code = _find(tables[current], value)
        assert code is not None
        bits += f"{code.prefix:0{code.prefix_bits}b}"
        size = code.total_bits - code.prefix_bits
        if size:
            bits += f"{value & ((1 << size) - 1):0{size}b}"
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _find(table: Table, value: int) -> Code | None:
    exact = [code for code in table if code.switch_to is None and code.total_bits == code.prefix_bits]
    literal = [code for code in table if code.switch_to is None and code.total_bits > code.prefix_bits]
    found = next((code for code in exact if code.value == value), None)
    if found is not None:
        return found
    sizes = ((code, code.total_bits - code.prefix_bits) for code in literal)
    return next((code for code, size in sizes if -(1 << (size - 1)) <= value < 1 << (size - 1)), None)


def location_section(zones: Sequence[Zone], length_ms: int, fiducial: int) -> bytes:
    body = length_ms.to_bytes(2, "little") + fiducial.to_bytes(2, "little") + len(zones).to_bytes(2, "little")
    for zone in zones:
        body += zone.kind.to_bytes(2, "little")
        body += b"".join(edge.to_bytes(4, "little") for edge in (zone.start, zone.fiducial, zone.end))
    return body + b"".join(edge.to_bytes(4, "little") for zone in zones for edge in (zone.low, zone.high))


def bimodal_values(samples: Int32, zones: Sequence[Zone], ratio: int) -> Int32:
    """Return protected samples as they are and the rounded mean of every `ratio` others."""
    kept = np.zeros(samples.size, bool)
    for zone in zones:
        kept[zone.low - 1 : zone.high] = True
    result: list[int] = []
    at = 0
    while at < samples.size:
        if kept[at]:
            result.append(int(samples[at]))
            at += 1
            continue
        stop = at
        while stop < samples.size and not kept[stop] and stop - at < ratio:
            stop += 1
        result.append(round(float(samples[at:stop].mean())))
        at = stop
    return np.array(result, np.int32)
