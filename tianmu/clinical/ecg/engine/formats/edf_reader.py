"""Read EDF, EDF+ (continuous or not) and BDF: voltages become leads, annotation channels become marks."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.edf_header import EdfHeader, EdfSignal, parse_edf_header
from tianmu.clinical.ecg.engine.formats.fields import MEASUREMENT_KEYS, to_float
from tianmu.clinical.ecg.engine.formats.leads import kind_by_length, lead_name, unique_names
from tianmu.clinical.ecg.engine.formats.source import Source, malformed
from tianmu.clinical.ecg.engine.formats.wfdb_signals import unpack_24
from tianmu.clinical.ecg.engine.gaps import gaps_of
from tianmu.clinical.ecg.engine.recording import Annotation, Filters, Int32, Lead, Recording

_UV_PER_UNIT = {"uv": 1.0, "µv": 1.0, "μv": 1.0, "mv": 1000.0, "v": 1e6, "nv": 0.001, "": 1.0}
_FILTER = re.compile(r"(HP|LP|N)\s*:?\s*([\d.]+)\s*Hz", re.IGNORECASE)
ENDS = "Recording ends"
_MOST_MARKS = 2_000_000
_MOST_GAP_RATIO = 20
_MOST_LISTS = 3_000_000

Mark = tuple[float, str]


def read_edf(source: Source) -> Recording:
    """Read an EDF, EDF+ or BDF file; raises UnreadableRecordingError."""
    header = parse_edf_header(source.data)
    notes: list[str] = []
    table = _records(header, source.data)
    leads, columns = [], {}
    at = 0
    for number, signal in enumerate(header.signals):
        columns[number] = (at, at + signal.samples_per_record)
        at += signal.samples_per_record
    onsets, marks = _annotations(header, table, columns)
    for number, signal in enumerate(header.signals):
        if not signal.is_annotation:
            lead = _lead(header, signal, table, columns[number], notes)
            leads.extend([lead] if lead is not None else [])
    if not leads:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The EDF file holds no voltage signal.")
    names = unique_names([lead.name for lead in leads])
    first = onsets[0] if onsets else 0.0
    ends = next((onset - first for onset, text in marks if text == ENDS), None)
    leads = _spread(leads, header, onsets, notes)
    found = tuple(_named(lead, name, ends) for name, lead in zip(names, leads, strict=True))
    started_at = header.started_at
    if started_at is None:
        notes.append("The file names no time of recording.")
    elif 0 < abs(first) < 86400:
        started_at += timedelta(microseconds=round(first * 1e6))
    measurements, statements, annotations = _sorted_marks(marks, first, found[0].fs_hz)
    return Recording(
        kind=kind_by_length(found),
        format="bdf" if header.sample_bytes == 3 else "edf",
        leads=found,
        started_at=started_at,
        patient=header.patient,
        device=header.device,
        measurements=measurements,
        statements=statements,
        annotations=annotations,
        warnings=tuple(notes),
    )


def _records(header: EdfHeader, data: bytes) -> NDArray[np.uint8]:
    """Return the data records as bytes, shape (records, bytes of one record)."""
    width = header.sample_bytes * sum(signal.samples_per_record for signal in header.signals)
    there = len(data) - header.header_bytes
    if width == 0 or there < 0:
        raise malformed("The records of the EDF file have no size.")
    count = header.records if header.records is not None else there // width
    if count * width > there:
        raise UnreadableRecordingError(
            Fault.TRUNCATED,
            f"The EDF file announces {count} records of {width} bytes and holds {there // width}. Send it again.",
        )
    if count == 0:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The EDF file holds no record.")
    return np.frombuffer(data, np.uint8, count * width, header.header_bytes).reshape(count, width)


def _lead(
    header: EdfHeader, signal: EdfSignal, table: NDArray[np.uint8], column: tuple[int, int], notes: list[str]
) -> Lead | None:
    unit = _UV_PER_UNIT.get(signal.dimension.lower())
    if unit is None or signal.label.lower() == "status" or signal.samples_per_record == 0:
        notes.append(f"Signal “{signal.label}” ({signal.dimension or 'no unit'}) is not a voltage and was left out.")
        return None
    if not signal.dimension:
        notes.append(f"Signal “{signal.label}” names no unit; microvolts are assumed.")
    digital, physical = signal.digital_max - signal.digital_min, signal.physical_max - signal.physical_min
    if digital == 0 or physical == 0 or header.record_s == 0:
        notes.append(f"Signal “{signal.label}” has no amplitude range or no duration and was left out.")
        return None
    step = physical / digital
    offset = signal.physical_min / step - signal.digital_min
    whole = round(offset)
    near = abs(offset - whole) < 1e-6 * max(1.0, abs(offset))
    rate = signal.samples_per_record / header.record_s
    rate = float(round(rate)) if abs(rate - round(rate)) < 1e-6 * rate else rate
    samples = _integers(table, column, header.sample_bytes)
    name = lead_name(signal.label)
    return Lead(name, rate, samples, step * unit, float(whole) if near else offset, _filters(signal.prefilter))


def _integers(table: NDArray[np.uint8], column: tuple[int, int], size: int) -> Int32:
    raw = np.ascontiguousarray(table[:, column[0] * size : column[1] * size]).reshape(-1)
    return raw.view("<i2").astype(np.int32) if size == 2 else unpack_24(raw)


def _filters(text: str) -> Filters:
    found = {kind.upper(): to_float(value) for kind, value in _FILTER.findall(text)}
    return Filters(found.get("HP"), found.get("LP"), found.get("N"))


def _named(lead: Lead, name: str, ends_s: float | None) -> Lead:
    samples = lead.samples
    if ends_s is not None and ends_s > 0:
        samples = samples[: round(ends_s * lead.fs_hz)]
    gaps = tuple((start, min(stop, samples.size)) for start, stop in lead.gaps if start < samples.size)
    return Lead(name, lead.fs_hz, samples, lead.uv_per_lsb, lead.offset_lsb, lead.filters, gaps)


def _annotations(
    header: EdfHeader, table: NDArray[np.uint8], columns: dict[int, tuple[int, int]]
) -> tuple[list[float], list[Mark]]:
    """Return the onset of each record and all other annotations (onset in s, text)."""
    onsets: list[float] = []
    marks: list[Mark] = []
    numbers = [at for at, signal in enumerate(header.signals) if signal.is_annotation]
    for row in table[:_MOST_LISTS] if numbers else ():
        for order, number in enumerate(numbers):
            low, high = columns[number]
            raw = row[low * header.sample_bytes : high * header.sample_bytes].tobytes()
            for position, part in enumerate(part for part in raw.split(b"\x00") if part):
                onset, texts = _time_stamped(part)
                if onset is None:
                    continue
                if order == 0 and position == 0:
                    onsets.append(onset)
                marks.extend((onset, text) for text in texts if text)
        if len(marks) > _MOST_MARKS:
            break
    return onsets, marks


def _time_stamped(part: bytes) -> tuple[float | None, list[str]]:
    stamp, *texts = part.split(b"\x14")
    onset = to_float(stamp.split(b"\x15")[0].decode("latin-1"))
    return onset, [text.decode("utf-8", "replace").strip() for text in texts]


def _spread(leads: list[Lead], header: EdfHeader, onsets: list[float], notes: list[str]) -> list[Lead]:
    """Return the leads of an interrupted recording with each record at its own time and gaps between them."""
    pauses = [at for at in range(1, len(onsets)) if onsets[at] - onsets[at - 1] > header.record_s * 1.001 + 1e-6]
    if not pauses:
        return leads
    whole = onsets[-1] - onsets[0] + header.record_s
    records = max(lead.samples.size / (lead.fs_hz * header.record_s) for lead in leads)
    if round(records) != len(onsets) or onsets != sorted(onsets) or whole > _MOST_GAP_RATIO * records * header.record_s:
        notes.append(f"The recording was interrupted {len(pauses)} times; the pieces are joined without the gaps.")
        return leads
    notes.append(f"The recording was interrupted {len(pauses)} times; the gaps are shown.")
    return [_with_pauses(lead, header.record_s, onsets, pauses, whole) for lead in leads]


def _with_pauses(lead: Lead, record_s: float, onsets: list[float], pauses: list[int], whole_s: float) -> Lead:
    width = round(lead.fs_hz * record_s)
    size = round(whole_s * lead.fs_hz)
    samples, missing = np.full(size, round(-lead.offset_lsb), np.int32), np.ones(size, np.bool_)
    edges = [0, *pauses, len(onsets)]
    for first, last in pairwise(edges):
        at = round((onsets[first] - onsets[0]) * lead.fs_hz)
        part = lead.samples[first * width : last * width][: size - at]
        samples[at : at + part.size] = part
        missing[at : at + part.size] = False
    return replace(lead, samples=samples, gaps=gaps_of(missing))


def _sorted_marks(
    marks: list[Mark], first: float, rate: float
) -> tuple[dict[str, float], tuple[str, ...], tuple[Annotation, ...]]:
    """Return the measurements and statements that our writer puts into annotations, and all other marks."""
    measurements: dict[str, float] = {}
    statements: list[str] = []
    annotations: list[Annotation] = []
    for onset, text in marks:
        key, found, value = text.removeprefix("@").partition("=")
        number = to_float(value)
        if text.startswith("@") and found and key in MEASUREMENT_KEYS and number is not None:
            measurements[key] = number
        elif text.startswith("@statement="):
            statements.append(value)
        elif text != ENDS and abs(onset - first) * rate < 2**31:
            annotations.append(Annotation(round((onset - first) * rate), text))
    return measurements, tuple(statements), tuple(sorted(annotations, key=lambda mark: mark.sample))
