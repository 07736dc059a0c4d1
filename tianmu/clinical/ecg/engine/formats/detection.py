"""Tell the format of an ECG file from its first bytes, never from its name."""

import re

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.contec_reader import looks_like_contec
from tianmu.clinical.ecg.engine.formats.mfer_reader import looks_like_mfer
from tianmu.clinical.ecg.engine.formats.scp_sections import looks_like_scp
from tianmu.clinical.ecg.engine.formats.wfdb_header import looks_like_header

_HEAD = 65536
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_COMMENT = re.compile(r"<!--.*?-->|<!--.*\Z", re.DOTALL)
_XML_ROOTS = {
    "AnnotatedECG": "aecg",
    "RestingECG": "muse",
    "CardiologyXML": "cardiosoft",
    "restingecgdata": "sierra",
}
_MAGIC = (
    (b"ISHNE1.0", "ishne"),
    (b"\xffBIOSEMI", "bdf"),
    (b"0       ", "edf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"# tianmu-ecg", "csv"),
)


def detect(data: bytes) -> str:
    """Return the name of the format; `signal` means a part of a WFDB record. Raises EMPTY or UNKNOWN_FORMAT."""
    if not data:
        raise UnreadableRecordingError(Fault.EMPTY, "The file is empty. Send it again.")
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    found = _by_structure(data)
    if found is None:
        raise UnreadableRecordingError(
            Fault.UNKNOWN_FORMAT,
            "This is no ECG format known here. Supported: DICOM, SCP-ECG, HL7 aECG, GE MUSE and CardioSoft XML, "
            "Philips XML, WFDB, EDF, BDF, ISHNE, MFER, Contec, CSV and FHIR.",
        )
    return found


def _by_structure(data: bytes) -> str | None:
    if data[128:132] == b"DICM" or _is_bare_dicom(data):
        return "dicom"
    if looks_like_scp(data):
        return "scp"
    if looks_like_contec(data):
        return "contec"
    if looks_like_mfer(data):
        return "mfer"
    text = _decoded(data[:_HEAD]).lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        root = _ROOT.search(_COMMENT.sub("", text))
        return _XML_ROOTS.get(root[1]) if root else None
    if text.startswith("{"):
        return "fhir" if '"resourceType"' in text else None
    if looks_like_header(data):
        return "wfdb"
    return "signal" if _is_matlab_matrix(data) else None


def _decoded(head: bytes) -> str:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace")


def _is_bare_dicom(data: bytes) -> bool:
    """Tell whether the bytes are a DICOM dataset without preamble: group 0002 or 0008 and a plausible type."""
    return data[:4] in {b"\x02\x00\x00\x00", b"\x08\x00\x05\x00", b"\x08\x00\x16\x00"} and data[4:6] in {
        b"UL",
        b"CS",
        b"UI",
    }


def _is_matlab_matrix(data: bytes) -> bool:
    """Tell whether the bytes begin like the MATLAB version 4 matrix that WFDB writes for a record (“val”)."""
    return len(data) >= 24 and data[16:24] == b"\x04\x00\x00\x00val\x00" and data[:4] in {
        b"\x1e\x00\x00\x00", b"\x14\x00\x00\x00", b"\x00\x00\x00\x00", b"\x28\x00\x00\x00", b"\x32\x00\x00\x00"
    }  # fmt: skip
