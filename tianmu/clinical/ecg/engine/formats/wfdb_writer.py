"""Write a WFDB record: header, one signal file (format 16, 212, 24 or 32) and .atr; as separate files or as one ZIP."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tianmu.clinical.ecg.engine.formats.container import zip_files
from tianmu.clinical.ecg.engine.formats.scaling import whole_offset
from tianmu.clinical.ecg.engine.formats.source import malformed
from tianmu.clinical.ecg.engine.formats.wfdb_annotations import format_annotations
from tianmu.clinical.ecg.engine.formats.wfdb_comments import write_comments
from tianmu.clinical.ecg.engine.formats.wfdb_signals import INVALID_SAMPLE, pack
from tianmu.clinical.ecg.engine.gaps import mask_of
from tianmu.clinical.ecg.engine.recording import Int32, Lead, Recording


def write_wfdb(recording: Recording) -> bytes:
    """Return one ZIP holding the record's .hea, .dat and .atr; the same recording gives the same bytes."""
    return zip_files(wfdb_files(recording))


def wfdb_files(recording: Recording, name: str = "record", storage: int | None = None) -> dict[str, bytes]:
    """Return the files of the record by name; `storage` 16, 212, 24 or 32, else the first of 16, 24, 32 that fits."""
    leads = [whole_offset(lead) for lead in recording.leads]
    files: dict[str, bytes] = {}
    lines: list[str] = []
    frame_rate, per_frame = _frames(leads)
    chosen = storage or _storage(leads)
    leads = [_with_invalid(lead, chosen) for lead in leads]
    width = np.concatenate(
        [lead.samples.reshape(-1, count) for lead, count in zip(leads, per_frame, strict=True)], axis=1
    )
    files[f"{name}.dat"] = pack(np.ascontiguousarray(width).reshape(-1), chosen)
    for lead, count in zip(leads, per_frame, strict=True):
        lines.append(_signal_line(f"{name}.dat", chosen, count, lead))
    start = recording.started_at
    when = f" {start:%H:%M:%S}.{start.microsecond:06d} {start:%d/%m/%Y}" if start is not None else ""
    head = f"{name} {len(leads)} {frame_rate:.12g} {width.shape[0]}{when}"
    header = "\n".join([head, *lines, *write_comments(recording)]) + "\n"
    if recording.annotations:
        files[f"{name}.atr"] = format_annotations(recording.annotations, [lead.name for lead in leads])
    return {f"{name}.hea": header.encode("utf-8"), **files}


def _with_invalid(lead: Lead, storage: int) -> Lead:
    """Return the lead with the format's invalid value in its gaps."""
    if not lead.gaps:
        return lead
    invalid = np.int32(INVALID_SAMPLE[storage])
    return replace(lead, samples=np.where(mask_of(lead.gaps, lead.samples.size), invalid, lead.samples))


def _frames(leads: Sequence[Lead]) -> tuple[float, list[int]]:
    """Return the frame rate and the samples per frame of each lead; leads must last equally long."""
    rate = min(lead.fs_hz for lead in leads)
    counts = [round(lead.fs_hz / rate) for lead in leads]
    frames = {lead.samples.size / count for lead, count in zip(leads, counts, strict=True)}
    if len(frames) != 1 or any(abs(lead.fs_hz - rate * n) > 1e-6 * rate for lead, n in zip(leads, counts, strict=True)):
        raise malformed(
            "WFDB needs leads of equal length whose rates are multiples of the slowest; choose EDF or DICOM."
        )
    return rate, counts


def _storage(leads: Sequence[Lead]) -> int:
    low = min(int(lead.samples.min(initial=0)) for lead in leads)
    high = max(int(lead.samples.max(initial=0)) for lead in leads)
    for storage, bits in ((16, 16), (24, 24)):
        if low > INVALID_SAMPLE[storage] and high < 1 << (bits - 1):
            return storage
    return 32


def _signal_line(filename: str, storage: int, per_frame: int, lead: Lead) -> str:
    samples: Int32 = lead.samples
    checksum = ((int(samples.sum(dtype=np.int64)) + 0x8000) & 0xFFFF) - 0x8000
    form = f"{storage}x{per_frame}" if per_frame > 1 else str(storage)
    first = int(samples[0]) if samples.size else 0
    bits = {212: 12}.get(storage, storage)
    return (
        f"{filename} {form} {_gain(lead.uv_per_lsb)!r}({round(-lead.offset_lsb)})/mV {bits} 0 {first} {checksum} 0 "
        f"{' '.join(lead.name.split())}"
    )


def _gain(uv_per_lsb: float) -> float:
    """Return the LSB per mV that reads back as exactly this scale, where a float can."""
    gain = 1000.0 / uv_per_lsb
    near = (gain, float(np.nextafter(gain, 0.0)), float(np.nextafter(gain, np.inf)))
    return next((value for value in near if 1000.0 / value == uv_per_lsb), gain)
