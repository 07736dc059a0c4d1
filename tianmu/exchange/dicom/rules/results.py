"""What goes back after a signature: the recording with the signed values, and the report as an encapsulated PDF."""

import io
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import dcmread
from pydicom.uid import UID, EncapsulatedPDFStorage, ExplicitVRLittleEndian

from tianmu.clinical.ecg.engine.formats import write
from tianmu.clinical.ecg.engine.recording import Recording
from tianmu.exchange.dicom.rules.names import ISSUER, patient_id, person_name, uid_of

_IMPLEMENTATION = "2.25.275889170433157914361184470416320581"
_SERIES = UUID("6f0f0a4e-3f1b-4c0e-9a55-6d8f6f1f9b10")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed report and whom it is about; `study` is the study of the order unless the cart began one of its own."""

    order: UUID
    number: str
    version: int
    person: UUID
    name: str
    sex: str
    birth_date: date | None
    institution: str
    acquired_at: datetime | None
    signed_at: datetime
    title: str
    study: str = ""


def study_of(data: bytes) -> str:
    """Return the study a DICOM recording belongs to; empty for other formats."""
    if data[128:132] != b"DICM":
        return ""
    head = dcmread(io.BytesIO(data), stop_before_pixels=True, specific_tags=["StudyInstanceUID"])
    return str(head.get("StudyInstanceUID", ""))


def waveform_object(signed: Signed, recording: Recording, *, charset: str = "ISO_IR 192") -> bytes:
    """Return the recording as a DICOM ECG that names our order, person and version, with its measurements."""
    plain = write(replace(recording, format="dicom"), "dicom")
    dataset = dcmread(io.BytesIO(plain))
    _stamp(dataset, signed, charset)
    dataset.SeriesInstanceUID = uid_of(uuid5(_SERIES, f"{signed.order}:ecg"))
    key = uuid5(_SERIES, f"{signed.order}:{signed.version}:ecg")
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID(uid_of(key))
    return _bytes(dataset)


def report_object(signed: Signed, pdf: bytes, *, charset: str = "ISO_IR 192") -> bytes:
    """Return the report as an Encapsulated PDF object (PS3.3 A.45.1), its version as instance number."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    key = uid_of(uuid5(_SERIES, f"{signed.order}:{signed.version}:pdf"))
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = EncapsulatedPDFStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = UID(key)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.ImplementationClassUID = UID(_IMPLEMENTATION)
    _stamp(dataset, signed, charset)
    dataset.Modality = "DOC"
    dataset.ConversionType = "WSD"
    dataset.SeriesInstanceUID = uid_of(uuid5(_SERIES, f"{signed.order}:pdf"))
    dataset.SeriesNumber, dataset.InstanceNumber = "2", str(signed.version)
    dataset.Manufacturer = "Tianmu"
    dataset.BurnedInAnnotation = "YES"
    dataset.DocumentTitle = signed.title
    dataset.ConceptNameCodeSequence = []
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    dataset.EncapsulatedDocumentLength = len(pdf)
    dataset.add_new("EncapsulatedDocument", "OB", pdf + b"\0" * (len(pdf) % 2))
    return _bytes(dataset)


def _stamp(dataset: Dataset, signed: Signed, charset: str) -> None:
    dataset.SpecificCharacterSet = charset
    dataset.PatientName = person_name(signed.name)
    dataset.PatientID = patient_id(signed.person)
    dataset.IssuerOfPatientID = ISSUER
    dataset.PatientSex = signed.sex if signed.sex in {"M", "F"} else ""
    dataset.PatientBirthDate = f"{signed.birth_date:%Y%m%d}" if signed.birth_date else ""
    dataset.AccessionNumber = signed.number
    dataset.StudyID = signed.number[:16]
    dataset.StudyInstanceUID = signed.study or uid_of(signed.order)
    dataset.StudyDescription = signed.title
    dataset.InstitutionName = signed.institution
    dataset.ReferringPhysicianName = ""
    when = signed.acquired_at or signed.signed_at
    dataset.StudyDate, dataset.StudyTime = f"{when:%Y%m%d}", f"{when:%H%M%S}"
    dataset.ContentDate, dataset.ContentTime = f"{signed.signed_at:%Y%m%d}", f"{signed.signed_at:%H%M%S}"
    dataset.AcquisitionDateTime = f"{when:%Y%m%d%H%M%S}"
    dataset.TimezoneOffsetFromUTC = f"{when:%z}"[:5]


def _bytes(dataset: Dataset) -> bytes:
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()
