"""Samples of SCP-ECG sections 5 and 6: differences, bimodal decimation, reference-beat subtraction (EN 1064)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tianmu.clinical.ecg.engine.formats.scp_huffman import Table, decode, encode_default
from tianmu.clinical.ecg.engine.formats.source import malformed
from tianmu.clinical.ecg.engine.recording import Float64, Int32


@dataclass(frozen=True, slots=True)
class Beat:
    """One QRS of section 4: first, fiducial and last sample of the subtraction, protected zone; from 1, inclusive."""

    kind: int
    start: int
    fiducial: int
    end: int
    protected: tuple[int, int] | None


def undo_differences(values: Int32, order: int) -> Int32:
    """Return the samples of real data (0), first (1) or second differences (2), whose first values are samples."""
    if order == 0 or values.size == 0:
        return values
    wide = values.astype(np.int64)
    if order == 2 and wide.size > 1:
        wide[1] -= wide[0]
        wide[1:] = np.cumsum(wide[1:])
    elif order not in {1, 2}:
        raise malformed(f"SCP encoding {order} is unknown.")
    result = np.cumsum(wide)
    if int(np.abs(result).max()) > np.iinfo(np.int32).max:
        raise malformed("The samples of a lead run out of range.")
    return result.astype(np.int32)


def differences(samples: Int32, order: int) -> Int32:
    """Return first (1) or second differences (2), the first values kept; the inverse of undo_differences."""
    result = samples.astype(np.int64)
    if order >= 1:
        result[1:] = np.diff(samples.astype(np.int64))
    if order == 2 and samples.size > 1:
        second = result.copy()
        second[2:] = np.diff(result[1:])
        second[1] = samples[1]
        result = second
    return result.astype(np.int32)


def decode_lead(data: bytes, count: int, order: int, tables: Sequence[Table] | None) -> Int32:
    """Return `count` samples of one lead; `tables` None means plain 16-bit samples."""
    if tables is None:
        if len(data) < 2 * count:
            raise malformed(f"A lead announces {count} samples and holds {len(data) // 2}.")
        return undo_differences(np.frombuffer(data, "<i2", count).astype(np.int32), order)
    return undo_differences(decode(data, count, tables), order)


def encode_lead(samples: Int32, order: int) -> bytes | None:
    """Return one lead in the default Huffman table; None where a difference exceeds 16 bits."""
    return encode_default(differences(samples, order))


def protected_mask(beats: Sequence[Beat], first: int, count: int) -> Int32:
    """Return 1 for samples in a protected zone, else 0, shape (count,); `first` is the number of the first sample."""
    mask = np.zeros(count, np.int32)
    for beat in beats:
        if beat.protected is not None:
            low, high = (min(max(edge - first, 0), count) for edge in (beat.protected[0], beat.protected[1] + 1))
            mask[low:high] = 1
    return mask


def _runs(mask: Int32) -> list[tuple[int, int, bool]]:
    edges = np.flatnonzero(np.diff(mask)) + 1
    bounds = [0, *(int(edge) for edge in edges), mask.size]
    return [(low, high, bool(mask[low])) for low, high in pairwise(bounds) if high > low]


def bimodal_count(mask: Int32, ratio: int) -> int:
    """Return how many values are stored: every protected sample, one per `ratio` others (each gap rounded up)."""
    return sum(high - low if kept else -(-(high - low) // ratio) for low, high, kept in _runs(mask))


def expand_bimodal(stored: Int32, mask: Int32, ratio: int) -> Int32:
    """Return the full-rate signal: protected samples as stored, the others drawn linearly between the group centres."""
    result = np.zeros(mask.size, np.int32)
    at = 0
    for low, high, kept in _runs(mask):
        length = high - low
        if kept:
            result[low:high] = stored[at : at + length]
            at += length
            continue
        groups = -(-length // ratio)
        starts = np.arange(groups) * ratio
        centres: Float64 = (starts + np.minimum(starts + ratio, length) - 1) / 2.0
        result[low:high] = np.rint(np.interp(np.arange(length), centres, stored[at : at + groups])).astype(np.int32)
        at += groups
    return result


def add_reference(samples: Int32, beat_shape: Int32, beats: Sequence[Beat], fiducial: int, first: int) -> Int32:
    """Return the residual plus the reference beat, laid with its fiducial (from 1) on that of each beat of type 0."""
    result = samples.astype(np.int64)
    for beat in beats:
        if beat.kind != 0:
            continue
        low = max(beat.start, first, beat.fiducial - fiducial + 1)
        high = min(beat.end, first + samples.size - 1, beat.fiducial - fiducial + beat_shape.size)
        if high >= low:
            shift = fiducial - 1 - beat.fiducial
            result[low - first : high - first + 1] += beat_shape[low + shift : high + shift + 1]
    return result.astype(np.int32)
