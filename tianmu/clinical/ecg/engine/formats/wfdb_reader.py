"""Read a WFDB record (PhysioNet): header, signal files, segments, annotations; also the .mat of the CinC challenges."""

import re
from collections.abc import Iterator

import numpy as np

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.leads import kind_by_length, lead_name, unique_names
from tianmu.clinical.ecg.engine.formats.source import Source, base_name, malformed
from tianmu.clinical.ecg.engine.formats.wfdb_annotations import parse_annotations
from tianmu.clinical.ecg.engine.formats.wfdb_comments import read_comments
from tianmu.clinical.ecg.engine.formats.wfdb_header import Header, SignalLine, parse_header
from tianmu.clinical.ecg.engine.formats.wfdb_signals import INVALID_SAMPLE, bytes_needed, samples_in, unpack
from tianmu.clinical.ecg.engine.gaps import Gaps, gaps_of, mask_of
from tianmu.clinical.ecg.engine.recording import Annotation, Int32, Lead, Recording

_UV_PER_UNIT = {"mv": 1000.0, "millivolt": 1000.0, "uv": 1.0, "µv": 1.0, "μv": 1.0, "v": 1e6, "nv": 0.001}
_SIGNAL_ENDINGS = frozenset({"hea", "dat", "mat", "zip", "txt", "csv", "json"})
_MOST_SAMPLES = 1 << 30
_MOST_GAP_RATIO = 20
_ALWAYS_ALLOWED = 10_000_000
_MOST_ANNOTATION_BYTES = 8 << 20
# A multiple of 2 and 3, so that every piece of a packed format begins with a whole group.
_FRAMES_AT_ONCE = 240_000


def read_wfdb(source: Source) -> Recording:
    """Read the record whose header is `source.data` and whose other files are companions."""
    header = parse_header(source.data)
    warnings: list[str] = []
    leads, gaps = _segments(header, source, warnings) if header.segments else (_leads(header, source, warnings), ())
    if not leads:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The WFDB record has no signal.")
    marks = (*gaps, *_annotations(header, source, tuple(lead.name for lead in leads), warnings))
    patient, measurements, statements = read_comments(header.comments)
    if header.started_at is None:
        warnings.append("The record has no date of recording.")
    return Recording(
        kind=kind_by_length(leads),
        format="wfdb",
        leads=leads,
        started_at=header.started_at,
        patient=patient,
        measurements=measurements,
        statements=statements,
        annotations=marks,
        warnings=tuple(warnings),
    )


def _leads(header: Header, source: Source, warnings: list[str]) -> tuple[Lead, ...]:
    names = unique_names([lead_name(line.description or f"ch{at + 1}") for at, line in enumerate(header.signals)])
    samples: list[tuple[Int32, Gaps]] = []
    for group in _groups(header):
        samples.extend(_group_samples(header, group, source, warnings))
        _check_gaps(sum(found.size for found, _ in samples), source.total_bytes)
    leads = []
    for line, name, (values, gaps) in zip(header.signals, names, samples, strict=True):
        per_unit = _UV_PER_UNIT.get(line.units.lower())
        if per_unit is None:
            warnings.append(f"Lead {name} is in {line.units}, not in mV; its amplitudes are not microvolts.")
            per_unit = 1000.0
        leads.append(
            Lead(
                name,
                header.rate_hz * line.samples_per_frame,
                values,
                per_unit / line.gain,
                float(-line.baseline),
                gaps=gaps,
            )
        )
    return tuple(leads)


def _groups(header: Header) -> Iterator[tuple[SignalLine, ...]]:
    """Yield the runs of signals that share one file."""
    start = 0
    for at in range(1, len(header.signals) + 1):
        if at == len(header.signals) or header.signals[at].filename != header.signals[start].filename:
            yield header.signals[start:at]
            start = at


def _group_samples(
    header: Header, lines: tuple[SignalLine, ...], source: Source, warnings: list[str]
) -> list[tuple[Int32, Gaps]]:
    first = lines[0]
    if first.filename == "~":
        _check_gaps((header.frames or 0) * sum(line.samples_per_frame for line in lines), 0)
        sizes = [(header.frames or 0) * line.samples_per_frame for line in lines]
        return [
            (np.full(size, line.baseline, np.int32), ((0, size),) if size else ())
            for line, size in zip(lines, sizes, strict=True)
        ]
    body = source.companion(first.filename)
    if body is None:
        raise UnreadableRecordingError(
            Fault.COMPANION_MISSING,
            f"The signal file “{base_name(first.filename)}” of this record is missing. Send it with the header.",
        )
    if any(line.storage != first.storage for line in lines):
        raise malformed("Signals that share one WFDB file must share one storage format.")
    body = body[first.byte_offset :]
    width = sum(line.samples_per_frame for line in lines)
    if not 0 < width <= 100_000:
        raise malformed("A WFDB frame must hold between 1 and 100000 samples.")
    frames = header.frames if header.frames is not None else samples_in(first.storage, len(body)) // width
    needed = bytes_needed(first.storage, frames * width)
    if frames * width > _MOST_SAMPLES:
        raise UnreadableRecordingError(
            Fault.TOO_LARGE, f"The record announces {frames} samples; it is too long to read."
        )
    if needed > len(body):
        raise UnreadableRecordingError(
            Fault.TRUNCATED,
            f"The signal file “{base_name(first.filename)}” holds {len(body)} bytes, its header announces {needed}. "
            "Send the whole file again.",
        )
    columns = _columns(memoryview(body), first, lines, frames)
    return [_finished(line, values, warnings) for line, values in zip(lines, columns, strict=True)]


def _columns(body: memoryview, first: SignalLine, lines: tuple[SignalLine, ...], frames: int) -> list[Int32]:
    """Return the samples of each signal, unpacked piece by piece so that a day of them fits in memory."""
    width = sum(line.samples_per_frame for line in lines)
    columns = [np.empty(frames * line.samples_per_frame, np.int32) for line in lines]
    for start in range(0, frames, _FRAMES_AT_ONCE):
        count = min(_FRAMES_AT_ONCE, frames - start)
        at = bytes_needed(first.storage, start * width)
        table = unpack(body[at:], first.storage, count * width).reshape(count, width)
        low = 0
        for line, column in zip(lines, columns, strict=True):
            size = line.samples_per_frame
            column[start * size : (start + count) * size] = table[:, low : low + size].reshape(-1)
            low += size
    return columns


def _finished(line: SignalLine, values: Int32, warnings: list[str]) -> tuple[Int32, Gaps]:
    """Return the samples, differences summed, checksum proved, missing ones at 0 µV, skew taken out; and the gaps."""
    if line.storage == 8:
        values = np.cumsum(values, dtype=np.int32) + np.int32(line.first_value)
    _check_sum(line, values, warnings)
    invalid = INVALID_SAMPLE.get(line.storage)
    missing = values == invalid if invalid is not None else np.zeros(values.size, np.bool_)
    if missing.any():
        name = line.description or line.filename
        warnings.append(f"Lead {name}: {int(missing.sum())} samples are marked as missing; they are shown as a gap.")
        values = np.where(missing, np.int32(line.baseline), values).astype(np.int32)
    if line.skew:
        fill = np.full(min(line.skew, values.size), line.baseline, np.int32)
        values = np.concatenate([values[line.skew :], fill])
        missing = np.concatenate([missing[line.skew :], np.ones(fill.size, np.bool_)])
    return values, gaps_of(missing)


def _check_sum(line: SignalLine, values: Int32, warnings: list[str]) -> None:
    if line.checksum is None:
        return
    actual = int(values.sum(dtype=np.int64)) & 0xFFFF
    if actual == line.checksum & 0xFFFF:
        return
    if line.checksum == 0:
        warnings.append(f"Lead {line.description or line.filename} has no checksum.")
        return
    raise UnreadableRecordingError(
        Fault.CHECKSUM,
        f"The samples of lead {line.description or line.filename} do not match their checksum: the file was damaged on "
        "its way. Send it again.",
    )


def _segments(header: Header, source: Source, warnings: list[str]) -> tuple[tuple[Lead, ...], tuple[Annotation, ...]]:
    """Join the segments of a multi-segment record lead by lead; gaps are filled at 0 µV and marked."""
    total = sum(count for _, count in header.segments)
    if total > _MOST_SAMPLES:
        raise UnreadableRecordingError(
            Fault.TOO_LARGE, f"The record announces {total} samples; it is too long to read."
        )
    parts: list[tuple[int, int, dict[str, Lead]]] = []
    gaps: list[Annotation] = []
    at = 0
    named = [name for name, _ in header.segments if name != "~"]
    if len(set(named)) < len(named):
        raise malformed("The WFDB record names a segment twice.")
    for name, count in header.segments:
        if name == "~":
            gaps.append(Annotation(at, "gap", text=f"{count} samples are missing"))
        elif count:
            inner = _segment_header(name, source)
            if inner.segments or (inner.frames or count) < count:
                raise malformed(f"Segment {name} is shorter than the record announces.")
            parts.append((at, count, {lead.name: lead for lead in _leads(inner, source, warnings)}))
        at += count
    if not parts:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The WFDB record has no signal in any segment.")
    order = list(dict.fromkeys(name for _, _, found in parts for name in found))
    _check_gaps(len(order) * total, sum(lead.samples.size for _, _, found in parts for lead in found.values()))
    return tuple(_joined(name, parts, total, warnings) for name in order), tuple(gaps)


def _check_gaps(total: int, real: int) -> None:
    """Refuse records that are nearly all gap, or name one file many times: a few bytes must not fill the memory."""
    if total > _MOST_GAP_RATIO * real + _ALWAYS_ALLOWED:
        raise UnreadableRecordingError(Fault.TOO_LARGE, f"The record announces {total} samples and holds {real}.")


def _segment_header(name: str, source: Source) -> Header:
    body = source.companion(f"{name}.hea")
    if body is None:
        raise UnreadableRecordingError(
            Fault.COMPANION_MISSING, f"The header “{name}.hea” of a segment is missing. Send all files of the record."
        )
    return parse_header(body)


def _joined(name: str, parts: list[tuple[int, int, dict[str, Lead]]], total: int, warnings: list[str]) -> Lead:
    model = next(found[name] for _, _, found in parts if name in found)
    values, missing = np.full(total, round(-model.offset_lsb), np.int32), np.ones(total, np.bool_)
    for at, count, found in parts:
        lead = found.get(name)
        if lead is None:
            continue
        if lead.samples.size < count or lead.fs_hz != model.fs_hz:
            raise malformed(f"The segments of lead {name} differ in rate or length.")
        piece = lead.samples[:count]
        if (lead.uv_per_lsb, lead.offset_lsb) != (model.uv_per_lsb, model.offset_lsb):
            warnings.append(f"Lead {name} changes its scale at sample {at}; the piece was brought to the first scale.")
            piece = np.rint(lead.uv[:count] / model.uv_per_lsb - model.offset_lsb).astype(np.int32)
        values[at : at + count] = piece
        missing[at : at + count] = mask_of(lead.gaps, lead.samples.size)[:count]
    return Lead(name, model.fs_hz, values, model.uv_per_lsb, model.offset_lsb, gaps=gaps_of(missing))


def _annotations(header: Header, source: Source, leads: tuple[str, ...], warnings: list[str]) -> tuple[Annotation, ...]:
    """Read the .atr, the files named after a lead (.ii), or, failing both, the first other annotator."""
    stem = re.escape(header.name.lower())
    found: dict[str, bytes] = {}
    for key, body in source.companions.items():
        match = re.fullmatch(stem + r"\.(\w+)", base_name(key))
        if match is not None and match[1] not in _SIGNAL_ENDINGS and len(body) <= _MOST_ANNOTATION_BYTES:
            found[match[1]] = body
    by_lead = {ending: lead_name(ending) for ending in found if lead_name(ending) in leads}
    chosen: dict[str, str | None] = {"atr": None, **by_lead} if "atr" in found else dict(by_lead)
    if not chosen and found:
        chosen = {min(found): None}
    marks: list[Annotation] = []
    for ending, lead in chosen.items():
        try:
            marks.extend(parse_annotations(found[ending], leads, lead))
        except UnreadableRecordingError as error:
            warnings.append(f"The annotations .{ending} were not read: {error.detail}")
    return tuple(sorted(marks, key=lambda mark: mark.sample))
