"""The WFDB signal formats (PhysioNet, signal(5)): bytes to integers and back, vectorised."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.recording import Int32

# Bytes per group of samples, samples per group.
_PACKING: Mapping[int, tuple[int, int]] = MappingProxyType({
    8: (1, 1), 16: (2, 1), 24: (3, 1), 32: (4, 1), 61: (2, 1), 80: (1, 1), 160: (2, 1), 212: (3, 2), 310: (4, 3),
    311: (4, 3),
})  # fmt: skip
INVALID_SAMPLE: Mapping[int, int] = MappingProxyType({
    16: -32768, 24: -(1 << 23), 32: -(1 << 31), 61: -32768, 80: -128, 160: -32768, 212: -2048, 310: -512, 311: -512,
})  # fmt: skip


def bytes_needed(storage: int, count: int) -> int:
    """Return the bytes that `count` samples take in a WFDB format; the last group may be cut short."""
    if storage not in _PACKING:
        raise UnreadableRecordingError(
            Fault.UNSUPPORTED, f"WFDB signal format {storage} is not read here; rewrite the record in format 16."
        )
    if storage == 212:
        return count // 2 * 3 + count % 2 * 2
    if storage == 310:
        return count // 3 * 4 + (count % 3 and 2 * (count % 3))
    if storage == 311:
        return count // 3 * 4 + (0, 2, 4)[count % 3]
    size, per_group = _PACKING[storage]
    return count // per_group * size


def samples_in(storage: int, byte_count: int) -> int:
    """Return how many whole samples lie in so many bytes."""
    bytes_needed(storage, 0)
    size, per_group = _PACKING[storage]
    groups, rest = divmod(byte_count, size)
    extra = {212: int(rest >= 2), 310: int(rest >= 2), 311: int(rest >= 2)}.get(storage, 0)
    return groups * per_group + extra


def unpack(data: bytes | memoryview, storage: int, count: int) -> Int32:
    """Return `count` samples, shape (count,), from bytes that hold at least bytes_needed(storage, count)."""
    raw = np.frombuffer(data, np.uint8, bytes_needed(storage, count))
    if storage in {8, 80}:
        return raw.view(np.int8).astype(np.int32) if storage == 8 else raw.astype(np.int32) - 128
    if storage in {16, 61}:
        return raw.view("<i2" if storage == 16 else ">i2").astype(np.int32)
    if storage == 160:
        return raw.view("<u2").astype(np.int32) - 32768
    if storage == 32:
        return raw.view("<i4").astype(np.int32)
    if storage == 24:
        return unpack_24(raw)
    size, per_group = _PACKING[storage]
    padded = np.zeros(-(-count // per_group) * size, np.uint8)
    padded[: raw.size] = raw
    unpacker = {212: _unpack_212, 310: _unpack_310, 311: _unpack_311}[storage]
    return unpacker(padded.reshape(-1, size).astype(np.int32))[:count]


def unpack_24(raw: NDArray[np.uint8]) -> Int32:
    """Return little-endian 24-bit two's-complement samples from bytes, shape (3 n,) -> (n,)."""
    wide = np.zeros((raw.size // 3, 4), np.uint8)
    wide[:, 1:] = raw.reshape(-1, 3)
    return (wide.reshape(-1).view("<i4") >> 8).astype(np.int32)


def _signed(values: Int32, bits: int) -> Int32:
    half = 1 << (bits - 1)
    return ((values + half) & ((1 << bits) - 1)) - half


def _unpack_212(groups: Int32) -> Int32:
    pairs = np.empty((groups.shape[0], 2), np.int32)
    pairs[:, 0] = groups[:, 0] | (groups[:, 1] & 0x0F) << 8
    pairs[:, 1] = groups[:, 2] | (groups[:, 1] & 0xF0) << 4
    return _signed(pairs, 12).reshape(-1)


def _unpack_310(groups: Int32) -> Int32:
    low, high = groups[:, 0] | groups[:, 1] << 8, groups[:, 2] | groups[:, 3] << 8
    triples = np.stack([(low >> 1) & 0x3FF, (high >> 1) & 0x3FF, (low >> 11) | (high >> 11) << 5], axis=1)
    return _signed(triples, 10).reshape(-1)


def _unpack_311(groups: Int32) -> Int32:
    word = groups[:, 0] | groups[:, 1] << 8 | groups[:, 2] << 16 | (groups[:, 3] & 0x3F) << 24
    return _signed(np.stack([word & 0x3FF, (word >> 10) & 0x3FF, (word >> 20) & 0x3FF], axis=1), 10).reshape(-1)


def pack(samples: Int32, storage: int) -> bytes:
    """Return the bytes of samples in format 16, 24, 32 or 212; raise UNSUPPORTED where a value does not fit."""
    bits = {16: 16, 24: 24, 32: 32, 212: 12}[storage]
    if samples.size and (int(samples.min()) < -(1 << (bits - 1)) or int(samples.max()) >= 1 << (bits - 1)):
        raise UnreadableRecordingError(
            Fault.UNSUPPORTED, f"A sample does not fit in {bits} bits; choose a wider format."
        )
    if storage == 212:
        return _pack_212(samples)
    if storage == 24:
        return np.ascontiguousarray(samples.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3]).tobytes()
    return samples.astype("<i2" if storage == 16 else "<i4").tobytes()


def _pack_212(samples: Int32) -> bytes:
    pairs = np.zeros((samples.size + 1) // 2 * 2, np.int32)
    pairs[: samples.size] = samples & 0xFFF
    first, second = pairs[0::2], pairs[1::2]
    groups = np.stack([first & 0xFF, first >> 8 | second >> 8 << 4, second & 0xFF], axis=1).astype(np.uint8)
    return groups.tobytes()[: bytes_needed(212, samples.size)]
