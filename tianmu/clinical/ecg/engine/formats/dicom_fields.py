"""Patient, device and time fields of a DICOM dataset as ours, and the SOP classes of ECG objects (PS3.4 B.5)."""

from datetime import datetime

from pydicom.dataset import Dataset

from tianmu.clinical.ecg.engine.formats.fields import (
    parse_date,
    parse_stamp,
    parse_zone,
    plain_text,
    sex_code,
    to_float,
)  # fmt: skip
from tianmu.clinical.ecg.engine.recording import DeviceFields, PatientFields

TWELVE_LEAD = "1.2.840.10008.5.1.4.1.1.9.1.1"
GENERAL = "1.2.840.10008.5.1.4.1.1.9.1.2"
AMBULATORY = "1.2.840.10008.5.1.4.1.1.9.1.3"
GENERAL_32 = "1.2.840.10008.5.1.4.1.1.9.1.4"
_YEARS_PER_UNIT = {"Y": 1.0, "M": 1.0 / 12.0, "W": 7.0 / 365.25, "D": 1.0 / 365.25}


def text_of(value: object) -> str:
    """Return a DICOM value as stripped text; several values are joined by a semicolon; empty where absent."""
    if value is None:
        return ""
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return str(value).strip()
    if type(value).__name__ == "PersonName":
        return str(value).strip()
    return "; ".join(str(part).strip() for part in value if str(part).strip())


def patient_fields(dataset: Dataset) -> PatientFields:
    """Return what the dataset says of the person."""
    name = dataset.get("PatientName")
    family = plain_text(getattr(name, "family_name", None))
    given = plain_text(getattr(name, "given_name", None))
    age = text_of(dataset.get("PatientAge"))
    years = to_float(age[:-1]) if age[-1:] in _YEARS_PER_UNIT else None
    size = to_float(dataset.get("PatientSize"))
    return PatientFields(
        identifier=plain_text(text_of(dataset.get("PatientID"))),
        family_name=family,
        given_name=given,
        birth_date=parse_date(text_of(dataset.get("PatientBirthDate"))),
        age_years=None if years is None else years * _YEARS_PER_UNIT[age[-1]],
        sex=sex_code(text_of(dataset.get("PatientSex"))),
        height_cm=None if size is None else round(size * 100.0, 6),
        weight_kg=to_float(dataset.get("PatientWeight")),
    )


def device_fields(dataset: Dataset) -> DeviceFields:
    """Return what the dataset says of the machine and its owner."""
    return DeviceFields(
        manufacturer=plain_text(text_of(dataset.get("Manufacturer"))),
        model=plain_text(text_of(dataset.get("ManufacturerModelName"))),
        serial=plain_text(text_of(dataset.get("DeviceSerialNumber"))),
        software=plain_text(text_of(dataset.get("SoftwareVersions"))),
        institution=plain_text(text_of(dataset.get("InstitutionName"))),
    )


def start_time(dataset: Dataset) -> datetime | None:
    """Return the acquisition time, else the content or study time, with the zone of the dataset where it has one."""
    moment = parse_stamp(text_of(dataset.get("AcquisitionDateTime")))
    for word in ("Content", "Study"):
        if moment is None:
            day, clock = text_of(dataset.get(f"{word}Date")), text_of(dataset.get(f"{word}Time"))
            moment = parse_stamp(f"{day}{clock}") if clock else None
    zone = text_of(dataset.get("TimezoneOffsetFromUTC"))
    if moment is None or moment.tzinfo is not None or not zone:
        return moment
    try:
        return moment.replace(tzinfo=parse_zone(zone))
    except (ValueError, IndexError):
        return moment
