"""Signal tiles for the screen: planar 16-bit samples or min/max pairs of an ECG in a small, lossless binary form.

The screen asks for the level with at most two values per device pixel column. Every field of the format,
the packing and a worked example: docs/algorithms/ecg-tiles.md.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.gaps import mask_of
from tianmu.clinical.ecg.engine.recording import Recording

Int16 = NDArray[np.int16]

MAGIC = b"TMES"
VERSION = 1
MISSING = -32768
LARGEST = 32767
PYRAMID_STEP = 8
LEADS_LIMIT = 200
SAMPLES_LIMIT = 2**28
TILE_SECONDS = 10.0
_HEADER = struct.Struct("<4sBBBBfII")
_LEAD = struct.Struct("<8sfBBH")
_PACKED = 1
_PREDICTED = {"III": 1, "aVR": 2, "aVL": 3, "aVF": 4}
_PREDICTION_ROWS = 4096


@dataclass(frozen=True, slots=True, eq=False)
class PlanarSignal:
    """Leads ready for tiles: `samples` (leads, n) int16, MISSING in gaps; µV = samples * uv_per_lsb[lead]."""

    names: tuple[str, ...]
    fs_hz: float
    uv_per_lsb: tuple[float, ...]
    samples: Int16


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A decoded tile: `values` (leads, n) int16 at level 0, (leads, 2, n) minima and maxima above."""

    names: tuple[str, ...]
    fs_hz: float
    uv_per_lsb: tuple[float, ...]
    level: int
    first_sample: int
    values: Int16


class TileError(ValueError):
    """Raised for bytes that are no tile, or for a signal that does not fit one."""


def planar(recording: Recording) -> PlanarSignal:
    """Return the leads of `recording` on one clock as int16.

    Slower leads are interpolated to the fastest rate, shorter ones end in MISSING; a lead that needs more than 16 bits
    is scaled down by a power of two. Gaps of a lead, and samples that say -32768, are MISSING.
    """
    fs_hz = max(lead.fs_hz for lead in recording.leads)
    length = max(round(lead.samples.size * fs_hz / lead.fs_hz) for lead in recording.leads)
    rows = np.full((len(recording.leads), length), MISSING, dtype=np.int16)
    scales = []
    for row, lead in zip(rows, recording.leads, strict=True):
        missing = (lead.samples == MISSING) | mask_of(lead.gaps, lead.samples.size)
        shifted = lead.samples + lead.offset_lsb
        if lead.fs_hz != fs_hz:
            at = np.arange(round(lead.samples.size * fs_hz / lead.fs_hz)) * (lead.fs_hz / fs_hz)
            shifted = np.interp(at, np.arange(shifted.size), shifted)
            missing = missing[np.minimum(np.rint(at).astype(np.int64), missing.size - 1)]
        peak = float(np.max(np.abs(shifted), where=~missing, initial=0.0))
        divisor = 2 ** max(0, int(np.ceil(np.log2((peak + 0.5) / LARGEST)))) if peak > LARGEST else 1
        row[: shifted.size] = np.where(missing, MISSING, np.clip(np.rint(shifted / divisor), -LARGEST, LARGEST))
        scales.append(lead.uv_per_lsb * divisor)
    return PlanarSignal(tuple(lead.name for lead in recording.leads), fs_hz, tuple(scales), rows)


def pyramid_level(samples: Int16, level: int) -> Int16:
    """Return (leads, 2, ceil(n / 8**level)) minima and maxima of `samples` (leads, n); empty bins are MISSING."""
    if level < 1:
        raise TileError("minima and maxima begin at level 1; level 0 is the samples themselves")
    bin_size = PYRAMID_STEP**level
    leads, n = samples.shape
    bins = -(-n // bin_size)
    padded = np.full((leads, bins * bin_size), MISSING, dtype=np.int16)
    padded[:, :n] = samples
    blocks = padded.reshape(leads, bins, bin_size)
    low = np.where(blocks == MISSING, LARGEST, blocks).min(axis=2)
    high = blocks.max(axis=2)
    return np.stack((np.where(high == MISSING, MISSING, low), high), axis=1).astype(np.int16)


def tile_range(fs_hz: float, level: int, index: int) -> tuple[int, int]:
    """Return [first, end) samples of tile `index`: TILE_SECONDS at level 0, eight times as long on each level above."""
    step = PYRAMID_STEP**level
    span = max(step, round(TILE_SECONDS * fs_hz) * step)
    return index * span, (index + 1) * span


def cut(signal: PlanarSignal, first: int, end: int) -> PlanarSignal:
    """Return samples [first, end) of every lead, as far as they reach."""
    return replace(signal, samples=signal.samples[:, first:end])


def encode(signal: PlanarSignal, *, level: int = 0, first_sample: int = 0, packed: bool = True) -> bytes:
    """Return the tile of the whole `signal` at `level`; `packed` makes it small under gzip, else samples are plain."""
    values = signal.samples if level == 0 else pyramid_level(signal.samples, level)
    return encode_level(signal, values, level=level, first_sample=first_sample, packed=packed)


def encode_level(
    signal: PlanarSignal, values: Int16, *, level: int, first_sample: int = 0, packed: bool = True
) -> bytes:
    """Return the tile of ready `values`: (leads, n) at level 0, (leads, 2, n) above; `signal` names the leads."""
    leads, count = values.shape[0], values.shape[-1]
    if not 0 < leads <= LEADS_LIMIT or count > SAMPLES_LIMIT or len(signal.names) != leads:
        raise TileError(f"a tile holds 1 to {LEADS_LIMIT} leads of at most {SAMPLES_LIMIT} samples; cut the signal")
    rows = values.reshape(leads, -1)
    table, planes = [], []
    for index, name in enumerate(signal.names):
        label = name.encode("ascii", "replace")[:8]
        prediction = _prediction_code(signal, index, level) if packed else 0
        order, plane = (
            _pack(rows, signal.names, index, prediction) if packed else (0, rows[index].astype("<i2").tobytes())
        )
        table.append(_LEAD.pack(label, signal.uv_per_lsb[index], order, prediction, 0))
        planes.append(plane)
    head = _HEADER.pack(MAGIC, VERSION, leads, level, _PACKED if packed else 0, signal.fs_hz, count, first_sample)
    return b"".join((head, *table, *planes))


def decode(data: bytes) -> Tile:
    """Read a tile back; raises TileError for bytes that are not one."""
    if len(data) < _HEADER.size:
        raise TileError("the tile is cut off; ask for it again")
    magic, version, leads, level, flags, fs_hz, count, first_sample = _HEADER.unpack_from(data)
    per_lead = count * (1 if level == 0 else 2)
    body = _HEADER.size + leads * _LEAD.size
    if magic != MAGIC or version != VERSION or flags > _PACKED or leads > LEADS_LIMIT or count > SAMPLES_LIMIT:
        raise TileError("these bytes are no signal tile of version 1")
    if len(data) != body + leads * per_lead * 2:
        raise TileError("the tile has the wrong length; ask for it again")
    names, scales = [], []
    values = np.empty((leads, per_lead), dtype=np.int16)
    for index in range(leads):
        label, scale, order, prediction, _ = _LEAD.unpack_from(data, _HEADER.size + index * _LEAD.size)
        names.append(label.rstrip(b"\0").decode("ascii", "replace"))
        scales.append(scale)
        if order > 2 or prediction > len(_PREDICTED) or (prediction and not {"I", "II"} <= set(names[:index])):
            raise TileError("the tile names a packing that this version does not know")
        start = body + index * per_lead * 2
        if flags & _PACKED:
            values[index] = _unpack(data[start : start + per_lead * 2], order)
            values[index] += _predicted(values, tuple(names), prediction)
        else:
            values[index] = np.frombuffer(data, "<i2", per_lead, start)
    shaped = values if level == 0 else values.reshape(leads, 2, count)
    return Tile(tuple(names), fs_hz, tuple(scales), level, first_sample, shaped)


def _prediction_code(signal: PlanarSignal, index: int, level: int) -> int:
    """Return which of Einthoven's and Goldberger's sums foretells this lead, 0 where none can or none would help."""
    code = _PREDICTED.get(signal.names[index], 0)
    before = signal.names[:index]
    if not code or level or "I" not in before or "II" not in before:
        return 0
    same_scale = {signal.uv_per_lsb[before.index("I")], signal.uv_per_lsb[before.index("II")], signal.uv_per_lsb[index]}
    if len(same_scale) != 1:
        return 0
    head = signal.samples[:, :_PREDICTION_ROWS]
    residual = head[index] - _predicted(head, before, code)
    return code if _bits(residual) < _bits(np.diff(head[index])) else 0


def _predicted(values: Int16, names: Sequence[str], prediction: int) -> Int16:
    """Return the foretold samples of a limb lead, in wrapping 16-bit arithmetic; zeros where there is no prediction."""
    if prediction == 0:
        return np.zeros(values.shape[1], dtype=np.int16)
    one = values[names.index("I")].astype(np.int32)
    two = values[names.index("II")].astype(np.int32)
    sums = (two - one, -((one + two) >> 1), (2 * one - two) >> 1, (2 * two - one) >> 1)
    foretold: Int16 = sums[prediction - 1].astype(np.int16)
    return foretold


def _bits(values: Int16) -> float:
    """Estimate how many bits `values` cost."""
    return float(np.log2(1.0 + np.abs(values.astype(np.float64))).sum())


def _pack(values: Int16, names: Sequence[str], index: int, prediction: int) -> tuple[int, bytes]:
    """Return difference order and two byte planes of the zigzag differences of one lead."""
    residual = values[index] - _predicted(values, names, prediction)
    best, cost, order = residual, _bits(residual), 0
    difference = residual
    for candidate in (1, 2):
        difference = np.diff(difference, prepend=np.int16(0))
        if (estimate := _bits(difference)) < cost:
            best, cost, order = difference, estimate, candidate
    zigzag = ((best << 1) ^ (best >> 15)).view(np.uint16)
    return order, (zigzag & 0xFF).astype(np.uint8).tobytes() + (zigzag >> 8).astype(np.uint8).tobytes()


def _unpack(planes: bytes, order: int) -> Int16:
    """Undo `_pack`."""
    n = len(planes) // 2
    low = np.frombuffer(planes, np.uint8, n).astype(np.uint16)
    high = np.frombuffer(planes, np.uint8, n, n).astype(np.uint16)
    zigzag = low | (high << np.uint16(8))
    values = (zigzag >> np.uint16(1)).astype(np.int16) ^ -(zigzag & np.uint16(1)).astype(np.int16)
    for _ in range(order):
        values = np.add.accumulate(values, dtype=np.int16)
    return values
