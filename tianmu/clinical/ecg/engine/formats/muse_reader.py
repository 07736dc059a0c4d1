"""Read GE MUSE RestingECG XML: stored leads of the rhythm and median waveforms, measurements, statements."""

import base64
import binascii
from collections.abc import Iterator
from datetime import date, datetime
from xml.etree.ElementTree import Element

import numpy as np

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.fields import plain_text, plausible_measurement, sex_code, to_float
from tianmu.clinical.ecg.engine.formats.leads import kind_by_length, lead_name, unique_names
from tianmu.clinical.ecg.engine.formats.markup import parse_xml, text_at
from tianmu.clinical.ecg.engine.formats.source import Source, malformed
from tianmu.clinical.ecg.engine.recording import DeviceFields, Filters, Lead, PatientFields, Recording

_MEASUREMENTS = (
    ("VentricularRate", "heart_rate"), ("PRInterval", "pr_interval"), ("QRSDuration", "qrs_duration"),
    ("QTInterval", "qt_interval"), ("QTcFrederica", "qtc_fridericia"), ("PAxis", "p_axis"), ("RAxis", "qrs_axis"),
    ("TAxis", "t_axis"), ("QRSCount", "qrs_count"),
)  # fmt: skip
_YEARS_PER_UNIT = {"YEARS": 1.0, "MONTHS": 1 / 12, "WEEKS": 7 / 365.25, "DAYS": 1 / 365.25, "HOURS": 1 / 8766}
_UV_PER_UNIT = {"MICROVOLTS": 1.0, "MILLIVOLTS": 1000.0}


def read_muse(source: Source) -> Recording:
    """Read a MUSE file; leads that the cart derives are not in the file and not added."""
    root = parse_xml(source.data)
    notes: list[str] = []
    rhythm: list[Lead] = []
    median: list[Lead] = []
    for waveform in root.findall("Waveform"):
        kind = (text_at(waveform, "WaveformType") or "").lower()
        (median if kind == "median" else rhythm).extend(_leads(waveform, notes))
    if not rhythm:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The MUSE file holds no rhythm waveform.")
    started_at = _start(root)
    if started_at is None:
        notes.append("The file names no time of acquisition.")
    leads = _named(rhythm)
    return Recording(
        kind=kind_by_length(leads),
        format="muse",
        leads=leads,
        started_at=started_at,
        median=_named(median),
        patient=_patient(root),
        device=_device(root),
        measurements=_measurements(root),
        statements=tuple(_statements(root)),
        warnings=tuple(notes),
    )


def _named(leads: list[Lead]) -> tuple[Lead, ...]:
    names = unique_names([lead.name for lead in leads])
    return tuple(
        Lead(name, lead.fs_hz, lead.samples, lead.uv_per_lsb, lead.offset_lsb, lead.filters)
        for name, lead in zip(names, leads, strict=True)
    )


def _leads(waveform: Element, notes: list[str]) -> Iterator[Lead]:
    exponent = to_float(text_at(waveform, "SampleExponent")) or 0.0
    rate = (to_float(text_at(waveform, "SampleBase")) or 0.0) * 10.0**exponent
    if not 1.0 <= rate <= 1e6:
        raise malformed(f"The MUSE file names a sampling rate of {rate} Hz.")
    high_pass = to_float(text_at(waveform, "HighPassFilter"))
    filters = Filters(
        None if high_pass is None else high_pass / 100.0,
        to_float(text_at(waveform, "LowPassFilter")),
        to_float(text_at(waveform, "ACFilter")),
    )
    for data in waveform.findall("LeadData"):
        name = lead_name(text_at(data, "LeadID") or "unknown")
        try:
            raw = base64.b64decode("".join((text_at(data, "WaveFormData") or "").split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise malformed(f"The samples of lead {name} are not base64.") from error
        count = int(to_float(text_at(data, "LeadSampleCountTotal")) or len(raw) // 2)
        if count < 0 or 2 * count > len(raw):
            raise UnreadableRecordingError(
                Fault.TRUNCATED,
                f"Lead {name} announces {count} samples and holds {len(raw) // 2}. Send the file again.",
            )
        step = to_float(text_at(data, "LeadAmplitudeUnitsPerBit"))
        unit = _UV_PER_UNIT.get((text_at(data, "LeadAmplitudeUnits") or "MICROVOLTS").upper())
        if step is None or unit is None or step == 0:
            notes.append(f"Lead {name} has no usable scale; 4.88 µV per step is assumed.")
            step, unit = 4.88, 1.0
        yield Lead(name, rate, np.frombuffer(raw, "<i2", count).astype(np.int32), step * unit, 0.0, filters)


def _measurements(root: Element) -> dict[str, float]:
    block = root.find("RestingECGMeasurements")
    if block is None:
        block = root.find("OriginalRestingECGMeasurements")
    found = {key: to_float(text_at(block, tag)) for tag, key in _MEASUREMENTS}
    found["rr_interval"] = to_float(text_at(root, "QRSTimesTypes/GlobalRR"))
    rate = to_float(text_at(block, "ECGSampleBase"))
    p_on, p_off = to_float(text_at(block, "POnset")), to_float(text_at(block, "POffset"))
    if rate and p_on is not None and p_off is not None and p_off > p_on > 0:
        found["p_duration"] = (p_off - p_on) * 1000.0 / rate
    return {key: value for key, value in found.items() if value is not None and plausible_measurement(key, value)}


def _statements(root: Element) -> Iterator[str]:
    """Yield the lines of the diagnosis: pieces are joined until one ends its line."""
    for tag in ("Diagnosis", "OriginalDiagnosis"):
        pieces: list[str] = []
        lines: list[str] = []
        for item in root.findall(f"{tag}/DiagnosisStatement"):
            pieces.append(text_at(item, "StmtText") or "")
            if any((flag.text or "").strip() == "ENDSLINE" for flag in item.findall("StmtFlag")):
                lines.append(" ".join(pieces))
                pieces = []
        lines.append(" ".join(pieces))
        found = [text for text in map(plain_text, lines) if text is not None]
        if found:
            yield from found
            return


def _patient(root: Element) -> PatientFields:
    block = root.find("PatientDemographics")
    age = to_float(text_at(block, "PatientAge"))
    unit = _YEARS_PER_UNIT.get((text_at(block, "AgeUnits") or "YEARS").upper())
    return PatientFields(
        identifier=plain_text(text_at(block, "PatientID")),
        family_name=plain_text(text_at(block, "PatientLastName")),
        given_name=plain_text(text_at(block, "PatientFirstName")),
        birth_date=_date(text_at(block, "DateofBirth")),
        age_years=age * unit if age is not None and unit is not None else None,
        sex=sex_code(text_at(block, "Gender")),
        height_cm=to_float(text_at(block, "HeightCM")),
        weight_kg=to_float(text_at(block, "WeightKG")),
    )


def _device(root: Element) -> DeviceFields:
    block = root.find("TestDemographics")
    return DeviceFields(
        manufacturer="GE Healthcare",
        model=plain_text(text_at(block, "AcquisitionDevice")),
        serial=plain_text(text_at(block, "CartNumber")),
        software=plain_text(text_at(block, "AcquisitionSoftwareVersion")),
        institution=plain_text(text_at(block, "SiteName")),
    )


def _date(text: str | None) -> date | None:
    """Return a date written mm-dd-yyyy."""
    try:
        month, day, year = (int(part) for part in (text or "").split("-"))
        return date(year, month, day)
    except ValueError:
        return None


def _start(root: Element) -> datetime | None:
    block = root.find("TestDemographics")
    day = _date(text_at(block, "AcquisitionDate"))
    try:
        hour, minute, second = (int(part) for part in (text_at(block, "AcquisitionTime") or "").split(":"))
        return datetime(day.year, day.month, day.day, hour, minute, second) if day is not None else None  # noqa: DTZ001 - no zone in the file
    except ValueError:
        return None
