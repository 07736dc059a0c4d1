"""What WFDB comments say of a person and of findings: our own lines, and the habits of LUDB, MIT-BIH and CinC."""

import re
from collections.abc import Iterable

from tianmu.clinical.ecg.engine.formats.fields import MEASUREMENT_KEYS, parse_date, sex_code, to_float
from tianmu.clinical.ecg.engine.recording import PatientFields, Recording

_PAIR = re.compile(r"^<?([A-Za-z][\w ]*)>?\s*:\s*(.*)$")
_MIT_PERSON = re.compile(r"^(\d{1,3}) ([MF])\b")
_MIT_AGE_SEX = 2


def read_comments(comments: Iterable[str]) -> tuple[PatientFields, dict[str, float], tuple[str, ...]]:
    """Return patient fields, measurements and statements found in the comment lines of a header."""
    person: dict[str, str] = {}
    measurements: dict[str, float] = {}
    statements: list[str] = []
    in_diagnoses = False
    for comment in comments:
        match = _PAIR.match(comment)
        key = match[1].strip().lower() if match else ""
        value = match[2].strip() if match else ""
        number = to_float(value)
        mit = _MIT_PERSON.match(comment)
        if key in MEASUREMENT_KEYS and number is not None:
            measurements[key] = number
        elif key in {"statement", "dx"} and value:
            statements.extend([value] if key == "statement" else value.split(","))
        elif key == "diagnoses":
            in_diagnoses = True
        elif key in {"age", "sex", "birth date", "family name", "given name", "identifier", "height cm", "weight kg"}:
            person[key] = value
        elif in_diagnoses and comment:
            statements.append(comment.rstrip(". "))
        elif mit is not None:
            person.setdefault("age", mit[1])
            person.setdefault("sex", mit[_MIT_AGE_SEX])
    age = to_float(person.get("age"))
    fields = PatientFields(
        identifier=person.get("identifier") or None,
        family_name=person.get("family name") or None,
        given_name=person.get("given name") or None,
        birth_date=parse_date(person.get("birth date")),
        age_years=age if age is not None and 0 <= age < 150 else None,
        sex=sex_code(person.get("sex")),
        height_cm=to_float(person.get("height cm")),
        weight_kg=to_float(person.get("weight kg")),
    )
    return fields, measurements, tuple(statements)


def write_comments(recording: Recording) -> list[str]:
    """Return the comment lines that read_comments turns back into the same fields."""
    person = recording.patient
    pairs = {
        "age": person.age_years,
        "sex": person.sex,
        "birth date": person.birth_date,
        "identifier": person.identifier,
        "family name": person.family_name,
        "given name": person.given_name,
        "height cm": person.height_cm,
        "weight kg": person.weight_kg,
        **{key: recording.measurements[key] for key in MEASUREMENT_KEYS if key in recording.measurements},
    }
    lines = [f"# <{key}>: {_plain(value)}" for key, value in pairs.items() if value is not None]
    return lines + [f"# statement: {' '.join(text.split())}" for text in recording.statements]


def _plain(value: object) -> str:
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return " ".join(text.split())
