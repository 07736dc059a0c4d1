"""Long recordings read from disk piece by piece: ISHNE, WFDB in one signal file, EDF and BDF; others are read whole.

The head of a file, cut after a few seconds and read by its own reader, gives names, scales, person and start.
"""

import binascii
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.engine.formats.edf_header import EdfHeader, parse_edf_header
from tianmu.clinical.ecg.engine.formats.ishne import MAGIC
from tianmu.clinical.ecg.engine.formats.wfdb_header import Header, parse_header
from tianmu.clinical.ecg.engine.formats.wfdb_signals import INVALID_SAMPLE, bytes_needed, samples_in, unpack, unpack_24
from tianmu.clinical.ecg.engine.holter.source import RecordingSource, SignalSource
from tianmu.clinical.ecg.engine.recording import Annotation, Float64, Int32, Recording

_HEAD_S = 20
_HEADER_MOST = 1 << 20
_ISHNE_LEADS_AT = 156
_WHOLE_GROUPS = 6
_MARKS_AT_ONCE = 1024
_SUM_AT_ONCE = 1 << 20
_PLAIN_WFDB = frozenset({16, 24, 32, 61, 80, 160, 212})

Decode = Callable[[BinaryIO, int, int], Int32]


class FileSource:
    """A file on disk whose samples `decode` (file, start, stop) gives as (channels, n) int32; `invalid` is missing."""

    def __init__(
        self,
        path: Path,
        head: Recording,
        samples: int,
        channels: tuple[int, ...],
        decode: Decode,
        *,
        invalid: int | None = None,
    ) -> None:
        self.head = head
        self._path = path
        self._invalid = invalid
        self._decode = decode
        self._channels = list(channels)
        self._scale = np.array([lead.uv_per_lsb for lead in head.leads])[:, None]
        self._offset = np.array([lead.offset_lsb for lead in head.leads])[:, None]
        self.names = tuple(lead.name for lead in head.leads)
        self.fs_hz = float(head.leads[0].fs_hz)
        self.samples = samples
        self.started_at: datetime | None = head.started_at
        self.marks: tuple[Annotation, ...] = head.annotations

    def read(self, start: int, stop: int) -> Float64:
        """Return samples `start` to `stop` in µV, shape (leads, stop - start)."""
        with self._path.open("rb") as file:
            counts = self._decode(file, start, min(stop, self.samples))[self._channels]
        uv: Float64 = counts.astype(np.float64)
        if self._invalid is not None and (missing := counts == self._invalid).any():
            uv[missing] = np.nan
        uv += self._offset
        uv *= self._scale
        return uv


def open_source(path: Path, load: Callable[[Path], Recording]) -> SignalSource:
    """Return the source of a file; `load` reads those formats whole that are not read in pieces."""
    main = path if path.is_file() else path.with_name(path.name + ".hea")
    if not main.is_file():
        raise UnreadableRecordingError(Fault.EMPTY, f"There is no file {path}.")
    with main.open("rb") as file:
        start = file.read(8)
    found: FileSource | None = None
    if start == MAGIC:
        found = _ishne(main)
    elif main.suffix == ".hea":
        found = _wfdb(main)
    elif start[:8] == b"0       " or start == b"\xffBIOSEMI":
        found = _edf(main)
    return found or RecordingSource(load(path))


def _bytes_at(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    body = file.read(count)
    if len(body) < count:
        raise UnreadableRecordingError(Fault.TRUNCATED, "The file became shorter while it was read. Send it again.")
    return body


def _ishne(path: Path) -> FileSource | None:
    """Open an ISHNE file; None where its header is not sound, so that the whole reader says what is wrong."""
    with path.open("rb") as file:
        fixed = bytearray(file.read(522))
        if len(fixed) < 522:
            return None
        variable, announced, data_at = (
            int.from_bytes(fixed[at : at + 4], "little", signed=True) for at in (10, 14, 22)
        )
        leads = int.from_bytes(fixed[_ISHNE_LEADS_AT : _ISHNE_LEADS_AT + 2], "little", signed=True)
        if not (1 <= leads <= 12 and variable >= 0 and 522 + variable <= data_at <= _HEADER_MOST and announced > 0):
            return None
        header = fixed + bytearray(file.read(data_at - 522))
        if binascii.crc_hqx(bytes(header[10 : 522 + variable]), 0xFFFF) != int.from_bytes(header[8:10], "little"):
            return None
        there = (path.stat().st_size - data_at) // 2 // leads
        samples = announced // leads if announced > there and announced // leads == there else announced
        if samples > there:
            return None
        rate = int.from_bytes(fixed[272:274], "little", signed=True)
        some = min(samples, _HEAD_S * max(1, rate))
        header[14:18] = some.to_bytes(4, "little")
        header[8:10] = binascii.crc_hqx(bytes(header[10 : 522 + variable]), 0xFFFF).to_bytes(2, "little")
        head = read(bytes(header) + _bytes_at(file, data_at, some * leads * 2), path.name)

    def decode(source: BinaryIO, start: int, stop: int) -> Int32:
        body = _bytes_at(source, data_at + 2 * leads * start, 2 * leads * (stop - start))
        return np.frombuffer(body, "<i2").reshape(-1, leads).T.astype(np.int32)

    return FileSource(path, head, samples, tuple(range(leads)), decode)


def _wfdb(path: Path) -> FileSource | None:
    """Open a record whose signals lie in one file, one sample per frame; None for all others."""
    text = path.read_bytes()
    header = parse_header(text)
    signals = header.signals
    names = {line.filename for line in signals}
    plain = all(
        line.samples_per_frame == 1 and line.skew == 0 and line.storage in _PLAIN_WFDB
        and line.storage == signals[0].storage and line.units.lower() == "mv"
        for line in signals
    )  # fmt: skip
    if header.segments or len(names) != 1 or not plain:
        return None
    body = path.with_name(Path(signals[0].filename).name)
    if not body.is_file():
        return None
    return _wfdb_file(path, body, text, header)


def _wfdb_file(path: Path, body: Path, text: bytes, header: Header) -> FileSource | None:
    first, leads = header.signals[0], len(header.signals)
    there = samples_in(first.storage, body.stat().st_size - first.byte_offset) // leads
    samples = header.frames if header.frames is not None else there
    if samples > there or samples <= 0:
        return None

    def decode(source: BinaryIO, start: int, stop: int) -> Int32:
        whole = start - start % _WHOLE_GROUPS
        at = first.byte_offset + bytes_needed(first.storage, whole * leads)
        count = bytes_needed(first.storage, stop * leads) + first.byte_offset - at
        table = unpack(_bytes_at(source, at, count), first.storage, (stop - whole) * leads)
        return table.reshape(-1, leads)[start - whole :].T

    some = min(samples, round(_HEAD_S * header.rate_hz))
    lines = text.decode("utf-8", "replace").splitlines()
    place = next(at for at, line in enumerate(lines) if line.strip() and not line.startswith("#"))
    parts = lines[place].split()
    lines[place] = " ".join([*parts[:2], *(parts[2:3] or ["250"]), str(some), *parts[4:]])
    with body.open("rb") as file:
        beginning = _bytes_at(file, 0, first.byte_offset + bytes_needed(first.storage, some * leads))
        sums = _sums(decode(file, 0, some))
        _prove(header, decode, file, samples)
    told = [at for at in range(place + 1, len(lines)) if lines[at].strip() and not lines[at].startswith("#")]
    for at, total in zip(told, sums.tolist(), strict=False):
        words = lines[at].split(None, 8)
        lines[at] = " ".join([*words[:6], str(total), *words[7:]] if len(words) > 6 else words)
    beside = {body.name: beginning}
    marks = path.with_suffix(".atr")
    if marks.is_file():
        beside[marks.name] = marks.read_bytes()
    head = read("\n".join(lines).encode() + b"\n", path.name, beside)

    invalid = INVALID_SAMPLE.get(first.storage)
    return FileSource(body, head, samples, tuple(range(leads)), decode, invalid=invalid)


def _sums(counts: Int32) -> NDArray[np.int64]:
    """Return the 16-bit checksum of every channel (channels,)."""
    total: NDArray[np.int64] = counts.sum(axis=1, dtype=np.int64)
    return ((total + 0x8000) & 0xFFFF) - 0x8000


def _prove(header: Header, decode: Decode, file: BinaryIO, samples: int) -> None:
    """Compare the checksums of the header with the samples, piece by piece; raise CHECKSUM."""
    told = [line.checksum for line in header.signals]
    if not any(told):
        return
    total = np.zeros(len(told), dtype=np.int64)
    for start in range(0, samples, _SUM_AT_ONCE):
        total += decode(file, start, min(samples, start + _SUM_AT_ONCE)).sum(axis=1, dtype=np.int64)
    for line, value in zip(header.signals, total.tolist(), strict=True):
        if line.checksum and (value - line.checksum) & 0xFFFF:
            raise UnreadableRecordingError(
                Fault.CHECKSUM,
                f"The samples of lead {line.description} do not match their checksum: "
                "the file was damaged on its way. Send it again.",
            )


def _edf(path: Path) -> FileSource | None:
    """Open an EDF or BDF file without interruptions whose leads share one rate; None for all others."""
    with path.open("rb") as file:
        count = int(file.read(256)[252:256] or b"0")
        file.seek(0)
        raw = file.read(256 * (count + 1))
        header = parse_edf_header(raw)
        width = header.sample_bytes * sum(signal.samples_per_record for signal in header.signals)
        there = (path.stat().st_size - header.header_bytes) // max(1, width)
        records = there if header.records is None else header.records
        if records > there or records < 1 or header.record_s <= 0 or header.variant in {"EDF+D", "BDF+D"}:
            return None
        some = min(records, max(1, round(_HEAD_S / header.record_s)))
        head = _edf_part(raw, _bytes_at(file, header.header_bytes, some * width), some, path.name)
        marks: list[Annotation] = []
        if any(signal.is_annotation for signal in header.signals):
            for start in range(0, records, _MARKS_AT_ONCE):
                taken = min(_MARKS_AT_ONCE, records - start)
                body = _bytes_at(file, header.header_bytes + start * width, taken * width)
                origin = round(start * header.record_s * head.fs_hz)
                found = _edf_part(raw, body, taken, path.name).annotations
                marks += [replace(mark, sample=mark.sample + origin) for mark in found]
            head = replace(head, annotations=tuple(marks))
    channels = _edf_channels(header, head)
    return None if channels is None else _edf_file(path, header, head, records, channels)


def _edf_part(raw: bytes, body: bytes, records: int, name: str) -> Recording:
    return read(raw[:236] + f"{records:<8d}".encode() + raw[244:] + body, name)


def _edf_channels(header: EdfHeader, head: Recording) -> tuple[int, ...] | None:
    """Return the places of the leads among the signals, None where rates or numbers do not agree."""
    sizes = [signal.samples_per_record for signal in header.signals if not signal.is_annotation]
    plain = [place for place, signal in enumerate(header.signals) if not signal.is_annotation]
    if len(set(sizes)) != 1 or len(plain) != len(head.leads):
        return None
    return tuple(plain)


def _edf_file(path: Path, header: EdfHeader, head: Recording, records: int, channels: tuple[int, ...]) -> FileSource:
    size = header.signals[channels[0]].samples_per_record
    starts = np.cumsum([0, *(signal.samples_per_record for signal in header.signals)]) * header.sample_bytes
    width = int(starts[-1])

    def column(table: NDArray[np.uint8], place: int) -> Int32:
        part = np.ascontiguousarray(table[:, starts[place] : starts[place + 1]]).reshape(-1)
        return part.view("<i2").astype(np.int32) if header.sample_bytes == 2 else unpack_24(part)

    def decode(source: BinaryIO, start: int, stop: int) -> Int32:
        first, last = start // size, -(-stop // size)
        body = _bytes_at(source, header.header_bytes + first * width, (last - first) * width)
        table = np.frombuffer(body, np.uint8).reshape(-1, width)
        rows = np.stack([column(table, place) for place in channels])
        return rows[:, start - first * size : stop - first * size]

    return FileSource(path, head, records * size, tuple(range(len(channels))), decode)
