"""Why a recording was refused: one code, one sentence that says what to do. The web translates the code."""

from enum import StrEnum


class Fault(StrEnum):
    """Stable codes of what can be wrong with bytes that claim to be an ECG."""

    EMPTY = "ecg.file_empty"
    TOO_LARGE = "ecg.file_too_large"
    UNKNOWN_FORMAT = "ecg.format_unknown"
    TRUNCATED = "ecg.file_truncated"
    CHECKSUM = "ecg.file_checksum"
    MALFORMED = "ecg.file_malformed"
    UNSAFE_XML = "ecg.xml_unsafe"
    NOT_AN_ECG = "ecg.not_an_ecg"
    UNSUPPORTED = "ecg.file_unsupported"
    COMPANION_MISSING = "ecg.companion_missing"


class UnreadableRecordingError(ValueError):
    """Raised by every reader for bytes it cannot turn into a Recording; the message is for people."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault
        self.detail = detail
