"""Read GE CardioSoft CardiologyXML: strip data, median beats, measurements, statements."""

from datetime import date, datetime
from xml.etree.ElementTree import Element

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.fields import plain_text, plausible_measurement, sex_code, to_float
from tianmu.clinical.ecg.engine.formats.leads import kind_by_length, lead_name, unique_names
from tianmu.clinical.ecg.engine.formats.markup import attribute_at, parse_xml, text_at
from tianmu.clinical.ecg.engine.formats.numbers import integers_of
from tianmu.clinical.ecg.engine.formats.source import Source, malformed
from tianmu.clinical.ecg.engine.recording import DeviceFields, Filters, Lead, PatientFields, Recording

_MEASUREMENTS = (
    ("VentricularRate", "heart_rate"), ("RRInterval", "rr_interval"), ("PDuration", "p_duration"),
    ("PQInterval", "pr_interval"), ("QRSDuration", "qrs_duration"), ("QTInterval", "qt_interval"),
    ("QTCInterval", "qtc_bazett"), ("PAxis", "p_axis"), ("RAxis", "qrs_axis"), ("TAxis", "t_axis"),
    ("QRSNum", "qrs_count"),
)  # fmt: skip
_HEIGHT_CM = {"CENTIMETERS": 1.0, "INCHES": 2.54, "METERS": 100.0}
_WEIGHT_KG = {"KILOGRAMS": 1.0, "POUNDS": 0.45359237, "GRAMS": 0.001}


def read_cardiosoft(source: Source) -> Recording:
    """Read a CardioSoft file; raises UnreadableRecordingError."""
    root = parse_xml(source.data)
    notes: list[str] = []
    strip = root.find("StripData")
    if strip is None:
        strip = root.find("FullDisclosure")
    if strip is None:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The CardioSoft file holds no strip of samples.")
    leads = _leads(strip, _filters(root), notes)
    if not leads:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The CardioSoft file holds no lead.")
    median = root.find("RestingECGMeasurements/MedianSamples")
    started_at = _start(root.find("ObservationDateTime"))
    if started_at is None:
        notes.append("The file names no time of acquisition.")
    return Recording(
        kind=kind_by_length(leads),
        format="cardiosoft",
        leads=leads,
        started_at=started_at,
        median=_leads(median, Filters(), notes) if median is not None else (),
        patient=_patient(root),
        device=DeviceFields(
            manufacturer="GE Healthcare",
            model=plain_text(text_at(root, "ClinicalInfo/DeviceInfo/Desc")),
            software=plain_text(text_at(root, "ClinicalInfo/DeviceInfo/SoftwareVer")),
            institution=plain_text(text_at(root, "PatientVisit/ServicingFacility/Name")),
        ),
        measurements=_measurements(root),
        statements=_statements(root),
        warnings=tuple(notes),
    )


def _leads(block: Element, filters: Filters, notes: list[str]) -> tuple[Lead, ...]:
    rate, step = to_float(text_at(block, "SampleRate")), to_float(text_at(block, "Resolution"))
    count = to_float(text_at(block, "ChannelSampleCountTotal"))
    if rate is None or step is None or step == 0:
        raise malformed("The CardioSoft file names no sampling rate or no resolution.")
    found: list[Lead] = []
    for data in block.findall("WaveformData"):
        name = lead_name(attribute_at(data, ".", "lead") or "unknown")
        samples, factor = integers_of(data.text or "", name, notes, ",")
        if count is not None and samples.size < count:
            raise UnreadableRecordingError(
                Fault.TRUNCATED,
                f"Lead {name} announces {count:.0f} samples and holds {samples.size}. Send the file again.",
            )
        found.append(Lead(name, rate, samples, step / factor, 0.0, filters))
    names = unique_names([lead.name for lead in found])
    return tuple(
        Lead(name, lead.fs_hz, lead.samples, lead.uv_per_lsb, 0.0, filters)
        for name, lead in zip(names, found, strict=True)
    )


def _filters(root: Element) -> Filters:
    block = root.find("FilterSetting")
    notch = next((hz for hz in (50.0, 60.0) if (text_at(block, f"Filter{hz:.0f}Hz") or "").lower() == "yes"), None)
    return Filters(to_float(text_at(block, "HighPass")), to_float(text_at(block, "LowPass")), notch)


def _measurements(root: Element) -> dict[str, float]:
    block = root.find("RestingECGMeasurements")
    found = {key: to_float(text_at(block, tag)) for tag, key in _MEASUREMENTS}
    return {key: value for key, value in found.items() if value is not None and plausible_measurement(key, value)}


def _statements(root: Element) -> tuple[str, ...]:
    for path in ("Interpretation/Diagnosis/DiagnosisText", "Interpretation/Conclusion/ConclusionText"):
        texts = [plain_text(item.text) for item in root.findall(path)]
        found = tuple(text for text in texts if text is not None and text.strip("-"))
        if found:
            return found
    return ()


def _patient(root: Element) -> PatientFields:
    block = root.find("PatientInfo")
    birth = _start(block.find("BirthDateTime")) if block is not None else None
    height, weight = to_float(text_at(block, "Height")), to_float(text_at(block, "Weight"))
    height_unit = _HEIGHT_CM.get((attribute_at(block, "Height", "units") or "CENTIMETERS").upper())
    weight_unit = _WEIGHT_KG.get((attribute_at(block, "Weight", "units") or "KILOGRAMS").upper())
    in_years = (attribute_at(block, "Age", "units") or "YEARS").upper() == "YEARS"
    return PatientFields(
        identifier=plain_text(text_at(block, "PID")),
        family_name=plain_text(text_at(block, "Name/FamilyName")),
        given_name=plain_text(text_at(block, "Name/GivenName")),
        birth_date=date(birth.year, birth.month, birth.day) if birth is not None else None,
        age_years=to_float(text_at(block, "Age")) if in_years else None,
        sex=sex_code(text_at(block, "Gender")),
        height_cm=height * height_unit if height is not None and height_unit is not None else None,
        weight_kg=weight * weight_unit if weight is not None and weight_unit is not None else None,
    )


def _start(block: Element | None) -> datetime | None:
    parts = [to_float(text_at(block, tag)) for tag in ("Year", "Month", "Day", "Hour", "Minute", "Second")]
    if any(part is None for part in parts[:3]):
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the file names no zone
    except ValueError:
        return None
