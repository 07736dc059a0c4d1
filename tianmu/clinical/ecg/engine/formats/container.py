"""A WFDB record as one upload: a ZIP with its files, read under strict limits and written reproducibly."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.source import base_name, malformed

_MOST_FILES = 4096
_MOST_RATIO = 200
_ALWAYS_ALLOWED = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of the files, without clock or machine in it: equal files give equal bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return stream.getvalue()


def unzip_files(data: bytes, most_bytes: int) -> dict[str, bytes]:
    """Return the files of a ZIP by base name; refuse bombs, encryption, damage and more than `most_bytes` unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(entries, most_bytes)
            return {base_name(entry.filename): _body(archive, entry) for entry in entries}
    except zipfile.BadZipFile as error:
        fault = Fault.CHECKSUM if "CRC" in str(error) else Fault.TRUNCATED
        raise UnreadableRecordingError(fault, "The ZIP file is damaged or cut short. Send it again.") from error
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise malformed("The ZIP file cannot be unpacked. Send it again without encryption.") from error


def _check(entries: list[zipfile.ZipInfo], most_bytes: int) -> None:
    total = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_FILES or total > most_bytes:
        raise UnreadableRecordingError(
            Fault.TOO_LARGE,
            f"The ZIP file unpacks to {total} bytes in {len(entries)} files; that is more than one record.",
        )
    for entry in entries:
        if entry.file_size > _ALWAYS_ALLOWED and entry.file_size > _MOST_RATIO * max(entry.compress_size, 1):
            raise UnreadableRecordingError(
                Fault.TOO_LARGE, "The ZIP file unpacks to far more than it holds; it is refused."
            )


def _body(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        body = stream.read(entry.file_size + 1)
    if len(body) != entry.file_size:
        raise malformed("A file in the ZIP has another length than announced.")
    return body
