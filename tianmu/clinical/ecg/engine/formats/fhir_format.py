"""FHIR R4: an Observation (LOINC 11524-6) whose components are leads as SampledData and measurements as quantities."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import orjson

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.fields import parse_date, plain_text, plausible_measurement, sex_code, to_float
from tianmu.clinical.ecg.engine.formats.leads import (
    NAME_BY_SCP,
    SCP_BY_NAME,
    kind_by_length,
    lead_name,
    rate_from_interval,
    unique_names,
)  # fmt: skip
from tianmu.clinical.ecg.engine.formats.measurement_codes import KEY_BY_CODE, MEASUREMENT_CODES
from tianmu.clinical.ecg.engine.formats.numbers import integers_of
from tianmu.clinical.ecg.engine.formats.optional import optional
from tianmu.clinical.ecg.engine.formats.plain import instant_of
from tianmu.clinical.ecg.engine.formats.source import Source, malformed
from tianmu.clinical.ecg.engine.gaps import gaps_of, mask_of
from tianmu.clinical.ecg.engine.recording import DeviceFields, Lead, PatientFields, Recording

_MDC = "urn:oid:2.16.840.1.113883.6.24"
_UCUM = "http://unitsofmeasure.org"
_LEAD_BASE = 131072
_UV_PER_UNIT = {"uv": 1.0, "mv": 1000.0, "v": 1e6, "nv": 0.001, "µv": 1.0, "μv": 1.0}
_WORDS = {"E": "0", "U": "0", "L": "0"}
_SEX = {"M": "male", "F": "female"}

Json = Mapping[str, Any]


def write_fhir(recording: Recording) -> bytes:
    """Return one Observation as JSON; offsets stay exact, the median beat and the marks are not carried."""
    components = [_lead_component(lead) for lead in recording.leads]
    for code in MEASUREMENT_CODES:
        if code.key in recording.measurements:
            value = {"value": recording.measurements[code.key], "unit": code.unit, "system": _UCUM, "code": code.ucum}
            components.append({"code": _concept(code.term, code.meaning), "valueQuantity": value})
    observation: dict[str, Any] = {
        "resourceType": "Observation",
        "contained": [_patient_resource(recording.patient), _device_resource(recording.device)],
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "11524-6", "display": "EKG study"}]},
        "subject": {"reference": "#patient"},
        "device": {"reference": "#device"},
    }
    if recording.started_at is not None:
        observation["effectiveDateTime"] = recording.started_at.isoformat()
    if recording.statements:
        observation["note"] = [{"text": text} for text in recording.statements]
    observation["component"] = components
    return orjson.dumps(observation)


def _concept(code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": _MDC, "code": code, "display": display}], "text": display}


def _lead_component(lead: Lead) -> dict[str, Any]:
    number = SCP_BY_NAME.get(lead.name, 0)
    return {
        "code": _concept(str(_LEAD_BASE + number), lead.name),
        "valueSampledData": {
            "origin": {"value": lead.offset_lsb * lead.uv_per_lsb, "unit": "uV", "system": _UCUM, "code": "uV"},
            "period": 1000.0 / lead.fs_hz,
            "factor": lead.uv_per_lsb,
            "dimensions": 1,
            "data": " ".join(_words(lead)),
        },
    }


def _patient_resource(person: PatientFields) -> dict[str, Any]:
    found: dict[str, Any] = {"resourceType": "Patient", "id": "patient"}
    if person.identifier is not None:
        found["identifier"] = [{"value": person.identifier}]
    name = {"family": person.family_name, "given": [person.given_name] if person.given_name is not None else None}
    name = {key: value for key, value in name.items() if value is not None}
    if name:
        found["name"] = [name]
    if person.sex is not None:
        found["gender"] = _SEX[person.sex]
    if person.birth_date is not None:
        found["birthDate"] = person.birth_date.isoformat()
    return found


def _device_resource(device: DeviceFields) -> dict[str, Any]:
    known = {"manufacturer": device.manufacturer, "modelNumber": device.model, "serialNumber": device.serial}
    found: dict[str, Any] = {"resourceType": "Device", "id": "device"}
    found |= {key: value for key, value in known.items() if value is not None}
    if device.software is not None:
        found["version"] = [{"value": device.software}]
    return found


def read_fhir(source: Source) -> Recording:
    """Read an Observation, or a Bundle or DiagnosticReport that holds one; raises UnreadableRecordingError."""
    try:
        root = orjson.loads(source.data)
    except orjson.JSONDecodeError as error:
        at_end = error.pos >= len(source.data.rstrip()) - 1
        fault = Fault.TRUNCATED if at_end else Fault.MALFORMED
        raise UnreadableRecordingError(fault, "The FHIR file is not whole JSON. Send it again.") from error
    resources = list(_resources(root))
    notes: list[str] = []
    leads: list[Lead] = []
    measurements: dict[str, float] = {}
    for component in _components(resources):
        if isinstance(component.get("valueSampledData"), dict):
            leads.extend(_leads(component, notes))
        else:
            _measure(component, measurements)
    if not leads:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The FHIR file holds no SampledData of an ECG.")
    names = unique_names([lead.name for lead in leads])
    found = tuple(replace(lead, name=name) for name, lead in zip(names, leads, strict=True))
    started_at = next((moment for item in resources if (moment := _instant(item)) is not None), None)
    if started_at is None:
        notes.append("The file names no time of acquisition.")
    statements = [plain_text(note.get("text")) for item in resources for note in item.get("note") or ()]
    return Recording(
        kind=kind_by_length(found),
        format="fhir",
        leads=found,
        started_at=started_at,
        patient=optional("The patient", lambda: _patient(resources), PatientFields(), notes),
        device=optional("The device", lambda: _device(resources), DeviceFields(), notes),
        measurements=measurements,
        statements=tuple(text for text in statements if text is not None),
        warnings=tuple(notes),
    )


def _resources(root: object) -> Iterator[Json]:
    """Yield a resource, what it contains and, of a Bundle, its entries."""
    if not isinstance(root, dict) or "resourceType" not in root:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "This JSON is not a FHIR resource.")
    for item in [root, *(entry.get("resource") for entry in root.get("entry") or ())]:
        if isinstance(item, dict):
            yield item
            yield from (part for part in item.get("contained") or () if isinstance(part, dict))


def _components(resources: list[Json]) -> Iterator[Json]:
    for item in resources:
        if item.get("resourceType") == "Observation":
            yield item
            yield from (part for part in item.get("component") or () if isinstance(part, dict))


def _instant(item: Json) -> datetime | None:
    period = item.get("effectivePeriod") or {}
    return instant_of(item.get("effectiveDateTime") or item.get("effectiveInstant") or period.get("start"))


def _codes(component: Json) -> Iterator[tuple[str, str]]:
    concept = component.get("code") or {}
    for coding in concept.get("coding") or ():
        yield str(coding.get("code") or ""), str(coding.get("display") or "")
    yield "", str(concept.get("text") or "")


def _leads(component: Json, notes: list[str]) -> Iterator[Lead]:
    data = component["valueSampledData"]
    origin = data.get("origin") or {}
    period, factor = to_float(data.get("period")), to_float(data.get("factor", 1))
    unit = _UV_PER_UNIT.get(str(origin.get("code") or origin.get("unit") or "").lower())
    dimensions = int(data.get("dimensions") or 1)
    if period is None or period <= 0 or factor is None or factor == 0 or not 0 < dimensions <= 200:
        raise malformed("A SampledData of the FHIR file has no usable period, factor or dimensions.")
    name = _name(component)
    if unit is None:
        notes.append(f"{name} is not a voltage and was left out.")
        return
    words = str(data.get("data") or "").split()
    missing = np.array([word in _WORDS for word in words], dtype=np.bool_)
    if missing.any():
        notes.append(f"Lead {name} has samples that are missing or out of range; they are shown as a gap.")
        words = [_WORDS.get(word, word) for word in words]
    samples, multiplied = integers_of(" ".join(words), name, notes)
    step = factor * unit / multiplied
    offset = (to_float(origin.get("value")) or 0.0) * unit / step
    near = abs(offset - round(offset)) < 1e-9 * max(1.0, abs(offset))
    table = samples[: samples.size // dimensions * dimensions].reshape(-1, dimensions)
    for at in range(dimensions):
        column = np.ascontiguousarray(table[:, at])
        holes = gaps_of(np.ascontiguousarray(missing[at::dimensions][: column.size]))
        zero = float(round(offset)) if near else offset
        if holes:
            column[mask_of(holes, column.size)] = round(-zero)
        yield Lead(name, rate_from_interval(period, 1e-3), column, step, zero, gaps=holes)


def _words(lead: Lead) -> list[str]:
    words = [str(sample) for sample in lead.samples.tolist()]
    for start, stop in lead.gaps:
        words[start:stop] = ["E"] * (stop - start)
    return words


def _name(component: Json) -> str:
    for code, display in _codes(component):
        number = int(code) - _LEAD_BASE if code.isdecimal() and len(code) < 10 else -1
        if number > 0 and number in NAME_BY_SCP:
            return NAME_BY_SCP[number]
        if code.upper().startswith("MDC_ECG_LEAD_"):
            return lead_name(code)
        if display and number <= 0:
            return lead_name(display)
    return "unknown"


def _measure(component: Json, measurements: dict[str, float]) -> None:
    quantity = component.get("valueQuantity")
    number = to_float(quantity.get("value")) if isinstance(quantity, dict) else None
    for code, _ in _codes(component):
        key = KEY_BY_CODE.get(code.upper())
        if key is not None and number is not None and plausible_measurement(key, number):
            measurements.setdefault(key, number)


def _patient(resources: list[Json]) -> PatientFields:
    person = next((item for item in resources if item.get("resourceType") == "Patient"), {})
    name: Json = next(iter(person.get("name") or ()), {})
    identifier: Json = next(iter(person.get("identifier") or ()), {})
    return PatientFields(
        identifier=plain_text(identifier.get("value")),
        family_name=plain_text(name.get("family") or name.get("text")),
        given_name=plain_text(" ".join(map(str, name.get("given") or ()))),
        birth_date=parse_date(person.get("birthDate")),
        sex=sex_code(person.get("gender")),
    )


def _device(resources: list[Json]) -> DeviceFields:
    device = next((item for item in resources if item.get("resourceType") == "Device"), {})
    version: Json = next(iter(device.get("version") or ()), {})
    return DeviceFields(
        manufacturer=plain_text(device.get("manufacturer")),
        model=plain_text(device.get("modelNumber")),
        serial=plain_text(device.get("serialNumber")),
        software=plain_text(version.get("value")),
    )
