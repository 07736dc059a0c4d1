"""Recording fields as a plain JSON-ready dict and back: shared by the CSV and the FHIR files."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from tianmu.clinical.ecg.engine.formats.fields import MEASUREMENT_KEYS, parse_date, sex_code, to_float
from tianmu.clinical.ecg.engine.recording import Annotation, DeviceFields, Filters, PatientFields, Recording

_NUMBERS = frozenset({"age_years", "height_cm", "weight_kg"})


def patient_dict(person: PatientFields) -> dict[str, Any]:
    """Return the known fields of a person."""
    found = {item.name: getattr(person, item.name) for item in fields(person)}
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in found.items()
        if value is not None
    }


def patient_of(raw: Mapping[str, Any]) -> PatientFields:
    """Return the person of such a dict; odd values become None."""
    values: dict[str, Any] = {}
    for item in fields(PatientFields):
        value = raw.get(item.name)
        if item.name in _NUMBERS:
            values[item.name] = to_float(value)
        elif item.name == "birth_date":
            values[item.name] = parse_date(value) if isinstance(value, str) else None
        elif item.name == "sex":
            values[item.name] = sex_code(value) if isinstance(value, str) else None
        else:
            values[item.name] = value if isinstance(value, str) else None
    return PatientFields(**values)


def device_dict(device: DeviceFields) -> dict[str, str]:
    """Return the known fields of a machine."""
    found = {item.name: getattr(device, item.name) for item in fields(device)}
    return {key: value for key, value in found.items() if value is not None}


def device_of(raw: Mapping[str, Any]) -> DeviceFields:
    """Return the machine of such a dict."""
    found = {item.name: raw.get(item.name) for item in fields(DeviceFields)}
    return DeviceFields(**{key: value if isinstance(value, str) else None for key, value in found.items()})


def filters_dict(filters: Filters) -> dict[str, float]:
    """Return the known filter frequencies."""
    found = {item.name: getattr(filters, item.name) for item in fields(filters)}
    return {key: value for key, value in found.items() if value is not None}


def filters_of(raw: Mapping[str, Any]) -> Filters:
    """Return the filters of such a dict."""
    return Filters(**{item.name: to_float(raw.get(item.name)) for item in fields(Filters)})


def measurements_of(raw: Mapping[str, Any]) -> dict[str, float]:
    """Return the measurements with known keys and finite values."""
    found = {key: to_float(raw.get(key)) for key in MEASUREMENT_KEYS}
    return {key: value for key, value in found.items() if value is not None}


def annotation_rows(recording: Recording) -> list[list[int | str | None]]:
    """Return the marks as rows of sample, symbol, lead, text."""
    return [[mark.sample, mark.symbol, mark.lead, mark.text] for mark in recording.annotations]


def annotations_of(rows: object) -> tuple[Annotation, ...]:
    """Return the marks of such rows; rows of another shape are left out."""
    marks: list[Annotation] = []
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list) and len(row) == 4 and isinstance(row[0], int) and isinstance(row[1], str):
            lead, text = (value if isinstance(value, str) else None for value in row[2:])
            marks.append(Annotation(row[0], row[1], lead, text))
    return tuple(marks)


def instant_of(text: object) -> datetime | None:
    """Return the instant of an ISO 8601 text, else None."""
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
