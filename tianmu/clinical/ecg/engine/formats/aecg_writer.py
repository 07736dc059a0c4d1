"""Write HL7 version 3 annotated ECG (PORT_MT020001): one series, its representative beat and one annotation set."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from tianmu.clinical.ecg.engine.formats.aecg_annotations import annotation_set
from tianmu.clinical.ecg.engine.formats.leads import MDC_BY_NAME
from tianmu.clinical.ecg.engine.formats.markup import escaped
from tianmu.clinical.ecg.engine.recording import Lead, Recording

_ACT = 'codeSystem="2.16.840.1.113883.5.4" codeSystemName="ActCode"'
_MDC = 'codeSystem="2.16.840.1.113883.6.24" codeSystemName="MDC"'
_LOINC = 'codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"'
_SUBJECTS = "2.25.162174531288447330811236427108205811041"
_FILTER_CODES = (
    ("high_pass_hz", "MDC_ECG_CTL_VBL_ATTR_FILTER_HIGH_PASS", "MDC_ECG_CTL_VBL_ATTR_FILTER_CUTOFF_FREQ"),
    ("low_pass_hz", "MDC_ECG_CTL_VBL_ATTR_FILTER_LOW_PASS", "MDC_ECG_CTL_VBL_ATTR_FILTER_CUTOFF_FREQ"),
    ("notch_hz", "MDC_ECG_CTL_VBL_ATTR_FILTER_NOTCH", "MDC_ECG_CTL_VBL_ATTR_FILTER_NOTCH_FREQ"),
)


def write_aecg(recording: Recording) -> bytes:
    """Return the XML as UTF-8; the same recording gives the same bytes and identifiers."""
    sets = "".join(_sequence_set(group, recording.started_at) for group in _groups(recording.leads))
    derived = "".join(_sequence_set(group, None) for group in _groups(recording.median))
    if derived:
        derived = (
            f'<derivation><derivedSeries><id root="{_identifier(recording, "median")}"/>'
            f'<code code="REPRESENTATIVE_BEAT" {_ACT}/>{_interval(recording)}{derived}</derivedSeries></derivation>'
        )
    device = recording.device
    place = ""
    if device.institution:
        name = escaped(device.institution)
        place = f"<location><testingSite><location><name>{name}</name></location></testingSite></location>"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:voc="urn:hl7-org:v3/voc" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" type="Observation">'
        f'<id root="{_identifier(recording, "document")}"/>'
        '<code code="93000" codeSystem="2.16.840.1.113883.6.12" codeSystemName="CPT-4"/>'
        f"{_interval(recording)}{_subject(recording)}{place}{_controls(recording)}"
        f'<component><series><id root="{_identifier(recording, "series")}"/><code code="RHYTHM" {_ACT}/>'
        f"{_interval(recording)}{_author(recording)}{_filters(recording)}{sets}{derived}{annotation_set(recording)}"
        "</series></component></AnnotatedECG>\n"
    )
    return text.encode("utf-8")


def _groups(leads: Sequence[Lead]) -> list[list[Lead]]:
    found: dict[tuple[float, int], list[Lead]] = {}
    for lead in leads:
        found.setdefault((lead.fs_hz, lead.samples.size), []).append(lead)
    return list(found.values())


def _identifier(recording: Recording, part: str) -> str:
    digest = hashlib.sha256(part.encode())
    for lead in recording.leads:
        digest.update(lead.name.encode() + lead.samples.tobytes())
    digest.update(repr((recording.started_at, recording.patient)).encode())
    return str(uuid.UUID(bytes=digest.digest()[:16], version=4))


def stamp(moment: datetime) -> str:
    """Return an HL7 point in time with microseconds where it has them, and its zone where it has one."""
    fraction = f".{moment.microsecond:06d}" if moment.microsecond else ".000"
    return f"{moment:%Y%m%d%H%M%S}{fraction}" + (f"{moment:%z}"[:5] if moment.tzinfo is not None else "")


def _interval(recording: Recording) -> str:
    start = recording.started_at
    if start is None:
        return '<effectiveTime nullFlavor="UNK"/>'
    end = start + timedelta(seconds=recording.duration_s)
    return f'<effectiveTime><low value="{stamp(start)}"/><high value="{stamp(end)}"/></effectiveTime>'


def _sequence_set(leads: Sequence[Lead], start: datetime | None) -> str:
    interval = f'<increment value="{1.0 / leads[0].fs_hz!r}" unit="s"/>'
    if start is None:
        kind, value, head = "TIME_RELATIVE", "GLIST_PQ", '<head value="0" unit="s"/>'
    else:
        kind, value, head = "TIME_ABSOLUTE", "GLIST_TS", f'<head value="{stamp(start)}"/>'
    clock = f'<code code="{kind}" {_ACT}/><value xsi:type="{value}">{head}{interval}</value>'
    sequences = "".join(_sequence(lead) for lead in leads)
    clock = f"<component><sequence>{clock}</sequence></component>"
    return f"<component><sequenceSet>{clock}{sequences}</sequenceSet></component>"


def _sequence(lead: Lead) -> str:
    code = MDC_BY_NAME.get(lead.name, lead.name)
    digits = " ".join(map(str, lead.samples.tolist()))
    return (
        f'<component><sequence><code code="{escaped(code)}" {_MDC}/><value xsi:type="SLIST_PQ">'
        f'<origin value="{lead.offset_lsb * lead.uv_per_lsb!r}" unit="uV"/>'
        f'<scale value="{lead.uv_per_lsb!r}" unit="uV"/>'
        f"<digits>{digits}</digits></value></sequence></component>"
    )


def _subject(recording: Recording) -> str:
    person = recording.patient
    name = "".join(
        f"<{tag}>{escaped(text)}</{tag}>"
        for tag, text in (("family", person.family_name), ("given", person.given_name))
        if text
    )
    parts = f"<name>{name}</name>" if name else ""
    if person.sex is not None:
        parts += f'<administrativeGenderCode code="{person.sex}" codeSystem="2.16.840.1.113883.5.1"/>'
    if person.birth_date is not None:
        parts += f'<birthTime value="{person.birth_date:%Y%m%d}"/>'
    identifier = f' extension="{escaped(person.identifier)}"' if person.identifier else ""
    return (
        "<componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject>"
        f'<id root="{_SUBJECTS}"{identifier}/><subjectDemographicPerson>{parts}</subjectDemographicPerson>'
        "</trialSubject></subject></subjectAssignment></componentOf></timepointEvent></componentOf>"
    )


def _controls(recording: Recording) -> str:
    person = recording.patient
    values = (
        ("21612-7", person.age_years, "a"),
        ("8302-2", person.height_cm, "cm"),
        ("29463-7", person.weight_kg, "kg"),
    )
    return "".join(
        f'<controlVariable><relatedObservation><code code="{code}" {_LOINC}/>'
        f'<value xsi:type="PQ" value="{value:.10g}" unit="{unit}"/></relatedObservation></controlVariable>'
        for code, value, unit in values
        if value is not None
    )


def _author(recording: Recording) -> str:
    device = recording.device
    serial = f'<id extension="{escaped(device.serial)}"/>' if device.serial else ""
    model = f"<manufacturerModelName>{escaped(device.model)}</manufacturerModelName>" if device.model else ""
    software = f"<softwareName>{escaped(device.software)}</softwareName>" if device.software else ""
    maker = ""
    if device.manufacturer:
        maker = f"<manufacturerOrganization><name>{escaped(device.manufacturer)}</name></manufacturerOrganization>"
    if not (serial or model or software or maker):
        return ""
    return (
        f"<author><seriesAuthor><manufacturedSeriesDevice>{serial}{model}{software}</manufacturedSeriesDevice>{maker}"
        "</seriesAuthor></author>"
    )


def _filters(recording: Recording) -> str:
    filters = recording.leads[0].filters
    parts = []
    for field, outer, inner in _FILTER_CODES:
        value = getattr(filters, field)
        if value is not None:
            parts.append(
                f'<controlVariable><controlVariable><code code="{outer}" {_MDC}/><component><controlVariable>'
                f'<code code="{inner}" {_MDC}/><value xsi:type="PQ" value="{value:.10g}" unit="Hz"/>'
                "</controlVariable></component></controlVariable></controlVariable>"
            )
    return "".join(parts)
