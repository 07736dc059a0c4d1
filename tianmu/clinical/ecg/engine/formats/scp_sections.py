"""The frame of an SCP-ECG file (EN 1064 5.2, section 0) and the small sections 1 to 4, 7, 8 and 11 as plain values."""

import binascii
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.fields import decoded, plain_text, plausible_measurement
from tianmu.clinical.ecg.engine.formats.scp_huffman import DEFAULT_TABLE, Code, Table, reversed_bits
from tianmu.clinical.ecg.engine.formats.scp_samples import Beat
from tianmu.clinical.ecg.engine.formats.source import Cursor, malformed
from tianmu.clinical.ecg.engine.recording import DeviceFields, PatientFields

HEADER_BYTES = 16
DEFAULT_TABLES = 19999
_ENCODING_BY_LANGUAGE = {
    0x07: "utf-8",
    0x27: "gb18030",
    0x0F: "shift_jis",
    0x2F: "euc_kr",
    0x03: "iso8859-2",
    0x13: "iso8859-5",
}
_MOST_CODES = 4096
_NOT_CALCULATED = {0xFFFF, 29999, 19999, 9999}


@dataclass(frozen=True, slots=True)
class Demographics:
    """Section 1."""

    patient: PatientFields
    device: DeviceFields
    started_at: datetime | None
    high_pass_hz: float | None = None
    low_pass_hz: float | None = None
    language: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeadRange:
    """One lead of section 3: numbers of its first and last sample, from 1, and its code."""

    start: int
    end: int
    code: int


@dataclass(frozen=True, slots=True)
class QrsLocations:
    """Section 4: fiducial of the reference beat (from 1, in its samples) and the beats."""

    length_ms: int = 0
    fiducial: int = 0
    beats: tuple[Beat, ...] = field(default=())


def checksum(data: bytes) -> int:
    """Return the CRC-16/CCITT of the standard (start 0xFFFF)."""
    return binascii.crc_hqx(data, 0xFFFF)


def looks_like_scp(data: bytes) -> bool:
    """Tell whether the bytes begin like an SCP-ECG file: section 0 right after checksum and length."""
    if len(data) < 22:
        return False
    return data[16:22] == b"SCPECG" or (
        data[8:10] == b"\x00\x00"
        and int.from_bytes(data[2:6], "little") == len(data)
        and data[14] in {10, 11, 13, 20, 30}
    )


def split_sections(data: bytes, warnings: list[str]) -> dict[int, bytes]:
    """Return the bodies of the sections by number, their headers cut off; raise TRUNCATED, CHECKSUM or MALFORMED."""
    cursor = Cursor(data)
    stored, length = cursor.u16(), cursor.u32()
    if length > len(data):
        raise UnreadableRecordingError(
            Fault.TRUNCATED, f"The SCP file announces {length} bytes and holds {len(data)}. Send the whole file again."
        )
    if length < HEADER_BYTES + 6:
        raise malformed(f"The SCP file announces a length of {length} bytes.")
    if length < len(data):
        warnings.append(f"{len(data) - length} bytes follow the end of the SCP record and were ignored.")
    if checksum(data[2:length]) != stored:
        raise UnreadableRecordingError(
            Fault.CHECKSUM, "The SCP file does not match its checksum: it was damaged on its way. Send it again."
        )
    pointers = Cursor(data, 6 + HEADER_BYTES, 6 + Cursor(data, 10).u32())
    found: dict[int, bytes] = {}
    while pointers.remaining >= 10:
        number, size, index = pointers.u16(), pointers.u32(), pointers.u32()
        if number == 0 or size <= HEADER_BYTES or index == 0:
            continue
        body = Cursor(data, index - 1, length).take(size)
        if checksum(body[2:]) != int.from_bytes(body[:2], "little"):
            warnings.append(f"Section {number} does not match its own checksum.")
        if int.from_bytes(body[2:4], "little") != number:
            raise malformed(f"The pointer of section {number} leads elsewhere.")
        found[number] = body[HEADER_BYTES:]
    return found


def parse_tables(body: bytes | None) -> tuple[Table, ...] | None:
    """Return the Huffman tables of section 2; None where the file has none and samples are plain."""
    if body is None:
        return None
    cursor = Cursor(body)
    count = cursor.u16()
    if count == DEFAULT_TABLES:
        return (DEFAULT_TABLE,)
    tables: list[Table] = []
    for _ in range(count):
        size = cursor.u16()
        if size > _MOST_CODES:
            raise malformed(f"A Huffman table announces {size} codes.")
        tables.append(tuple(_code(cursor) for _ in range(size)))
    if not tables:
        return None
    if any(not table for table in tables):
        raise malformed("A Huffman table is empty.")
    return tuple(tables)


def _code(cursor: Cursor) -> Code:
    prefix_bits, total_bits, mode, value, raw = cursor.u8(), cursor.u8(), cursor.u8(), cursor.i16(), cursor.u32()
    if not 0 < prefix_bits <= 32 or not prefix_bits <= total_bits <= 64:
        raise malformed(f"A Huffman code has {prefix_bits} prefix bits of {total_bits}.")
    return Code(prefix_bits, total_bits, value, reversed_bits(raw, prefix_bits), value if mode == 0 else None)


def parse_leads(body: bytes) -> tuple[tuple[LeadRange, ...], bool]:
    """Return the leads of section 3 and whether reference beats were subtracted."""
    cursor = Cursor(body)
    count, flags = cursor.u8(), cursor.u8()
    return tuple(LeadRange(cursor.u32(), cursor.u32(), cursor.u8()) for _ in range(count)), bool(flags & 1)


def parse_locations(body: bytes | None, subtracted: bool) -> QrsLocations:
    """Return section 4; the protected zones follow the beats where reference beats were subtracted."""
    if body is None:
        return QrsLocations()
    cursor = Cursor(body)
    length_ms, fiducial, count = cursor.u16(), cursor.u16(), cursor.u16()
    if not subtracted and cursor.remaining < 12 * count:
        return QrsLocations(length_ms, fiducial)
    rows = [(cursor.u16(), cursor.u32(), cursor.u32(), cursor.u32()) for _ in range(count)]
    zones = [(cursor.u32(), cursor.u32()) for _ in range(count)] if cursor.remaining >= 8 * count else [None] * count
    beats = tuple(Beat(*row, zone) for row, zone in zip(rows, zones, strict=True))
    return QrsLocations(length_ms, fiducial, beats)


def parse_demographics(body: bytes) -> Demographics:
    """Return section 1; odd tags become warnings."""
    warnings: list[str] = []
    tags = _tags(body, warnings)
    device, language = _device(tags.get(14, b""))
    text = {number: _text(value, language) for number, value in tags.items() if number in {0, 1, 2, 3, 16}}
    given = " ".join(part for part in (text.get(1), text.get(3)) if part) or None
    birth, day, clock = _date(tags.get(5)), _date(tags.get(25)), tags.get(26, b"")
    started_at = None
    if day is not None and len(clock) >= 3 and clock[0] < 24 and clock[1] < 60 and clock[2] < 60:
        started_at = datetime(day.year, day.month, day.day, clock[0], clock[1], clock[2], tzinfo=_zone(tags.get(34)))
    patient = PatientFields(
        identifier=text.get(2),
        family_name=text.get(0),
        given_name=given,
        birth_date=birth,
        age_years=_quantity(tags.get(4), {1: 1.0, 2: 1 / 12, 3: 7 / 365.25, 4: 1 / 365.25, 5: 1 / 8766}),
        sex={1: "M", 2: "F"}.get(tags.get(8, b"\x00")[:1].ljust(1, b"\x00")[0]),
        height_cm=_quantity(tags.get(6), {1: 1.0, 2: 2.54, 3: 0.1}),
        weight_kg=_quantity(tags.get(7), {1: 1.0, 2: 0.001, 3: 0.45359237, 4: 0.0283495}),
    )
    device = DeviceFields(device.manufacturer, device.model, device.serial, device.software, text.get(16))
    high_pass = int.from_bytes(tags[27][:2], "little") / 100.0 if len(tags.get(27, b"")) >= 2 else 0.0
    low_pass = int.from_bytes(tags[28][:2], "little") if len(tags.get(28, b"")) >= 2 else 0
    return Demographics(
        patient, device, started_at, high_pass or None, float(low_pass) or None, language, tuple(warnings)
    )


def _tags(body: bytes, warnings: list[str]) -> dict[int, bytes]:
    cursor = Cursor(body)
    found: dict[int, bytes] = {}
    while cursor.remaining >= 3:
        number, length = cursor.u8(), cursor.u16()
        if number == 255:
            break
        if length > cursor.remaining:
            warnings.append(f"Tag {number} of section 1 runs past its section.")
            break
        found.setdefault(number, cursor.take(length))
    return found


def _text(raw: bytes, language: int) -> str | None:
    named = _ENCODING_BY_LANGUAGE.get(language)
    return plain_text(decoded(raw.split(b"\x00")[0], *([named] if named is not None else [])))


def _date(raw: bytes | None) -> date | None:
    if raw is None or len(raw) < 4:
        return None
    try:
        return date(int.from_bytes(raw[:2], "little"), raw[2], raw[3])
    except ValueError:
        return None


def _zone(raw: bytes | None) -> timezone | None:
    if raw is None or len(raw) < 2:
        return None
    minutes = int.from_bytes(raw[:2], "little", signed=True)
    return timezone(timedelta(minutes=minutes)) if abs(minutes) < 24 * 60 else None


def _quantity(raw: bytes | None, factors: dict[int, float]) -> float | None:
    if raw is None or len(raw) < 3 or raw[2] not in factors:
        return None
    return int.from_bytes(raw[:2], "little") * factors[raw[2]]


def _device(raw: bytes) -> tuple[DeviceFields, int]:
    if len(raw) < 36:
        return DeviceFields(), 0
    language = raw[16]
    model = _text(raw[8:14], language)
    parts = [_text(part, language) for part in raw[36:].split(b"\x00")]
    parts += [None] * (5 - len(parts))
    return DeviceFields(manufacturer=parts[4], model=model, serial=parts[1], software=parts[0]), language


def parse_measurements(body: bytes | None) -> dict[str, float]:
    """Return the global measurements of section 7: intervals of the first beat type, axes, rates."""
    if body is None:
        return {}
    cursor = Cursor(body)
    types, spikes, rr = cursor.u8(), cursor.u8(), cursor.u16()
    cursor.u16()
    values: dict[str, float] = {} if rr in _NOT_CALCULATED else {"rr_interval": rr}
    if types and cursor.remaining >= 16:
        values |= _intervals(cursor)
        cursor.take(min(16 * (types - 1), cursor.remaining))
    cursor.take(min(10 * spikes, cursor.remaining))
    if cursor.remaining >= 2:
        count = cursor.u16()
        values["qrs_count"] = count if count not in _NOT_CALCULATED else 0
        cursor.take(min(count, cursor.remaining))
    if cursor.remaining >= 7:
        rate, _, qtc, formula = cursor.u16(), cursor.u16(), cursor.u16(), cursor.u8()
        if rate not in _NOT_CALCULATED:
            values["heart_rate"] = rate
        if qtc not in _NOT_CALCULATED and formula in {1, 4}:
            values["qtc_bazett" if formula == 1 else "qtc_fridericia"] = qtc
    return {key: value for key, value in values.items() if plausible_measurement(key, value)}


def _intervals(cursor: Cursor) -> dict[str, float]:
    p_on, p_off, qrs_on, qrs_off, t_off = (cursor.u16() for _ in range(5))
    spans = {
        "p_duration": (p_on, p_off),
        "pr_interval": (p_on, qrs_on),
        "qrs_duration": (qrs_on, qrs_off),
        "qt_interval": (qrs_on, t_off),
    }
    values: dict[str, float] = {
        key: high - low for key, (low, high) in spans.items() if not {low, high} & _NOT_CALCULATED and high > low
    }
    for key in ("p_axis", "qrs_axis", "t_axis"):
        angle = cursor.i16()
        if angle not in {999, 9999, 19999, 29999, 32767}:
            values[key] = angle
    return values


def parse_statements(body: bytes | None, language: int, *, coded: bool) -> list[str]:
    """Return the texts of section 8 (or of section 11, whose statements carry a type byte: `coded`)."""
    if body is None or len(body) < 9:
        return []
    cursor = Cursor(body, 8)
    texts: list[str] = []
    for _ in range(cursor.u8()):
        if cursor.remaining < 3:
            break
        cursor.u8()
        raw = cursor.take(min(cursor.u16(), cursor.remaining))
        text = _text(raw[1:] if coded else raw, language)
        if text is not None:
            texts.append(text)
    return texts
