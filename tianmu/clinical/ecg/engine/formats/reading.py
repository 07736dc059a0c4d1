"""Detect the format of bytes by content and read them: the one door through which every file comes in."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.aecg_reader import read_aecg
from tianmu.clinical.ecg.engine.formats.cardiosoft_reader import read_cardiosoft
from tianmu.clinical.ecg.engine.formats.container import unzip_files
from tianmu.clinical.ecg.engine.formats.contec_reader import read_contec
from tianmu.clinical.ecg.engine.formats.csv_format import read_csv
from tianmu.clinical.ecg.engine.formats.detection import detect
from tianmu.clinical.ecg.engine.formats.edf_reader import read_edf
from tianmu.clinical.ecg.engine.formats.fhir_format import read_fhir
from tianmu.clinical.ecg.engine.formats.ishne import read_ishne
from tianmu.clinical.ecg.engine.formats.mfer_reader import read_mfer
from tianmu.clinical.ecg.engine.formats.muse_reader import read_muse
from tianmu.clinical.ecg.engine.formats.scp_reader import read_scp
from tianmu.clinical.ecg.engine.formats.sierra_reader import read_sierra
from tianmu.clinical.ecg.engine.formats.source import Source, base_name
from tianmu.clinical.ecg.engine.formats.wfdb_header import looks_like_header, parse_header
from tianmu.clinical.ecg.engine.formats.wfdb_reader import read_wfdb
from tianmu.clinical.ecg.engine.recording import Lead, Recording

RESTING_BYTES = 64 << 20
HOLTER_BYTES = 2 << 30
_LONG_FORMATS = frozenset({"dicom", "edf", "bdf", "ishne", "wfdb", "zip", "mfer", "signal"})
_MOST_LEADS = 200
_MOST_RATE_HZ = 1e6


def _read_dicom(source: Source) -> Recording:
    """Load pydicom on first use: it takes longer to import than all other formats together."""
    module = import_module("tianmu.clinical.ecg.engine.formats.dicom_reader")
    recording: Recording = module.read_dicom(source)
    return recording


_READERS: Mapping[str, Callable[[Source], Recording]] = MappingProxyType(
    {
        "aecg": read_aecg,
        "bdf": read_edf,
        "cardiosoft": read_cardiosoft,
        "contec": read_contec,
        "csv": read_csv,
        "dicom": _read_dicom,
        "edf": read_edf,
        "fhir": read_fhir,
        "ishne": read_ishne,
        "mfer": read_mfer,
        "muse": read_muse,
        "scp": read_scp,
        "sierra": read_sierra,
        "wfdb": read_wfdb,
    }
)
READABLE = tuple(sorted(_READERS))


def read(data: bytes, filename: str | None = None, companions: Mapping[str, bytes] | None = None) -> Recording:
    """Read any supported ECG file into a Recording.

    `filename` only helps to find companions; `companions` are the files beside it by name (the .dat and .atr of a
    .hea). A ZIP holding the files of one record is one file. Raises UnreadableRecordingError for everything else.
    """
    source = Source(data, filename, companions or {})
    name = _format_of(source)
    _check_size(name, source)
    try:
        if name == "zip":
            return _read_archive(data)
        if name == "signal":
            return _read_beside_header(source)
        return _checked(_READERS[name](source))
    except UnreadableRecordingError:
        raise
    except EOFError as error:
        raise UnreadableRecordingError(
            Fault.TRUNCATED, f"The {name} file ends inside an element: it was cut short. Send the whole file again."
        ) from error
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error, OSError) as error:
        raise UnreadableRecordingError(
            Fault.MALFORMED, f"The {name} file contradicts itself and cannot be read. Export it again from the device."
        ) from error
    except (MemoryError, RecursionError, NotImplementedError) as error:
        raise UnreadableRecordingError(
            Fault.MALFORMED, f"The {name} file is built in a way that cannot be read. Export it again from the device."
        ) from error


def _format_of(source: Source) -> str:
    """Return the format; bytes that say nothing of themselves may be the signal file of a header beside them."""
    try:
        return detect(source.data)
    except UnreadableRecordingError as error:
        if error.fault is Fault.UNKNOWN_FORMAT and any(key.lower().endswith(".hea") for key in source.companions):
            return "signal"
        raise


def _check_size(name: str, source: Source) -> None:
    limit = HOLTER_BYTES if name in _LONG_FORMATS else RESTING_BYTES
    size = source.total_bytes
    if size > limit:
        raise UnreadableRecordingError(
            Fault.TOO_LARGE, f"The file has {size >> 20} MB; at most {limit >> 20} MB are read in the {name} format."
        )


def _read_archive(data: bytes) -> Recording:
    """Read the one record of a ZIP: a .hea with its files, or a single file of any format."""
    files = unzip_files(data, HOLTER_BYTES)
    headers = [name for name, body in files.items() if name.endswith(".hea") and looks_like_header(body)]
    if headers:
        parts = {base_name(f"{part}.hea") for name in headers for part, _ in parse_header(files[name]).segments}
        whole = [name for name in headers if name not in parts]
        if len(whole) != 1:
            raise UnreadableRecordingError(Fault.MALFORMED, "The ZIP holds several records; send one record per ZIP.")
        return _checked(read_wfdb(Source(files[whole[0]], whole[0], files)))
    if len(files) != 1:
        raise UnreadableRecordingError(
            Fault.COMPANION_MISSING,
            "The ZIP holds no WFDB header (.hea) and more than one file; send one record per ZIP.",
        )
    name, body = next(iter(files.items()))
    if detect(body) == "zip":
        raise UnreadableRecordingError(Fault.MALFORMED, "The ZIP holds another ZIP; send the inner one.")
    return read(body, name)


def _read_beside_header(source: Source) -> Recording:
    """Read a signal file that came with its header as companion."""
    headers = {name: body for name, body in source.companions.items() if name.lower().endswith(".hea")}
    if len(headers) != 1 or source.filename is None:
        raise UnreadableRecordingError(
            Fault.COMPANION_MISSING,
            "This is a WFDB signal or annotation file; send it together with its header (.hea).",
        )
    name, body = next(iter(headers.items()))
    return _checked(read_wfdb(Source(body, name, {**source.companions, source.filename: source.data})))


def _checked(recording: Recording) -> Recording:
    """Refuse what no ECG can be, drop empty leads."""
    leads = tuple(lead for lead in recording.leads if lead.samples.size)
    if not leads:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The file holds no sample of any lead.")
    if len(leads) > _MOST_LEADS:
        raise UnreadableRecordingError(Fault.TOO_LARGE, f"The file holds {len(leads)} leads; at most 200 are read.")
    for lead in (*leads, *recording.median):
        _check_lead(lead)
    if len(leads) == len(recording.leads):
        return recording
    lost = ", ".join(lead.name for lead in recording.leads if not lead.samples.size)
    return replace(
        recording, leads=leads, warnings=(*recording.warnings, f"Leads without samples were left out: {lost}.")
    )


def _check_lead(lead: Lead) -> None:
    if not 1.0 <= lead.fs_hz <= _MOST_RATE_HZ:
        raise UnreadableRecordingError(Fault.MALFORMED, f"Lead {lead.name} has a sampling rate of {lead.fs_hz} Hz.")
    if lead.uv_per_lsb == 0 or not abs(lead.uv_per_lsb) < 1e9 or not abs(lead.offset_lsb) < 1e15:
        raise UnreadableRecordingError(Fault.MALFORMED, f"Lead {lead.name} has no usable amplitude scale.")
