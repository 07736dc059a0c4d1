"""Read and write the ISHNE Holter format 1.0 (Badilini 1998) and read its annotation file (“ANN  1.0”)."""

import binascii
from datetime import date, datetime

import numpy as np

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.fields import MEASUREMENT_KEYS, decoded, plain_text, to_float
from tianmu.clinical.ecg.engine.formats.leads import ISHNE_BY_NAME, NAME_BY_ISHNE, kind_by_length, unique_names
from tianmu.clinical.ecg.engine.formats.scaling import common_step_nv, to_steps
from tianmu.clinical.ecg.engine.formats.source import Cursor, Source, malformed
from tianmu.clinical.ecg.engine.recording import Annotation, DeviceFields, Lead, PatientFields, Recording

MAGIC = b"ISHNE1.0"
_ANNOTATION_MAGIC = b"ANN  1.0"
_FIXED_END = 522
_MOST_LEADS = 12
_UNKNOWN = -9
_LONG_GAP = 65535
_MOST_NV = 32767
_MOST_ANNOTATION_BYTES = 8 << 20


class _Frame:
    """The header shared by the signal and the annotation file."""

    def __init__(self, data: bytes) -> None:
        cursor = Cursor(data, 8)
        stored = cursor.u16()
        variable_bytes, self.samples, variable_at, self.data_at = (cursor.i32() for _ in range(4))
        self.version = cursor.i16()
        if not 0 <= variable_bytes <= len(data) or not self.data_at >= _FIXED_END or variable_at < 0:
            raise malformed("The ISHNE header names impossible offsets.")
        if self.data_at > len(data):
            raise UnreadableRecordingError(Fault.TRUNCATED, "The ISHNE file ends inside its header. Send it again.")
        actual = binascii.crc_hqx(data[10 : _FIXED_END + variable_bytes], 0xFFFF)
        if stored != actual:
            raise UnreadableRecordingError(
                Fault.CHECKSUM,
                "The header of the ISHNE file does not match its checksum: it was damaged. Send it again.",
            )
        self.variable = data[variable_at : variable_at + variable_bytes]
        self.cursor = cursor


def read_ishne(source: Source) -> Recording:
    """Read an ISHNE file, with an annotation file among the companions; raises UnreadableRecordingError."""
    data = source.data
    frame = _Frame(data)
    cursor = frame.cursor
    given, family, identifier = (_text(cursor.take(size)) for size in (40, 40, 20))
    sex = cursor.i16()
    cursor.i16()
    birth, day, _, clock = ([cursor.i16() for _ in range(3)] for _ in range(4))
    count = cursor.i16()
    if not 0 < count <= _MOST_LEADS:
        raise malformed(f"The ISHNE header announces {count} leads; 1 to 12 are possible.")
    codes, _quality, steps = ([cursor.i16() for _ in range(_MOST_LEADS)] for _ in range(3))
    cursor.i16()
    recorder, rate = _text(cursor.take(40)), cursor.i16()
    if rate <= 0:
        raise malformed(f"The ISHNE header names a sampling rate of {rate} Hz.")
    leads, notes = _leads(data, frame, count, codes, steps, float(rate))
    started_at = _start(day, clock)
    if started_at is None:
        notes.append("The file names no time of recording.")
    measurements, statements = _said(frame.variable)
    return Recording(
        kind=kind_by_length(leads),
        format="ishne",
        leads=leads,
        started_at=started_at,
        patient=PatientFields(
            identifier=identifier, family_name=family, given_name=given, birth_date=_date(birth),
            sex={1: "M", 2: "F"}.get(sex),
        ),
        device=DeviceFields(model=recorder),
        measurements=measurements,
        statements=statements,
        annotations=_companion_marks(source, notes),
        warnings=tuple(notes),
    )  # fmt: skip


def _leads(
    data: bytes, frame: _Frame, count: int, codes: list[int], steps: list[int], rate: float
) -> tuple[tuple[Lead, ...], list[str]]:
    there = (len(data) - frame.data_at) // 2 // count
    announced = frame.samples
    notes: list[str] = []
    if announced > there and announced % count == 0 and announced // count == there:
        announced = there
        notes.append("The header counts the samples of all leads together.")
    if announced > there or announced < 0:
        raise UnreadableRecordingError(
            Fault.TRUNCATED, f"The ISHNE file announces {announced} samples per lead and holds {there}. Send it again."
        )
    table = np.frombuffer(data, "<i2", announced * count, frame.data_at).reshape(announced, count)
    names = unique_names([NAME_BY_ISHNE.get(code, f"ishne{code}") for code in codes[:count]])
    leads = []
    for at, name in enumerate(names):
        step = steps[at]
        if step <= 0:
            notes.append(f"Lead {name} has no resolution; 1 µV per step is assumed.")
            step = 1000
        leads.append(Lead(name, rate, np.ascontiguousarray(table[:, at]).astype(np.int32), step / 1000.0))
    return tuple(leads), notes


def _text(raw: bytes) -> str | None:
    return plain_text(decoded(raw.split(b"\x00")[0]))


def _date(parts: list[int]) -> date | None:
    try:
        return date(parts[2], parts[1], parts[0])
    except ValueError:
        return None


def _start(day: list[int], clock: list[int]) -> datetime | None:
    found = _date(day)
    if found is None or not (0 <= clock[0] < 24 and 0 <= clock[1] < 60 and 0 <= clock[2] < 60):
        return None
    return datetime(found.year, found.month, found.day, clock[0], clock[1], clock[2])  # noqa: DTZ001 - ISHNE names no zone


def _said(variable: bytes) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return what our writer puts into the variable block: lines of key=value."""
    measurements: dict[str, float] = {}
    statements: list[str] = []
    for line in variable.decode("utf-8", "replace").replace("\x00", "").splitlines():
        key, found, value = line.partition("=")
        number = to_float(value)
        if found and key in MEASUREMENT_KEYS and number is not None:
            measurements[key] = number
        elif key == "statement" and value:
            statements.append(value)
    return measurements, tuple(statements)


def _companion_marks(source: Source, notes: list[str]) -> tuple[Annotation, ...]:
    for body in source.companions.values():
        if body.startswith(_ANNOTATION_MAGIC):
            try:
                return read_annotations(body)
            except UnreadableRecordingError as error:
                notes.append(f"The annotation file was not read: {error.detail}")
    return ()


def read_annotations(data: bytes) -> tuple[Annotation, ...]:
    """Return the beats of an ISHNE annotation file: the first at a stored sample, the others by distance."""
    frame = _Frame(data)
    cursor = Cursor(data, frame.data_at)
    position = cursor.i32()
    rows = np.frombuffer(
        cursor.take(min(cursor.remaining, _MOST_ANNOTATION_BYTES) // 4 * 4),
        np.dtype([("label", "S1"), ("own", "S1"), ("toc", "<u2")]),
    )
    marks: list[Annotation] = []
    for label, own, toc in rows.tolist():
        position += toc
        if toc == _LONG_GAP and not label.strip(b"\x00 "):
            continue
        own_text = plain_text(own.decode("latin-1"))
        marks.append(Annotation(position, label.decode("latin-1") or "?", text=own_text))
    return tuple(marks)


def write_ishne(recording: Recording) -> bytes:
    """Return the bytes of one ISHNE file; raises UNSUPPORTED beyond 12 leads, 16 bits or whole rates."""
    leads = recording.leads
    rate = round(leads[0].fs_hz)
    if len(leads) > _MOST_LEADS or len({(lead.fs_hz, lead.samples.size) for lead in leads}) > 1:
        raise UnreadableRecordingError(
            Fault.UNSUPPORTED, "ISHNE holds at most 12 leads of one rate and length; choose DICOM."
        )
    if abs(rate - leads[0].fs_hz) > 1e-9 or not 0 < rate < 32768:
        raise UnreadableRecordingError(
            Fault.UNSUPPORTED, f"ISHNE cannot hold a rate of {leads[0].fs_hz} Hz; choose DICOM."
        )
    steps = [min(common_step_nv([lead]), _MOST_NV) for lead in leads]
    columns = [to_steps(lead, step / 1000.0) for lead, step in zip(leads, steps, strict=True)]
    if any(column.size and int(np.abs(column).max()) > 32767 for column in columns):
        raise UnreadableRecordingError(Fault.UNSUPPORTED, "A sample exceeds 16 bits; choose DICOM or WFDB, not ISHNE.")
    lines = [f"{key}={recording.measurements[key]:.10g}" for key in MEASUREMENT_KEYS if key in recording.measurements]
    lines += [f"statement={' '.join(text.split())}" for text in recording.statements]
    variable = "\n".join(lines).encode("utf-8")
    variable += b"\x00" * (len(variable) % 2)
    fixed = _fixed(recording, rate, steps, len(variable))
    crc = binascii.crc_hqx(fixed + variable, 0xFFFF)
    table = np.stack(columns, axis=1).astype("<i2")
    return MAGIC + crc.to_bytes(2, "little") + fixed + variable + table.tobytes()


def _fixed(recording: Recording, rate: int, steps: list[int], variable_bytes: int) -> bytes:
    person, start = recording.patient, recording.started_at
    sizes = (variable_bytes, recording.leads[0].samples.size, _FIXED_END, _FIXED_END + variable_bytes)
    body = b"".join(size.to_bytes(4, "little") for size in sizes) + _words([1])
    body += _padded(person.given_name, 40) + _padded(person.family_name, 40) + _padded(person.identifier, 20)
    body += _words([{"M": 1, "F": 2}.get(person.sex or "", 0), 0])
    body += _words(_day(person.birth_date)) + _words(_day(start)) + _words(_day(start))
    body += _words([start.hour, start.minute, start.second] if start is not None else [_UNKNOWN] * 3)
    count = len(recording.leads)
    blank = [_UNKNOWN] * (_MOST_LEADS - count)
    body += _words([count]) + _words([ISHNE_BY_NAME.get(lead.name, 0) for lead in recording.leads] + blank)
    body += _words([0] * count + blank) + _words(steps + blank) + _words([0])
    body += _padded(recording.device.model, 40) + _words([rate])
    return body + bytes(80 + 80 + 88)


def _words(values: list[int]) -> bytes:
    return b"".join(value.to_bytes(2, "little", signed=True) for value in values)


def _day(day: date | datetime | None) -> list[int]:
    return [day.day, day.month, day.year] if day is not None else [_UNKNOWN] * 3


def _padded(text: str | None, size: int) -> bytes:
    raw = (text or "").encode("utf-8")[: size - 1]
    return raw.decode("utf-8", "ignore").encode("utf-8").ljust(size, b"\x00")
