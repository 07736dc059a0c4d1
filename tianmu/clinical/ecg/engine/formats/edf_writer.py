"""Write EDF+ (continuous): integer samples kept, annotations, measurements and statements in the annotation channel."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

import numpy as np

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.edf_header import FIXED_BYTES, MONTHS
from tianmu.clinical.ecg.engine.formats.edf_reader import ENDS
from tianmu.clinical.ecg.engine.formats.fields import MEASUREMENT_KEYS
from tianmu.clinical.ecg.engine.formats.scaling import fits_int16
from tianmu.clinical.ecg.engine.recording import Lead, Recording

_NUMBER_WIDTH = 8
_DURATIONS_S = (1.0, 2.0, 4.0, 5.0, 8.0, 10.0, 0.5, 0.1, 3.0, 6.0, 7.0, 9.0)
_SMALLEST_LIST_BYTES = 120


def write_edf(recording: Recording) -> bytes:
    """Return the bytes of one EDF+ file; raises UNSUPPORTED where 16 bits or the records cannot hold it."""
    leads = recording.leads
    if not all(fits_int16(lead) for lead in leads):
        raise UnreadableRecordingError(Fault.UNSUPPORTED, "A sample exceeds 16 bits; choose DICOM or WFDB, not EDF.")
    seconds, per_record = _record_shape(leads)
    records = max(math.ceil(lead.samples.size / count) for lead, count in zip(leads, per_record, strict=True))
    padded = any(lead.samples.size != records * count for lead, count in zip(leads, per_record, strict=True))
    lists = _annotation_lists(recording, records, seconds, padded)
    list_bytes = len(lists[0])
    head = _header(recording, per_record, records, seconds, list_bytes)
    blocks = [_blocks(lead, count, records) for lead, count in zip(leads, per_record, strict=True)]
    blocks.append(np.frombuffer(b"".join(lists), np.uint8).reshape(records, list_bytes))
    return head + np.concatenate(blocks, axis=1).tobytes()


def _record_shape(leads: Sequence[Lead]) -> tuple[float, list[int]]:
    """Return the record duration in s and the samples per record of each lead."""
    lengths = {lead.samples.size / lead.fs_hz for lead in leads}
    if max(lengths) - min(lengths) > 1e-9:
        raise UnreadableRecordingError(Fault.UNSUPPORTED, "EDF needs leads of equal length; choose DICOM or WFDB.")
    for seconds in _DURATIONS_S:
        counts = [lead.fs_hz * seconds for lead in leads]
        if all(abs(count - round(count)) < 1e-9 and round(count) > 0 for count in counts):
            return seconds, [round(count) for count in counts]
    if len({lead.fs_hz for lead in leads}) == 1:
        rate = leads[0].fs_hz
        for count in (round(rate), round(rate * 10), 1000):
            text = f"{count / rate:.6f}"[:_NUMBER_WIDTH]
            if count > 0 and abs(count / float(text) - rate) < 1e-6 * rate:
                return float(text), [count] * len(leads)
    raise UnreadableRecordingError(
        Fault.UNSUPPORTED, "The sampling rates do not fit into EDF records; choose DICOM or WFDB."
    )


def _blocks(lead: Lead, per_record: int, records: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return the samples of one lead as bytes by record; the last value fills the last record."""
    samples = np.full(records * per_record, lead.samples[-1], np.dtype("<i2"))
    samples[: lead.samples.size] = lead.samples
    return samples.view(np.uint8).reshape(records, 2 * per_record)


def _annotation_lists(recording: Recording, records: int, seconds: float, padded: bool) -> list[bytes]:
    """Return one list of equal length for each record: its onset, then the marks of its time."""
    fraction = recording.started_at.microsecond / 1e6 if recording.started_at is not None else 0.0
    rate = recording.leads[0].fs_hz
    bodies = [_stamp(fraction + at * seconds) + b"\x14\x14\x00" for at in range(records)]
    extra: list[tuple[int, float, str]] = [
        (0, fraction, f"@{key}={recording.measurements[key]:.10g}")
        for key in MEASUREMENT_KEYS
        if key in recording.measurements
    ]
    extra += [(0, fraction, f"@statement={text}") for text in recording.statements]
    for mark in recording.annotations:
        onset = mark.sample / rate
        text = mark.symbol if mark.text is None else f"{mark.symbol}: {mark.text}"
        extra.append((min(max(int(onset / seconds), 0), records - 1), fraction + onset, text))
    if padded:
        extra.append((records - 1, fraction + recording.leads[0].samples.size / rate, ENDS))
    for at, onset, text in extra:
        clean = text.translate({0: None, 0x14: " ", 0x15: " "}).encode("utf-8")
        bodies[at] += _stamp(onset) + b"\x14" + clean + b"\x14\x00"
    size = max(_SMALLEST_LIST_BYTES, *map(len, bodies))
    size += size % 2
    return [body.ljust(size, b"\x00") for body in bodies]


def _stamp(onset_s: float) -> bytes:
    text = f"{onset_s:+.9f}".rstrip("0").rstrip(".")
    return text.encode("ascii")


def _header(recording: Recording, per_record: list[int], records: int, seconds: float, list_bytes: int) -> bytes:
    leads, start = recording.leads, recording.started_at
    count = len(leads) + 1
    ranges = [_range(lead.uv_per_lsb, lead.offset_lsb, _peak(lead)) for lead in leads]
    columns: list[tuple[int, list[str]]] = [
        (16, [*(_label(lead.name) for lead in leads), "EDF Annotations"]),
        (80, [""] * count),
        (8, ["uV"] * len(leads) + [""]),
        (8, [*(item[0] for item in ranges), "-1"]),
        (8, [*(item[1] for item in ranges), "1"]),
        (8, [*(item[2] for item in ranges), "-32768"]),
        (8, [*(item[3] for item in ranges), "32767"]),
        (80, [*(_prefilter(lead) for lead in leads), ""]),
        (8, [*map(str, per_record), str(list_bytes // 2)]),
        (32, [""] * count),
    ]
    fixed = (
        (8, "0"), (80, _patient(recording)), (80, _recording_field(recording, start)),
        (8, f"{start:%d.%m.%y}" if start is not None else "01.01.85"),
        (8, f"{start:%H.%M.%S}" if start is not None else "00.00.00"),
        (8, str(FIXED_BYTES * (count + 1))), (44, "EDF+C"), (8, str(records)),
        (8, f"{seconds:.6f}".rstrip("0").rstrip(".")), (4, str(count)),
    )  # fmt: skip
    text = "".join(value[:width].ljust(width) for width, value in fixed)
    text += "".join(value[:width].ljust(width) for width, values in columns for value in values)
    return text.encode("ascii", "replace")


def _label(name: str) -> str:
    return f"ECG {name}"[:16]


def _prefilter(lead: Lead) -> str:
    parts = (("HP", lead.filters.high_pass_hz), ("LP", lead.filters.low_pass_hz), ("N", lead.filters.notch_hz))
    return " ".join(f"{key}:{value:g}Hz" for key, value in parts if value is not None)


def _peak(lead: Lead) -> int:
    return max(1, -int(lead.samples.min()), int(lead.samples.max()))


@lru_cache(maxsize=256)
def _range(uv_per_lsb: float, offset_lsb: float, peak: int) -> tuple[str, str, str, str]:
    """Return physical and digital minimum and maximum in 8 characters each that give back exactly this scale.

    Symmetric digital ranges are tried from round ones on; failing an exact one, the nearest is taken.
    """
    best: tuple[float, tuple[str, str, str, str]] | None = None
    round_ones = [size for size in (32767, 32000, 30000, 25000, 20000, 16000, 12500, 10000, 5000) if size >= peak]
    for size in (*round_ones, *range(32766, min(peak, 32766) - 1, -1)):
        low, high = _short((offset_lsb - size) * uv_per_lsb), _short((offset_lsb + size) * uv_per_lsb)
        if low is None or high is None:
            continue
        step = (float(high) - float(low)) / (2 * size)
        if step == 0:
            continue
        error = abs(step / uv_per_lsb - 1) + abs(float(low) / step + size - offset_lsb) * 1e-3
        if best is None or error < best[0]:
            best = error, (low, high, str(-size), str(size))
        if step == uv_per_lsb and error < 1e-9:
            break
    if best is None or peak > 32767:
        return _short_wide(uv_per_lsb, offset_lsb)
    return best[1]


def _short_wide(uv_per_lsb: float, offset_lsb: float) -> tuple[str, str, str, str]:
    low, high = _short((offset_lsb - 32768) * uv_per_lsb), _short((offset_lsb + 32767) * uv_per_lsb)
    if low is None or high is None:
        raise UnreadableRecordingError(Fault.UNSUPPORTED, "The amplitudes do not fit into an EDF header; choose DICOM.")
    return low, high, "-32768", "32767"


def _short(value: float) -> str | None:
    """Return the most exact text of at most 8 characters; None where the number is too large."""
    text = f"{value:.10f}".rstrip("0").rstrip(".")
    if len(text) > _NUMBER_WIDTH:
        whole = len(f"{value:.0f}")
        if whole > _NUMBER_WIDTH:
            return None
        text = f"{value:.{max(0, _NUMBER_WIDTH - whole - 1)}f}"[:_NUMBER_WIDTH]
    return "0" if text in {"-0", ""} else text


def _subfield(text: str | None) -> str:
    """Return an EDF+ subfield: ASCII without spaces; X where unknown (EDF+ has no other letters)."""
    plain = "_".join((text or "").split())
    return plain if plain and plain.isascii() and plain.isprintable() else "X"


def _day(day: date | datetime | None) -> str:
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}" if day is not None else "X"


def _patient(recording: Recording) -> str:
    person = recording.patient
    family, given = _subfield(person.family_name), _subfield(person.given_name)
    name = family if given == "X" else f"{family},{given}"
    parts = [_subfield(person.identifier), person.sex or "X", _day(person.birth_date), name]
    extras = (("age", person.age_years), ("height", person.height_cm), ("weight", person.weight_kg))
    return " ".join([*parts, *(f"{key}={value:g}" for key, value in extras if value is not None)])


def _recording_field(recording: Recording, start: datetime | None) -> str:
    return f"Startdate {_day(start)} X X {_subfield(recording.device.model)}"
