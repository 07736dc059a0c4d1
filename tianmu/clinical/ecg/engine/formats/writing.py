"""Write a Recording in an exchange format: the one door through which every file goes out."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.aecg_writer import write_aecg
from tianmu.clinical.ecg.engine.formats.csv_format import write_csv
from tianmu.clinical.ecg.engine.formats.edf_writer import write_edf
from tianmu.clinical.ecg.engine.formats.fhir_format import write_fhir
from tianmu.clinical.ecg.engine.formats.ishne import write_ishne
from tianmu.clinical.ecg.engine.formats.scp_writer import write_scp
from tianmu.clinical.ecg.engine.formats.wfdb_writer import write_wfdb
from tianmu.clinical.ecg.engine.recording import Recording


def _write_dicom(recording: Recording) -> bytes:
    """Load pydicom on first use: it takes longer to import than all other formats together."""
    module = import_module("tianmu.clinical.ecg.engine.formats.dicom_writer")
    data: bytes = module.write_dicom(recording)
    return data


_WRITERS: Mapping[str, Callable[[Recording], bytes]] = MappingProxyType(
    {
        "aecg": write_aecg,
        "csv": write_csv,
        "dicom": _write_dicom,
        "edf": write_edf,
        "fhir": write_fhir,
        "ishne": write_ishne,
        "scp": write_scp,
        "wfdb": write_wfdb,
    }
)
WRITABLE = tuple(sorted(_WRITERS))


def write(recording: Recording, to: str) -> bytes:
    """Return the recording as the bytes of one file in the format `to` (one of WRITABLE; wfdb gives a ZIP).

    Samples are kept exactly where the format can hold them. Raises UnreadableRecordingError with UNSUPPORTED where the
    format cannot hold the recording or is not written here.
    """
    writer = _WRITERS.get(to)
    if writer is None:
        raise UnreadableRecordingError(
            Fault.UNSUPPORTED, f"“{to}” is not written here; choose one of {', '.join(WRITABLE)}."
        )
    if not recording.leads or not any(lead.samples.size for lead in recording.leads):
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The recording has no samples to write.")
    return writer(recording)
