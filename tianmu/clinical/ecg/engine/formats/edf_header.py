"""The header of EDF, EDF+ and BDF files (Kemp 1992, 2003): fixed-width ASCII fields."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from tianmu.clinical.ecg.engine.formats.fields import decoded, parse_date, plain_text, sex_code, to_float
from tianmu.clinical.ecg.engine.formats.source import Cursor, malformed
from tianmu.clinical.ecg.engine.recording import DeviceFields, PatientFields

FIXED_BYTES = 256
MOST_SIGNALS = 512
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_PLUS_DATE = re.compile(r"^(\d{1,2})-([A-Z]{3})-(\d{4})$")
_CENTURY_BREAK = 85
_WIDTHS = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)


@dataclass(frozen=True, slots=True)
class EdfSignal:
    """One signal: physical = (digital - digital_min) * step + physical_min, in `dimension`."""

    label: str
    dimension: str
    physical_min: float
    physical_max: float
    digital_min: int
    digital_max: int
    prefilter: str
    samples_per_record: int

    @property
    def is_annotation(self) -> bool:
        """Tell whether the channel holds time-stamped annotation lists."""
        return self.label in {"EDF Annotations", "BDF Annotations"}


@dataclass(frozen=True, slots=True)
class EdfHeader:
    """A parsed header; `records` is None where the writer left it open (-1)."""

    sample_bytes: int
    patient: PatientFields
    device: DeviceFields
    started_at: datetime | None
    header_bytes: int
    variant: str
    records: int | None
    record_s: float
    signals: tuple[EdfSignal, ...]


def parse_edf_header(data: bytes) -> EdfHeader:
    """Parse the header; raise TRUNCATED or MALFORMED."""
    cursor = Cursor(data)
    sample_bytes = 3 if cursor.take(8)[:1] == b"\xff" else 2
    who, what = (decoded(cursor.take(80)).strip() for _ in range(2))
    day, clock = (_text(cursor.take(8)) for _ in range(2))
    header_bytes, variant = _whole(cursor.take(8), "header length"), _text(cursor.take(44))
    records, seconds = _whole(cursor.take(8), "number of records"), to_float(_text(cursor.take(8)))
    count = _whole(cursor.take(4), "number of signals")
    if not 0 < count <= MOST_SIGNALS or seconds is None or seconds < 0:
        raise malformed(f"The EDF header announces {count} signals and records of {seconds} s.")
    columns = [[_text(cursor.take(width)) for _ in range(count)] for width in _WIDTHS]
    signals = tuple(_signal(*(column[at] for column in columns)) for at in range(count))
    if header_bytes != FIXED_BYTES * (count + 1):
        header_bytes = FIXED_BYTES * (count + 1)
    return EdfHeader(
        sample_bytes=sample_bytes,
        patient=_patient(who),
        device=_device(what),
        started_at=_start(what, day, clock),
        header_bytes=header_bytes,
        variant=variant[:5],
        records=records if records >= 0 else None,
        record_s=seconds,
        signals=signals,
    )


def _text(raw: bytes) -> str:
    return raw.decode("latin-1").replace("\x00", " ").strip()


def _whole(raw: bytes, what: str) -> int:
    try:
        return int(_text(raw))
    except ValueError as error:
        raise malformed(f"The EDF header holds no {what}.") from error


def _signal(
    label: str, _transducer: str, dimension: str, physical_min: str, physical_max: str,
    digital_min: str, digital_max: str, prefilter: str, samples: str, _reserved: str,
) -> EdfSignal:  # fmt: skip
    numbers = [
        to_float(text.replace(",", ".")) for text in (physical_min, physical_max, digital_min, digital_max, samples)
    ]
    low, high, digital_low, digital_high, count = (0.0 if number is None else number for number in numbers)
    if not 0 <= count <= 10_000_000 or not all(abs(value) < 2**31 for value in (digital_low, digital_high)):
        raise malformed(f"The EDF signal “{label}” has no usable size or range.")
    return EdfSignal(label, dimension, low, high, int(digital_low), int(digital_high), prefilter, int(count))


def _start(what: str, day: str, clock: str) -> datetime | None:
    """Return the start: the date of the EDF+ recording field where there is one, else the two-digit year."""
    words = what.split()
    if len(words) > 1 and words[0].lower() == "startdate" and words[1].upper() == "X":
        return None
    exact = _plus_date(words[1]) if len(words) > 1 and words[0].lower() == "startdate" else None
    try:
        hour, minute, second = (int(part) for part in clock.replace(":", ".").split("."))
        if exact is None:
            number, month, year = (int(part) for part in day.replace("/", ".").split("."))
            exact = date(year + (1900 if year >= _CENTURY_BREAK else 2000), month, number)
        return datetime(exact.year, exact.month, exact.day, hour, minute, second)  # noqa: DTZ001 - EDF names no zone
    except ValueError:
        return None


def _plus_date(text: str) -> date | None:
    match = _PLUS_DATE.match(text.upper())
    if match is None or match[2] not in MONTHS:
        return None
    return parse_date(f"{match[3]}{MONTHS.index(match[2]) + 1:02d}{int(match[1]):02d}")


def _patient(text: str) -> PatientFields:
    """Return the EDF+ subfields code, sex, birth date, name; a plain EDF text is taken as the name."""
    words = text.split()
    if len(words) < 4 or words[1] not in {"M", "F", "X"}:
        return PatientFields(family_name=plain_text(text))
    code, sex, birth, name = (None if word == "X" else word.replace("_", " ") for word in words[:4])
    extra = dict(word.split("=", 1) for word in words[4:] if "=" in word)
    family, _, given = (name or "").partition(",")
    return PatientFields(
        identifier=plain_text(code),
        family_name=plain_text(family),
        given_name=plain_text(given),
        birth_date=_plus_date(birth or ""),
        age_years=to_float(extra.get("age")),
        sex=sex_code(sex),
        height_cm=to_float(extra.get("height")),
        weight_kg=to_float(extra.get("weight")),
    )


def _device(text: str) -> DeviceFields:
    words = text.split()
    if len(words) < 5 or words[0].lower() != "startdate" or words[4] == "X":
        return DeviceFields()
    return DeviceFields(model=plain_text(words[4].replace("_", " ")))
