"""Read SCP-ECG (EN 1064, ISO 11073-91064): every encoding of sections 5 and 6, machine measurements and statements."""

from collections.abc import Mapping

import numpy as np

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.leads import NAME_BY_SCP, kind_by_length, rate_from_interval, unique_names
from tianmu.clinical.ecg.engine.formats.optional import optional
from tianmu.clinical.ecg.engine.formats.scp_huffman import Table
from tianmu.clinical.ecg.engine.formats.scp_samples import (
    add_reference,
    bimodal_count,
    decode_lead,
    expand_bimodal,
    protected_mask,
)  # fmt: skip
from tianmu.clinical.ecg.engine.formats.scp_sections import (
    Demographics,
    LeadRange,
    QrsLocations,
    parse_demographics,
    parse_leads,
    parse_locations,
    parse_measurements,
    parse_statements,
    parse_tables,
    split_sections,
)  # fmt: skip
from tianmu.clinical.ecg.engine.formats.source import Cursor, Source, malformed
from tianmu.clinical.ecg.engine.recording import DeviceFields, Filters, Int32, Lead, PatientFields, Recording

_MOST_SAMPLES = 1 << 26
_MOST_RATIO = 16
_BIMODAL_RATIO = 4


class _Block:
    """The frame of section 5 or 6: scale, rate, encoding and the bytes of each lead."""

    def __init__(self, body: bytes, leads: int) -> None:
        cursor = Cursor(body)
        self.step_nv, self.interval_us = cursor.u16(), cursor.u16()
        self.order, self.bimodal = cursor.u8(), cursor.u8() == 1
        self.lengths = [cursor.u16() for _ in range(leads)]
        self.body, self.offset = body, cursor.offset
        self.rate_hz = rate_from_interval(self.interval_us, 1e-6)

    def parts(self, plain_counts: list[int] | None) -> list[bytes]:
        """Return the bytes of each lead; lengths of plain leads over 65535 bytes, stored modulo 65536, are restored."""
        lengths = self.lengths
        if plain_counts is not None:
            wanted = [2 * count for count in plain_counts]
            if all(want % 65536 == have for want, have in zip(wanted, lengths, strict=True)):
                lengths = wanted
        cursor = Cursor(self.body, self.offset)
        return [cursor.take(length) for length in lengths]


def read_scp(source: Source) -> Recording:
    """Read an SCP-ECG file; raises UnreadableRecordingError."""
    notes: list[str] = []
    sections = split_sections(source.data, notes)
    if 3 not in sections or 6 not in sections:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The SCP file holds no rhythm signal (sections 3 and 6).")
    ranges, subtracted = parse_leads(sections[3])
    wanted = sum(max(item.end - item.start + 1, 0) for item in ranges)
    if not ranges or wanted > min(_MOST_SAMPLES, 8 * _MOST_RATIO * len(sections[6])):
        raise malformed("Section 3 of the SCP file describes no leads, or more samples than section 6 can hold.")
    tables = parse_tables(sections.get(2))
    where = (
        parse_locations(sections.get(4), subtracted)
        if subtracted
        else optional("Section 4", lambda: parse_locations(sections.get(4), False), QrsLocations(), notes)
    )
    rhythm = _Block(sections[6], len(ranges))
    if rhythm.rate_hz <= 0 or rhythm.step_nv == 0:
        raise malformed("Section 6 of the SCP file has no sampling interval or no amplitude scale.")
    reference = _Block(sections[5], len(ranges)) if 5 in sections else None
    beats = _reference_beats(reference, where, tables, len(ranges), notes)
    names = unique_names([NAME_BY_SCP.get(item.code, f"scp{item.code}") for item in ranges])
    nobody = Demographics(PatientFields(), DeviceFields(), None)
    about = optional("Section 1", lambda: parse_demographics(sections.get(1, b"")), nobody, notes)
    filters = Filters(about.high_pass_hz, about.low_pass_hz)
    samples, rate, step = _rhythm(rhythm, reference if beats else None, ranges, where, tables, beats, subtracted)
    leads = tuple(Lead(name, rate, found, step, 0.0, filters) for name, found in zip(names, samples, strict=True))
    median: tuple[Lead, ...] = ()
    if reference is not None and beats:
        scale = reference.step_nv / 1000.0
        median = tuple(Lead(name, reference.rate_hz, shape, scale) for name, shape in zip(names, beats, strict=True))
    if about.started_at is None:
        notes.append("The file names no time of acquisition.")
    return Recording(
        kind=kind_by_length(leads),
        format="scp",
        leads=leads,
        started_at=about.started_at,
        median=median,
        patient=about.patient,
        device=about.device,
        measurements=optional("Section 7", lambda: parse_measurements(sections.get(7)), {}, notes),
        statements=tuple(optional("Section 8", lambda: _statements(sections, about.language), [], notes)),
        warnings=(*notes, *about.warnings),
    )


def _statements(sections: Mapping[int, bytes], language: int) -> list[str]:
    """Return the texts of section 8, failing these the texts of section 11."""
    texts = parse_statements(sections.get(8), language, coded=False)
    return texts or parse_statements(sections.get(11), language, coded=True)


def _reference_beats(
    block: _Block | None, where: QrsLocations, tables: tuple[Table, ...] | None, leads: int, notes: list[str]
) -> list[Int32]:
    if block is None or block.rate_hz <= 0 or block.step_nv == 0 or where.length_ms == 0:
        return []
    count = where.length_ms * 1000 // block.interval_us
    if count > _MOST_SAMPLES // leads:
        raise malformed("Section 4 of the SCP file announces an impossibly long reference beat.")
    parts = block.parts([count] * leads if tables is None else None)
    try:
        return [decode_lead(part, count, block.order, tables) for part in parts]
    except UnreadableRecordingError as error:
        if any(beat.kind == 0 for beat in where.beats):
            raise
        notes.append(f"The reference beat was not read: {error.detail}")
        return []


def _rhythm(
    block: _Block, reference: _Block | None, ranges: tuple[LeadRange, ...], where: QrsLocations,
    tables: tuple[Table, ...] | None, beats: list[Int32], subtracted: bool,
) -> tuple[list[Int32], float, float]:  # fmt: skip
    """Return the samples of each lead, their rate in Hz and their step in µV."""
    ratio = 1
    if reference is not None and (block.bimodal or subtracted):
        ratio = max(1, round(block.interval_us / reference.interval_us))
        if ratio > _MOST_RATIO:
            raise malformed(f"Section 6 is decimated by {ratio}.")
    try:
        samples = _full_rate(block, ranges, where, tables, ratio)
    except UnreadableRecordingError:
        if not block.bimodal or ratio > 1:
            raise
        # Some writers name the interval of the protected zones, not that of the decimated rest.
        samples = _full_rate(block, ranges, where, tables, _BIMODAL_RATIO)
    rate = reference.rate_hz if reference is not None and ratio > 1 else block.rate_hz
    if not (subtracted and beats and reference is not None):
        return samples, rate, block.step_nv / 1000.0
    step = min(block.step_nv, reference.step_nv)
    samples = [_rescaled(found, block.step_nv / step) for found in samples]
    shapes = [_rescaled(shape, reference.step_nv / step) for shape in beats]
    joined = [
        add_reference(found, shape, where.beats, where.fiducial, item.start)
        for found, shape, item in zip(samples, shapes, ranges, strict=True)
    ]
    return joined, rate, step / 1000.0


def _full_rate(
    block: _Block, ranges: tuple[LeadRange, ...], where: QrsLocations, tables: tuple[Table, ...] | None, ratio: int
) -> list[Int32]:
    """Return the decoded leads of section 6, decimated stretches drawn out by `ratio`."""
    wanted = [max(item.end - item.start + 1, 0) for item in ranges]
    beats = where.beats if block.bimodal else ()
    masks = [protected_mask(beats, item.start, count) for item, count in zip(ranges, wanted, strict=True)]
    stored = [bimodal_count(mask, ratio) if mask.size else 0 for mask in masks]
    parts = block.parts(stored if tables is None else None)
    samples = [decode_lead(part, count, block.order, tables) for part, count in zip(parts, stored, strict=True)]
    if ratio == 1:
        return samples
    return [expand_bimodal(found, mask, ratio) for found, mask in zip(samples, masks, strict=True)]


def _rescaled(samples: Int32, factor: float) -> Int32:
    return samples if factor == 1.0 else np.rint(samples * factor).astype(np.int32)
