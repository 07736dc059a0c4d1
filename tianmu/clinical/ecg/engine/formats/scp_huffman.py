"""Huffman coding of SCP-ECG (EN 1064 sections 2, 5, 6): default table, custom tables, table switching."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.source import malformed
from tianmu.clinical.ecg.engine.recording import Int32

_WINDOW_BITS = 16
_SYMBOLS_PER_STEP = 8


@dataclass(frozen=True, slots=True)
class Code:
    """One code structure: `prefix` is `prefix_bits` long, first bit highest; `total_bits` more means a literal follows.

    `switch_to` names the table (from 1) to go on with; such a code carries no sample.
    """

    prefix_bits: int
    total_bits: int
    value: int
    prefix: int
    switch_to: int | None = None


Table = tuple[Code, ...]


def default_table() -> Table:
    """Return the default table of the standard: k ones, a zero and a sign for 1 to 8, escapes of 8 and 16 bits."""
    codes = [Code(1, 1, 0, 0)]
    for size in range(1, 9):
        ones = ((1 << size) - 1) << 2
        codes += [Code(size + 2, size + 2, size, ones), Code(size + 2, size + 2, -size, ones | 1)]
    return (*codes, Code(10, 18, 0, 0b1111111110), Code(10, 26, 0, 0b1111111111))


DEFAULT_TABLE = default_table()


def reversed_bits(value: int, count: int) -> int:
    """Return the lowest `count` bits in the opposite order (SCP stores the first bit of a code lowest)."""
    result = 0
    for _ in range(count):
        result = result << 1 | (value & 1)
        value >>= 1
    return result


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """What to do at each 16-bit window: bits to advance (0: no such code), symbols and whether a literal follows."""

    advance: NDArray[np.uint8]
    count: NDArray[np.uint8]
    values: NDArray[np.int16]
    literal_bits: NDArray[np.uint8]
    prefix_bits: NDArray[np.uint8]
    index: NDArray[np.int32]


@lru_cache(maxsize=64)
def _steps(table: Table) -> _Steps:
    size = 1 << _WINDOW_BITS
    index = np.full(size, len(table), np.int32)
    for at in range(len(table) - 1, -1, -1):
        code = table[at]
        if code.prefix_bits <= _WINDOW_BITS:
            low = code.prefix << (_WINDOW_BITS - code.prefix_bits)
            index[low : low + (1 << (_WINDOW_BITS - code.prefix_bits))] = at
    bits = np.array([code.prefix_bits for code in table] + [99], np.int32)
    plain = np.array([code.total_bits == code.prefix_bits for code in table] + [False])
    value = np.array([np.clip(code.value, -32768, 32767) for code in table] + [0], np.int16)
    window = np.arange(size, dtype=np.int32)
    at_bit = np.zeros(size, np.int32)
    count = np.zeros(size, np.uint8)
    values = np.zeros((size, _SYMBOLS_PER_STEP), np.int16)
    alive = np.ones(size, bool)
    for symbol in range(_SYMBOLS_PER_STEP):
        found = index[(window << at_bit) & (size - 1)]
        alive &= plain[found] & (at_bit + bits[found] <= _WINDOW_BITS)
        values[:, symbol] = np.where(alive, value[found], 0)
        count += alive
        at_bit += np.where(alive, bits[found], 0)
    literal = np.array([code.total_bits - code.prefix_bits for code in table] + [0], np.uint8)[index]
    prefix = np.array([code.prefix_bits for code in table] + [0], np.uint8)[index]
    advance = np.where(literal > 0, prefix + literal, at_bit).astype(np.uint8)
    return _Steps(advance, np.where(literal > 0, 1, count).astype(np.uint8), values, literal, prefix, index)


def decode(data: bytes, count: int, tables: Sequence[Table]) -> Int32:
    """Return `count` numbers decoded with the first table (and those it switches to), shape (count,)."""
    if count == 0:
        return np.zeros(0, np.int32)
    simple = all(
        code.switch_to is None
        and code.prefix_bits <= _WINDOW_BITS
        and code.total_bits - code.prefix_bits <= _WINDOW_BITS
        for code in tables[0]
    )
    return _decode_fast(data, count, tables[0]) if simple else _decode_switching(data, count, tables)


def _windows(data: bytes) -> NDArray[np.uint16]:
    """Return the 16 bits that start at every bit of the data, shape (8 n,)."""
    raw = np.frombuffer(data + b"\x00\x00\x00", np.uint8).astype(np.uint32)
    wide = raw[:-3] << 16 | raw[1:-2] << 8 | raw[2:-1]
    return (wide[:, None] >> np.arange(8, 0, -1, dtype=np.uint32)).astype(np.uint16).reshape(-1)


def _decode_fast(data: bytes, count: int, table: Table) -> Int32:
    steps = _steps(table)
    windows = _windows(data)
    advance = steps.advance[windows].tobytes()
    end = len(advance)
    position = 0
    visited = []
    while position < end:
        visited.append(position)
        step = advance[position]
        if step == 0:
            visited.pop()
            break
        position += step
    at = np.array(visited, np.int64)
    here = windows[at]
    counts = steps.count[here].astype(np.int64)
    values = steps.values[here].astype(np.int32)
    literal = steps.literal_bits[here].astype(np.int32)
    escaped = np.flatnonzero(literal)
    if escaped.size:
        start = np.minimum(at[escaped] + steps.prefix_bits[here[escaped]], windows.size - 1)
        word = windows[start].astype(np.int32)
        bits = literal[escaped]
        number = word >> (_WINDOW_BITS - bits)
        values[escaped, 0] = np.where(number >> (bits - 1), number - (1 << bits), number)
    result = values[np.arange(_SYMBOLS_PER_STEP)[None, :] < counts[:, None]]
    if result.size < count:
        raise _too_short(count, result.size)
    return result[:count]


def _decode_switching(data: bytes, count: int, tables: Sequence[Table]) -> Int32:
    """Decode one code at a time: for tables that switch or have codes longer than 16 bits."""
    books = [{(code.prefix_bits, code.prefix): code for code in table} for table in tables]
    lengths = [sorted({code.prefix_bits for code in table}) for table in tables]
    total = len(data) * 8
    number = int.from_bytes(data[:65536], "big")
    total = min(total, 65536 * 8)
    bit_text = f"{number:0{total}b}" if total else ""
    result: list[int] = []
    current = position = idle = 0
    while len(result) < count:
        for length in lengths[current]:
            code = books[current].get((length, int(bit_text[position : position + length] or "0", 2)))
            if code is not None and position + length <= total:
                break
        else:
            raise _too_short(count, len(result))
        position += code.total_bits if code.switch_to is None else code.prefix_bits
        if code.switch_to is not None:
            idle += 1
            if not 0 < code.switch_to <= len(tables) or idle > total:
                raise malformed(f"A Huffman code switches to table {code.switch_to}, which the file does not hold.")
            current = code.switch_to - 1
        elif code.total_bits > code.prefix_bits:
            result.append(_signed(bit_text[position - code.total_bits + code.prefix_bits : position]))
        else:
            result.append(code.value)
    return np.array(result, np.int64).astype(np.int32)


def _signed(bits: str) -> int:
    return int(bits or "0", 2) - ((1 << len(bits)) if bits[:1] == "1" else 0)


def _too_short(wanted: int, found: int) -> UnreadableRecordingError:
    return UnreadableRecordingError(
        Fault.TRUNCATED, f"The compressed samples of a lead end after {found} of {wanted}. Send the whole file again."
    )


def _code_arrays() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    plain = {code.value: code for code in DEFAULT_TABLE if code.total_bits == code.prefix_bits}
    ordered = [plain[value] for value in range(-8, 9)]
    return np.array([code.prefix for code in ordered], np.int64), np.array(
        [code.total_bits for code in ordered], np.int64
    )


_CODE, _LENGTH = _code_arrays()


def encode_default(values: Int32) -> bytes | None:
    """Return the numbers in the default table, zero padded to whole bytes; None where one exceeds 16 bits."""
    if values.size == 0:
        return b""
    if int(values.min()) < -32768 or int(values.max()) > 32767:
        return None
    wide = values.astype(np.int64)
    small = np.abs(wide) <= 8
    index = np.where(small, wide + 8, 8)
    byte_sized = (wide >= -128) & (wide <= 127)
    escaped = np.where(byte_sized, 0b1111111110 << 8 | (wide & 0xFF), 0b1111111111 << 16 | (wide & 0xFFFF))
    code = np.where(small, _CODE[index], escaped)
    length = np.where(small, _LENGTH[index], np.where(byte_sized, 18, 26))
    start = np.cumsum(length) - length
    total = int(start[-1] + length[-1])
    word = start >> 5
    shifted = code << (64 - length - (start & 31))
    high = np.bincount(word, (shifted >> 32 & 0xFFFFFFFF).astype(np.float64), total // 32 + 2)
    low = np.bincount(word + 1, (shifted & 0xFFFFFFFF).astype(np.float64), total // 32 + 2)
    return (high + low).astype(np.uint64).astype(">u4").tobytes()[: -(-total // 8)]
