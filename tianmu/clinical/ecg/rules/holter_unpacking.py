"""A recording of several files in one ZIP, laid out in a folder so that it can be read by the piece."""

import shutil
import zipfile
from pathlib import Path

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.source import base_name

_MOST_FILES = 4096
_MOST_RATIO = 200


def unpacked(path: Path, name: str, folder: Path, most_bytes: int) -> Path:
    """Return the file to open: `path` linked under its own name, or the main file of a ZIP laid out in `folder`.

    Raises UnreadableRecordingError for damaged and oversized archives.
    """
    if not zipfile.is_zipfile(path):
        link = folder / (base_name(name) or "recording")
        link.symlink_to(path.resolve())
        return link
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            total = sum(entry.file_size for entry in entries)
            if (
                len(entries) > _MOST_FILES
                or total > max(most_bytes, _MOST_RATIO)
                or total > _MOST_RATIO * max(1, sum(entry.compress_size for entry in entries))
            ):
                raise UnreadableRecordingError(Fault.TOO_LARGE, "The ZIP file holds more than one record may.")
            for entry in entries:
                with archive.open(entry) as source, (folder / base_name(entry.filename)).open("wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, NotImplementedError) as error:
        raise UnreadableRecordingError(Fault.TRUNCATED, "The ZIP file is damaged. Send it again.") from error
    headers = sorted(folder.glob("*.hea")) or sorted(folder.iterdir())
    if not headers:
        raise UnreadableRecordingError(Fault.EMPTY, "The ZIP file holds no recording.")
    return headers[0]
