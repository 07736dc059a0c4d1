"""Write DICOM ECG objects: 12-lead (short), ambulatory (longer), 32-bit general where 16 bits do not hold it."""

import hashlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import UID, ExplicitVRLittleEndian

from tianmu.clinical.ecg.engine.formats.dicom_annotations import annotation_items, code_item
from tianmu.clinical.ecg.engine.formats.dicom_fields import AMBULATORY, GENERAL, GENERAL_32, TWELVE_LEAD
from tianmu.clinical.ecg.engine.formats.leads import SCP_BY_NAME
from tianmu.clinical.ecg.engine.formats.scaling import fits_int16
from tianmu.clinical.ecg.engine.gaps import mask_of
from tianmu.clinical.ecg.engine.recording import STANDARD_12, Lead, Recording

_MOST_12_LEAD_SAMPLES = 16384
_MOST_12_LEAD_GROUPS = 5
_SLOWEST_DIAGNOSTIC_HZ = 200.0
_FASTEST_HZ = 1000.0
_MOST_AMBULATORY_CHANNELS = 12
_IMPLEMENTATION = "2.25.275889170433157914361184470416320581"


def write_dicom(recording: Recording) -> bytes:
    """Return the bytes of one DICOM object; the same recording gives the same bytes and the same UIDs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = _dataset(recording)
        stream = io.BytesIO()
        dataset.save_as(stream, enforce_file_format=True)
        return stream.getvalue()


def _dataset(recording: Recording) -> Dataset:
    wide = not all(fits_int16(lead) for lead in (*recording.leads, *recording.median))
    groups = _groups(recording.leads)
    sop_class = _sop_class(recording, wide, len(groups))
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = UID(sop_class)
    uid = _uid(recording)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = UID(f"{uid}3")
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.ImplementationClassUID = UID(_IMPLEMENTATION)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.Modality = "ECG"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{uid}1", f"{uid}2"
    dataset.StudyID, dataset.SeriesNumber, dataset.InstanceNumber = "1", "1", "1"
    dataset.AccessionNumber = dataset.ReferringPhysicianName = ""
    dataset.AcquisitionContextSequence = Items([])
    _set_time(dataset, recording)
    _set_person(dataset, recording)
    device = recording.device
    dataset.Manufacturer = device.manufacturer or ""
    dataset.ManufacturerModelName = device.model or ""
    dataset.DeviceSerialNumber = device.serial or ""
    dataset.SoftwareVersions = device.software or ""
    dataset.InstitutionName = device.institution or ""
    items = [_waveform(leads, "RHYTHM", "ORIGINAL", wide) for leads in groups]
    if recording.median:
        items.extend(_waveform(leads, "MEDIAN BEAT", "DERIVED", wide) for leads in _groups(recording.median))
    dataset.WaveformSequence = Items(items)
    notes = annotation_items(recording)
    if len(notes):
        dataset.WaveformAnnotationSequence = notes
    return dataset


def _sop_class(recording: Recording, wide: bool, groups: int) -> str:
    """Return the class whose limits of PS3.3 A.34 the recording keeps: rates, samples, channels and groups."""
    leads = recording.leads
    slowest, fastest = min(lead.fs_hz for lead in leads), max(lead.fs_hz for lead in leads)
    short = max(lead.samples.size for lead in leads) <= _MOST_12_LEAD_SAMPLES
    if wide:
        return GENERAL_32
    usual = all(lead.name in STANDARD_12 for lead in leads) and groups <= _MOST_12_LEAD_GROUPS
    if usual and short and slowest >= _SLOWEST_DIAGNOSTIC_HZ and fastest <= _FASTEST_HZ:
        return TWELVE_LEAD
    simple = len(leads) <= _MOST_AMBULATORY_CHANNELS and groups == 1 and fastest <= _FASTEST_HZ
    return AMBULATORY if simple and (not short or slowest < _SLOWEST_DIAGNOSTIC_HZ) else GENERAL


def _groups(leads: Sequence[Lead]) -> list[list[Lead]]:
    """Return the leads by rate and length: one multiplex group each."""
    found: dict[tuple[float, int], list[Lead]] = {}
    for lead in leads:
        found.setdefault((lead.fs_hz, lead.samples.size), []).append(lead)
    return list(found.values())


def _uid(recording: Recording) -> str:
    """Return a UID stem (2.25.…) made from the content, so that writing twice gives one object, not two."""
    digest = hashlib.sha256()
    for lead in recording.leads:
        digest.update(lead.name.encode())
        digest.update(np.ascontiguousarray(lead.samples).tobytes())
    digest.update(repr((recording.started_at, recording.patient, recording.device)).encode())
    return f"2.25.{int.from_bytes(digest.digest()[:14], 'big')}"


def _set_time(dataset: Dataset, recording: Recording) -> None:
    start = recording.started_at
    dataset.StudyDate = dataset.ContentDate = f"{start:%Y%m%d}" if start else ""
    dataset.StudyTime = dataset.ContentTime = f"{start:%H%M%S.%f}" if start else ""
    if start is not None:
        dataset.AcquisitionDateTime = f"{start:%Y%m%d%H%M%S.%f}" + (f"{start:%z}"[:5] if start.tzinfo else "")
        if start.tzinfo is not None:
            dataset.TimezoneOffsetFromUTC = f"{start:%z}"[:5]


def _set_person(dataset: Dataset, recording: Recording) -> None:
    person = recording.patient
    family, given = ((part or "").replace("^", " ") for part in (person.family_name, person.given_name))
    dataset.PatientName = f"{family}^{given}" if given else family
    dataset.PatientID = person.identifier or ""
    dataset.PatientBirthDate = f"{person.birth_date:%Y%m%d}" if person.birth_date else ""
    dataset.PatientSex = person.sex or ""
    if person.age_years is not None:
        dataset.PatientAge = _age(person.age_years)
    if person.height_cm is not None:
        dataset.PatientSize = f"{person.height_cm / 100.0:.6g}"
    if person.weight_kg is not None:
        dataset.PatientWeight = f"{person.weight_kg:.6g}"


def _age(years: float) -> str:
    if years >= 2 or years == int(years):
        return f"{int(years):03d}Y"
    return f"{int(years * 12):03d}M" if years >= 1.0 / 12.0 else f"{int(years * 365.25):03d}D"


def _waveform(leads: Sequence[Lead], label: str, originality: str, wide: bool) -> Dataset:
    item = Dataset()
    item.MultiplexGroupLabel = label
    item.WaveformOriginality = originality
    item.NumberOfWaveformChannels = len(leads)
    item.NumberOfWaveformSamples = leads[0].samples.size
    item.SamplingFrequency = _decimal(leads[0].fs_hz)
    item.ChannelDefinitionSequence = Items([_channel(lead, wide) for lead in leads])
    item.WaveformBitsAllocated = 32 if wide else 16
    item.WaveformSampleInterpretation = "SL" if wide else "SS"
    if any(lead.gaps for lead in leads):
        padding = -(1 << 31) if wide else -(1 << 15)
        leads = [_padded(lead, padding) for lead in leads]
        item.add_new("WaveformPaddingValue", "OW", padding.to_bytes(4 if wide else 2, "little", signed=True))
    table = np.stack([lead.samples for lead in leads], axis=1).astype("<i4" if wide else "<i2")
    item.add_new("WaveformData", "OW", table.tobytes())
    return item


def _padded(lead: Lead, padding: int) -> Lead:
    missing = mask_of(lead.gaps, lead.samples.size)
    return replace(lead, samples=np.where(missing, np.int32(padding), lead.samples))


def _channel(lead: Lead, wide: bool) -> Dataset:
    channel = Dataset()
    number = SCP_BY_NAME.get(lead.name, 0)
    channel.ChannelLabel = lead.name[:16]
    channel.ChannelSourceSequence = Items(
        [code_item(f"2:{number}", "MDC", f"Lead {lead.name}" if number else lead.name)]
    )
    sensitivity = _decimal(lead.uv_per_lsb)
    channel.ChannelSensitivity = sensitivity
    channel.ChannelSensitivityUnitsSequence = Items([code_item("uV", "UCUM", "microvolt")])
    channel.ChannelSensitivityCorrectionFactor = "1"
    channel.ChannelBaseline = _decimal(lead.offset_lsb * float(sensitivity))
    channel.ChannelSampleSkew = "0"
    channel.WaveformBitsStored = 32 if wide else 16
    for keyword, value in (
        ("FilterLowFrequency", lead.filters.high_pass_hz),
        ("FilterHighFrequency", lead.filters.low_pass_hz),
        ("NotchFilterFrequency", lead.filters.notch_hz),
    ):
        if value is not None:
            setattr(channel, keyword, _decimal(value))
    return channel


def _decimal(value: float) -> str:
    """Return the most exact text of at most 16 characters (value representation DS)."""
    text = repr(float(value)).removesuffix(".0")
    digits = 16
    while len(text) > 16:
        text = f"{value:.{digits}g}"
        digits -= 1
    return text
