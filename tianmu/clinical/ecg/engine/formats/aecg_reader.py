"""Read HL7 version 3 annotated ECG (PORT_MT020001): rhythm, representative beat, measurements, statements, marks."""

from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.aecg_annotations import Said, read_annotations
from tianmu.clinical.ecg.engine.formats.fields import parse_date, parse_stamp, plain_text, sex_code, to_float
from tianmu.clinical.ecg.engine.formats.leads import kind_by_length, lead_name, rate_from_interval, unique_names
from tianmu.clinical.ecg.engine.formats.markup import attribute_at, parse_xml, text_at
from tianmu.clinical.ecg.engine.formats.numbers import integers_of
from tianmu.clinical.ecg.engine.formats.optional import optional
from tianmu.clinical.ecg.engine.formats.source import Source, malformed
from tianmu.clinical.ecg.engine.recording import DeviceFields, Filters, Lead, PatientFields, Recording

UV_PER_UNIT = {"uv": 1.0, "mv": 1000.0, "v": 1e6, "nv": 0.001, "µv": 1.0, "μv": 1.0}
_SECONDS_PER_UNIT = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
_FILTERS = {
    "MDC_ECG_CTL_VBL_ATTR_FILTER_HIGH_PASS": "high_pass_hz",
    "MDC_ECG_CTL_VBL_ATTR_FILTER_LOW_PASS": "low_pass_hz",
    "MDC_ECG_CTL_VBL_ATTR_FILTER_NOTCH": "notch_hz",
}
_MOST_LEADS = 200


@dataclass(frozen=True, slots=True)
class _Clock:
    """The time sequence of a sequence set: seconds between samples and, where absolute, the first instant."""

    interval_s: float
    head: datetime | None


def read_aecg(source: Source) -> Recording:
    """Read an annotated ECG; raises UnreadableRecordingError."""
    root = parse_xml(source.data)
    notes: list[str] = []
    all_series = root.findall("component/series")
    if not all_series:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The annotated ECG holds no series of samples.")
    leads: list[Lead] = []
    heads: list[datetime] = []
    for series in all_series:
        filters = _filters(series)
        for sequence_set in series.findall("component/sequenceSet"):
            found, head = _sequence_set(sequence_set, filters, notes)
            leads.extend(found)
            heads.extend([head] if head is not None else [])
    if not leads:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The annotated ECG holds no lead.")
    if len(leads) > _MOST_LEADS:
        raise UnreadableRecordingError(
            Fault.TOO_LARGE, f"The annotated ECG holds {len(leads)} leads; at most 200 are read."
        )
    series = all_series[0]
    leads = _named(leads)
    started_at = heads[0] if heads else _start(root, series)
    if started_at is None:
        notes.append("The file names no time of acquisition.")
    median: list[Lead] = []
    for sequence_set in series.findall("derivation/derivedSeries/component/sequenceSet"):
        median.extend(_sequence_set(sequence_set, Filters(), notes)[0])
    rate = leads[0].fs_hz
    said = optional("An annotation", lambda: read_annotations(all_series, rate, started_at), Said({}, (), ()), notes)
    return Recording(
        kind=kind_by_length(leads),
        format="aecg",
        leads=tuple(leads),
        started_at=started_at,
        median=tuple(_named(median)),
        patient=_patient(root),
        device=_device(root, series),
        measurements=said.measurements,
        statements=said.statements,
        annotations=said.marks,
        warnings=tuple(notes),
    )


def _named(leads: list[Lead]) -> list[Lead]:
    names = unique_names([lead.name for lead in leads])
    return [
        Lead(name, lead.fs_hz, lead.samples, lead.uv_per_lsb, lead.offset_lsb, lead.filters)
        for name, lead in zip(names, leads, strict=True)
    ]


def _sequence_set(element: Element, filters: Filters, notes: list[str]) -> tuple[list[Lead], datetime | None]:
    sequences = element.findall("component/sequence")
    clock = next((found for found in map(_clock, sequences) if found is not None), None)
    if clock is None:
        raise malformed("A sequence set of the annotated ECG names no sampling interval.")
    rate = rate_from_interval(clock.interval_s, 1.0)
    if not 1.0 <= rate <= 1e6:
        raise malformed(f"The annotated ECG names a sampling interval of {clock.interval_s} s.")
    return [lead for item in sequences if (lead := _lead(item, rate, filters, notes)) is not None], clock.head


def _clock(sequence: Element) -> _Clock | None:
    if not (attribute_at(sequence, "code", "code") or "").startswith("TIME_"):
        return None
    value = sequence.find("value")
    step = to_float(attribute_at(value, "increment", "value"))
    unit = _SECONDS_PER_UNIT.get((attribute_at(value, "increment", "unit") or "s").lower())
    if step is None or unit is None or step <= 0:
        return None
    return _Clock(step * unit, parse_stamp(attribute_at(value, "head", "value")))


def _lead(sequence: Element, rate: float, filters: Filters, notes: list[str]) -> Lead | None:
    code = attribute_at(sequence, "code", "code") or ""
    value = sequence.find("value")
    digits = value.find("digits") if value is not None else None
    if code.startswith("TIME_") or digits is None:
        return None
    name = lead_name(code)
    samples, factor = integers_of(digits.text or "", name, notes)
    if samples.size == 0:
        notes.append(f"Lead {name} is empty and was left out.")
        return None
    unit = UV_PER_UNIT.get((attribute_at(value, "scale", "unit") or "uV").lower())
    scale = to_float(attribute_at(value, "scale", "value"))
    if unit is None or scale is None or scale == 0:
        notes.append(f"Lead {name} has no usable scale; 1 µV per step is assumed.")
        unit, scale = 1.0, 1.0
    origin = to_float(attribute_at(value, "origin", "value")) or 0.0
    origin_unit = UV_PER_UNIT.get((attribute_at(value, "origin", "unit") or "uV").lower(), 1.0)
    step = scale * unit / factor
    offset = origin * origin_unit / step
    whole = round(offset)
    near = abs(offset - whole) < 1e-9 * max(1.0, abs(offset))
    return Lead(name, rate, samples, step, float(whole) if near else offset, filters)


def _filters(series: Element) -> Filters:
    found: dict[str, float] = {}
    for variable in series.iter("controlVariable"):
        code = attribute_at(variable, "code", "code") or ""
        for part in [variable, *variable.iter("controlVariable")]:
            inner = attribute_at(part, "code", "code") or code
            number = to_float(attribute_at(part, "value", "value"))
            for stem, key in _FILTERS.items():
                if (inner.startswith(stem) or code.startswith(stem)) and number is not None:
                    found.setdefault(key, number)
    return Filters(found.get("high_pass_hz"), found.get("low_pass_hz"), found.get("notch_hz"))


def _start(root: Element, series: Element) -> datetime | None:
    for element, path in (
        (series, "effectiveTime/low"), (series, "effectiveTime/center"),
        (root, "effectiveTime/low"), (root, "effectiveTime/center"),
    ):  # fmt: skip
        moment = parse_stamp(attribute_at(element, path, "value"))
        if moment is not None:
            return moment
    return None


def _patient(root: Element) -> PatientFields:
    subject = next(root.iter("trialSubject"), None)
    person = next(root.iter("subjectDemographicPerson"), None)
    name = person.find("name") if person is not None else None
    family = text_at(name, "family") or (text_at(person, "name") if name is not None and not len(name) else None)
    wanted = {"21612-7": "a", "30525-0": "a", "8302-2": "cm", "29463-7": "kg", "3141-9": "kg"}
    values: dict[str, float] = {}
    for item in root.iter("relatedObservation"):
        unit = wanted.get(attribute_at(item, "code", "code") or "")
        number = to_float(attribute_at(item, "value", "value"))
        if unit is not None and number is not None:
            values.setdefault(unit, number)
    return PatientFields(
        identifier=plain_text(attribute_at(subject, "id", "extension")),
        family_name=plain_text(family),
        given_name=plain_text(text_at(name, "given")),
        birth_date=parse_date(attribute_at(person, "birthTime", "value")),
        age_years=values.get("a"),
        sex=sex_code(attribute_at(person, "administrativeGenderCode", "code")),
        height_cm=values.get("cm"),
        weight_kg=values.get("kg"),
    )


def _device(root: Element, series: Element) -> DeviceFields:
    author = series.find("author/seriesAuthor")
    return DeviceFields(
        manufacturer=plain_text(text_at(author, "manufacturerOrganization/name")),
        model=plain_text(text_at(author, "manufacturedSeriesDevice/manufacturerModelName")),
        serial=plain_text(attribute_at(author, "manufacturedSeriesDevice/id", "extension")),
        software=plain_text(text_at(author, "manufacturedSeriesDevice/softwareName")),
        institution=plain_text(text_at(root, "location/testingSite/location/name")),
    )
