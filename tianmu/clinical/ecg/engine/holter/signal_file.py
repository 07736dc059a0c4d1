"""The signal of a long recording as a file made for looking: samples and min/max levels, read by the piece.

Layout: `TMHS`, length of the header (uint32 LE), header (JSON), then for each level planar int16 LE: level 0 is
(leads, n), level L is (leads, 2, ceil(n / 8**L)) minima and maxima. The file is written in bounded memory.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.holter.source import SignalSource
from tianmu.clinical.ecg.engine.tiles import LARGEST, MISSING, PYRAMID_STEP, PlanarSignal, pyramid_level

Int16 = NDArray[np.int16]
MAGIC = b"TMHS"
LEVELS = 5
FINEST_UV = 0.5
_PIECE = 8 * PYRAMID_STEP ** (LEVELS - 1) * 4
_ALIGN = 4096


class SignalFileError(ValueError):
    """Raised for a file that is no signal file, or a piece that is not in it."""


@dataclass(frozen=True, slots=True, eq=False)
class SignalFile:
    """An open signal file: `table` (bytes,) stays on disk, only what is asked for is read."""

    names: tuple[str, ...]
    fs_hz: float
    samples: int
    uv_per_lsb: tuple[float, ...]
    places: tuple[int, ...]
    table: NDArray[np.uint8]

    def level(self, level: int) -> Int16:
        """Return a level as a view: (leads, n) at level 0, (leads, 2, n) above."""
        if not 0 <= level < len(self.places):
            message = f"levels go from 0 to {len(self.places) - 1}"
            raise SignalFileError(message)
        shape = _shape(len(self.names), self.samples, level)
        count = int(np.prod(shape))
        start = self.places[level]
        return self.table[start : start + 2 * count].view("<i2").reshape(shape)

    def piece(self, level: int, first: int, stop: int, leads: tuple[int, ...]) -> Int16:
        """Return values [first, stop) of `leads` at a level, cut to the recording."""
        rows = self.level(level)
        last = rows.shape[-1]
        return np.array(rows[list(leads), ..., max(0, first) : max(0, min(stop, last))])

    def planar(self, first: int, stop: int, leads: tuple[int, ...]) -> PlanarSignal:
        """Return samples [first, stop) of `leads` as a planar signal."""
        return PlanarSignal(
            tuple(self.names[lead] for lead in leads),
            self.fs_hz,
            tuple(self.uv_per_lsb[lead] for lead in leads),
            self.piece(0, first, stop, leads),
        )


def write_signal_file(
    source: SignalSource, path: Path, progress: Callable[[float], None] = lambda _share: None
) -> None:
    """Write the signal of `source` to `path`; `progress` is told the share that is done."""
    scales = _scales(source)
    header = json.dumps(
        {"names": source.names, "fs_hz": source.fs_hz, "samples": source.samples, "uv_per_lsb": scales}
    ).encode()
    places = _places(len(header), len(source.names), source.samples)
    with path.open("wb") as file:
        file.write(MAGIC + len(header).to_bytes(4, "little") + header)
        file.truncate(places[-1])
    table = np.memmap(path, dtype=np.uint8, mode="r+")
    opened = SignalFile(tuple(source.names), source.fs_hz, source.samples, scales, places[:-1], table)
    divisor = np.array(scales)[:, None]
    for start in range(0, source.samples, _PIECE):
        stop = min(start + _PIECE, source.samples)
        uv = source.read(start, stop)
        rows = np.clip(np.rint(np.nan_to_num(uv) / divisor), -LARGEST, LARGEST).astype(np.int16)
        rows[~np.isfinite(uv)] = MISSING
        opened.level(0)[:, start:stop] = rows
        for level in range(1, LEVELS):
            step = PYRAMID_STEP**level
            pairs = pyramid_level(rows, level)
            opened.level(level)[:, :, start // step : start // step + pairs.shape[2]] = pairs
        progress(stop / source.samples)
    table.flush()


def open_signal_file(path: Path) -> SignalFile:
    """Open a signal file; raise SignalFileError for anything else."""
    with path.open("rb") as file:
        start = file.read(8)
        if start[:4] != MAGIC:
            message = "this file is no signal file"
            raise SignalFileError(message)
        size = int.from_bytes(start[4:], "little")
        told: dict[str, Any] = json.loads(file.read(size))
    places = _places(size, len(told["names"]), int(told["samples"]))
    if path.stat().st_size != places[-1]:
        message = "the signal file is cut short; analyse the recording again"
        raise SignalFileError(message)
    return SignalFile(
        names=tuple(told["names"]),
        fs_hz=float(told["fs_hz"]),
        samples=int(told["samples"]),
        uv_per_lsb=tuple(told["uv_per_lsb"]),
        places=places[:-1],
        table=np.memmap(path, dtype=np.uint8, mode="r"),
    )


def _shape(leads: int, samples: int, level: int) -> tuple[int, ...]:
    return (leads, samples) if level == 0 else (leads, 2, -(-samples // PYRAMID_STEP**level))


def _places(header: int, leads: int, samples: int) -> tuple[int, ...]:
    """Return where each level begins, and the length of the whole file; levels are aligned to pages."""
    at = 8 + header
    found = []
    for level in range(LEVELS):
        at = -(-at // _ALIGN) * _ALIGN
        found.append(at)
        at += 2 * int(np.prod(_shape(leads, samples, level)))
    return (*found, at)


def _scales(source: SignalSource) -> tuple[float, ...]:
    """Return µV per step of each lead: the file's own where it is not finer than half a microvolt."""
    head = getattr(source, "head", None)
    own = {lead.name: abs(lead.uv_per_lsb) for lead in head.leads} if head is not None else {}
    return tuple(max(FINEST_UV, own.get(name, FINEST_UV)) for name in source.names)
