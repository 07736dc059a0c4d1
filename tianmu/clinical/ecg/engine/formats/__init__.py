"""ECG file formats: `read` any of them by content, `write` the exchange formats, `describe` what was read.

One reader or writer per file; all of them are pure functions from bytes to Recording and back.
"""

from tianmu.clinical.ecg.engine.formats.describe import describe
from tianmu.clinical.ecg.engine.formats.detection import detect
from tianmu.clinical.ecg.engine.formats.reading import READABLE, read
from tianmu.clinical.ecg.engine.formats.wfdb_writer import wfdb_files
from tianmu.clinical.ecg.engine.formats.writing import WRITABLE, write

__all__ = ["READABLE", "WRITABLE", "describe", "detect", "read", "wfdb_files", "write"]
