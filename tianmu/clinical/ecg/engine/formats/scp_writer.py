"""Write SCP-ECG (EN 1064): sections 0 to 3 and 6 to 8, and 4 and 5 with a reference beat; default Huffman table."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.leads import SCP_BY_NAME
from tianmu.clinical.ecg.engine.formats.scaling import common_step_nv, to_steps
from tianmu.clinical.ecg.engine.formats.scp_samples import encode_lead
from tianmu.clinical.ecg.engine.formats.scp_sections import DEFAULT_TABLES, HEADER_BYTES, checksum
from tianmu.clinical.ecg.engine.recording import DeviceFields, Int32, Lead, PatientFields, Recording

_VERSION = 20
_LANGUAGES = (("ascii", 0x00), ("gb2312", 0x27), ("utf-8", 0x07))
_MOST_LEAD_BYTES = 65535
_MOST_LEADS = 255
_NO_VALUE = 0xFFFF
_SECTIONS = 12


def write_scp(recording: Recording) -> bytes:
    """Return the bytes of one SCP-ECG file; raises UNSUPPORTED for what the format cannot hold."""
    leads = recording.leads
    if len(leads) > _MOST_LEADS or len({lead.fs_hz for lead in leads}) > 1:
        raise UnreadableRecordingError(
            Fault.UNSUPPORTED, "SCP-ECG holds at most 255 leads of one rate; choose DICOM or WFDB for this recording."
        )
    bodies = {
        1: _demographics(recording),
        2: DEFAULT_TABLES.to_bytes(2, "little"),
        3: _lead_definitions(leads),
        **_reference(recording),
        6: _samples(leads),
        7: _measurements(recording.measurements),
        8: _statements(recording),
    }
    return _assemble({number: body for number, body in bodies.items() if body})


def _assemble(bodies: Mapping[int, bytes]) -> bytes:
    pointers = b""
    position = 6 + HEADER_BYTES + 10 * _SECTIONS
    chunks: list[bytes] = []
    lengths = {0: HEADER_BYTES + 10 * _SECTIONS}
    for number, body in sorted(bodies.items()):
        padded = body + b"\x00" * (len(body) % 2)
        chunks.append(_section(number, padded))
        lengths[number] = len(chunks[-1])
    for number in range(_SECTIONS):
        length = lengths.get(number, 0)
        index = 7 if number == 0 else position + 1 if length else 0
        pointers += number.to_bytes(2, "little") + length.to_bytes(4, "little") + index.to_bytes(4, "little")
        position += length if number else 0
    record = _section(0, pointers, b"SCPECG") + b"".join(chunks)
    tail = (len(record) + 6).to_bytes(4, "little") + record
    return checksum(tail).to_bytes(2, "little") + tail


def _section(number: int, body: bytes, reserved: bytes = b"\x00" * 6) -> bytes:
    rest = number.to_bytes(2, "little") + (HEADER_BYTES + len(body)).to_bytes(4, "little")
    rest += bytes([_VERSION, _VERSION]) + reserved + body
    return checksum(rest).to_bytes(2, "little") + rest


def _language(recording: Recording) -> tuple[str, int]:
    """Return the narrowest codec that holds all texts, and its language code: Chinese goes as GB 2312."""
    texts = "".join((*_words(recording.patient), *_words(recording.device), *recording.statements))
    for codec, code in _LANGUAGES:
        try:
            texts.encode(codec)
        except UnicodeEncodeError:
            continue
        return codec, code
    raise UnreadableRecordingError(
        Fault.UNSUPPORTED, "A text of the recording holds characters that no file can carry."
    )


def _words(record: PatientFields | DeviceFields) -> list[str]:
    return [value for item in fields(record) if isinstance(value := getattr(record, item.name), str)]


def _demographics(recording: Recording) -> bytes:
    codec, language = _language(recording)
    tags = [*_person_tags(recording, codec), (14, _device(recording, codec, language))]
    tags += _acquisition_tags(recording, codec)
    body = b"".join(bytes([number]) + len(value).to_bytes(2, "little") + value for number, value in tags)
    return body + b"\xff\x00\x00"


def _person_tags(recording: Recording, codec: str) -> Iterator[tuple[int, bytes]]:
    person = recording.patient
    for number, text in ((0, person.family_name), (1, person.given_name), (2, person.identifier or "")):
        if text is not None:
            yield number, _string(text, codec)
    if person.age_years is not None:
        yield 4, _age(person.age_years)
    if person.birth_date is not None:
        yield 5, _date(person.birth_date)
    if person.height_cm is not None:
        yield 6, _quantity(person.height_cm * 10.0, 3)
    if person.weight_kg is not None:
        whole = person.weight_kg % 1 == 0 or person.weight_kg > 65
        yield 7, _quantity(person.weight_kg, 1) if whole else _quantity(person.weight_kg * 1000.0, 2)
    yield 8, bytes([{"M": 1, "F": 2}.get(person.sex or "", 0)])


def _acquisition_tags(recording: Recording, codec: str) -> Iterator[tuple[int, bytes]]:
    start, filters = recording.started_at, recording.leads[0].filters
    if recording.device.institution is not None:
        yield 16, _string(recording.device.institution, codec)
    if start is not None:
        yield 25, _date(start.date())
        yield 26, bytes([start.hour, start.minute, start.second])
    if filters.high_pass_hz is not None:
        yield 27, min(round(filters.high_pass_hz * 100), 0xFFFF).to_bytes(2, "little")
    if filters.low_pass_hz is not None:
        yield 28, min(round(filters.low_pass_hz), 0xFFFF).to_bytes(2, "little")
    offset = start.utcoffset() if start is not None else None
    if offset is not None:
        yield 34, round(offset.total_seconds() / 60).to_bytes(2, "little", signed=True) + b"\x00\x00\x00"


def _string(text: str, codec: str) -> bytes:
    return text.replace("\x00", " ")[:500].encode(codec) + b"\x00"


def _date(day: date) -> bytes:
    return day.year.to_bytes(2, "little") + bytes([day.month, day.day])


def _quantity(value: float, unit: int) -> bytes:
    return min(max(round(value), 0), 0xFFFF).to_bytes(2, "little") + bytes([unit])


def _age(years: float) -> bytes:
    if years == math.floor(years) or years >= 3:
        return _quantity(math.floor(years), 1)
    return _quantity(years * 12, 2) if years >= 1 / 6 else _quantity(years * 365.25, 4)


def _device(recording: Recording, codec: str, language: int) -> bytes:
    device = recording.device
    head = bytes(6) + bytes([0, 255]) + (device.model or "").encode(codec)[:6].ljust(6, b"\x00")
    head += bytes([_VERSION, 0xC0, language, 0x08, 0x01]) + bytes(16)
    program = _string((device.software or "")[:80], codec)
    rest = (device.serial, device.software, "Tianmu", device.manufacturer)
    return head + bytes([len(program)]) + program + b"".join(_string(text or "", codec) for text in rest)


def _lead_definitions(leads: Sequence[Lead]) -> bytes:
    together = len({lead.samples.size for lead in leads}) == 1
    flags = (0x04 | min(len(leads), 31) << 3) if together else 0
    rows = b"".join(
        (1).to_bytes(4, "little") + lead.samples.size.to_bytes(4, "little") + bytes([SCP_BY_NAME.get(lead.name, 0)])
        for lead in leads
    )
    return bytes([len(leads), flags]) + rows


def _reference(recording: Recording) -> dict[int, bytes]:
    """Return sections 4 and 5 where there is a representative beat of the same leads."""
    median = recording.median
    if not median or [lead.name for lead in median] != [lead.name for lead in recording.leads]:
        return {}
    sizes = {(lead.samples.size, lead.fs_hz) for lead in median}
    if len(sizes) != 1:
        return {}
    size, rate = sizes.pop()
    interval = _interval_us(rate)
    length_ms = math.ceil(size * interval / 1000)
    if length_ms * 1000 // interval != size or length_ms > 0xFFFF:
        return {}
    return {4: length_ms.to_bytes(2, "little") + bytes(4), 5: _samples(median)}


def _interval_us(rate_hz: float) -> int:
    interval = round(1e6 / rate_hz)
    if not 0 < interval <= 0xFFFF:
        raise UnreadableRecordingError(Fault.UNSUPPORTED, f"SCP-ECG cannot hold a rate of {rate_hz} Hz; choose DICOM.")
    return interval


def _samples(leads: Sequence[Lead]) -> bytes:
    """Return the body of section 5 or 6: second differences, else first, else plain values, in the default table."""
    step_nv = common_step_nv(leads)
    samples = [to_steps(lead, step_nv / 1000.0) for lead in leads]
    order, parts = _encoded(samples)
    if any(len(part) > _MOST_LEAD_BYTES for part in parts):
        raise UnreadableRecordingError(
            Fault.UNSUPPORTED,
            "A lead is too long for SCP-ECG (65535 bytes when compressed); choose DICOM, EDF or ISHNE.",
        )
    parts = [part + b"\x00" * (len(part) % 2) if len(part) < _MOST_LEAD_BYTES else part for part in parts]
    head = step_nv.to_bytes(2, "little") + _interval_us(leads[0].fs_hz).to_bytes(2, "little")
    head += bytes([order, 0])
    return head + b"".join(len(part).to_bytes(2, "little") for part in parts) + b"".join(parts)


def _encoded(samples: Sequence[Int32]) -> tuple[int, list[bytes]]:
    for order in (2, 1, 0):
        parts = [encode_lead(found, order) for found in samples]
        done = [part for part in parts if part is not None]
        if len(done) == len(parts):
            return order, done
    raise UnreadableRecordingError(
        Fault.UNSUPPORTED, "A sample exceeds 16 bits; choose DICOM or WFDB for this recording."
    )


def _measurements(values: Mapping[str, float]) -> bytes:
    """Return section 7: one beat type whose P starts at 0 ms, so that the intervals read back as they were."""
    if not values:
        return b""
    p, pr = values.get("p_duration"), values.get("pr_interval")
    qrs, qt = values.get("qrs_duration"), values.get("qt_interval")
    start = round(pr) if pr is not None else 0
    waves = [
        0 if pr is not None else None,
        round(p) if p is not None and pr is not None else None,
        start,
        start + round(qrs) if qrs is not None else None,
        start + round(qt) if qt is not None else None,
    ]
    axes = [values.get(key) for key in ("p_axis", "qrs_axis", "t_axis")]
    body = bytes([1, 0]) + _word(values.get("rr_interval")) + _word(None)
    body += b"".join(_word(wave) for wave in waves)
    body += b"".join((999 if axis is None else round(axis)).to_bytes(2, "little", signed=True) for axis in axes)
    body += _word(values.get("qrs_count", 0)) + bytes(min(round(values.get("qrs_count", 0)), 4096))
    bazett, fridericia = values.get("qtc_bazett"), values.get("qtc_fridericia")
    qtc, formula = (bazett, 1) if bazett is not None else (fridericia, 4 if fridericia is not None else 0)
    return body + _word(values.get("heart_rate")) + _word(None) + _word(qtc) + bytes([formula, 0, 0])


def _word(value: float | None) -> bytes:
    return (_NO_VALUE if value is None else min(max(round(value), 0), 0xFFFE)).to_bytes(2, "little")


def _statements(recording: Recording) -> bytes:
    texts = recording.statements[:255]
    if not texts:
        return b""
    codec, _ = _language(recording)
    start = recording.started_at
    stamp = _date(start.date()) + bytes([start.hour, start.minute, start.second]) if start else bytes(7)
    parts = [
        bytes([number]) + len(body).to_bytes(2, "little") + body
        for number, body in enumerate((_string(text, codec) for text in texts), start=1)
    ]
    return b"\x00" + stamp + bytes([len(texts)]) + b"".join(parts)
