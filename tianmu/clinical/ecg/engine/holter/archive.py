"""A scan as one compact file, so that a review begins without reading the signal again."""

import io
import json
import zipfile
import zlib
from dataclasses import asdict
from datetime import datetime

import numpy as np

from tianmu.clinical.ecg.engine.holter.clusters import Cluster
from tianmu.clinical.ecg.engine.holter.repolarisation import Stretch
from tianmu.clinical.ecg.engine.holter.scan import Scan
from tianmu.clinical.ecg.engine.recording import Annotation

FORMAT = 1
_ARRAYS = ("samples", "templates", "unreadable", "st_uv", "readable", "fibrillation")


class ArchiveError(ValueError):
    """Raised for bytes that are no archived scan of a format this release knows."""


def pack_scan(scan: Scan) -> bytes:
    """Return the scan as a compressed archive of arrays with one JSON entry for the rest."""
    told = {
        "format": FORMAT,
        "names": scan.names,
        "fs_hz": scan.fs_hz,
        "length": scan.length,
        "started_at": scan.started_at.isoformat() if scan.started_at else None,
        "marks": [asdict(mark) for mark in scan.marks],
        "stretches": [asdict(one) for one in scan.stretches],
        "clusters": [
            {"number": one.number, "origin": one.origin, "rate_hz": one.rate_hz, "example": one.example}
            for one in scan.clusters
        ],
    }
    arrays = {name: getattr(scan, name) for name in _ARRAYS}
    arrays["classes"] = scan.classes.astype("S1")
    arrays["shapes"] = np.stack([one.uv for one in scan.clusters]) if scan.clusters else np.zeros((0, 0, 0))
    arrays["told"] = np.frombuffer(json.dumps(told).encode(), np.uint8)
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def unpack_scan(data: bytes) -> Scan:
    """Return the scan of an archive; raise ArchiveError for anything else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        told = json.loads(arrays["told"].tobytes())
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        message = "these bytes are no archived scan"
        raise ArchiveError(message) from error
    if told["format"] != FORMAT:
        message = f"a scan of format {told['format']} is not known to this release"
        raise ArchiveError(message)
    clusters = tuple(
        Cluster(one["number"], one["origin"], shape, one["rate_hz"], one["example"])
        for one, shape in zip(told["clusters"], arrays["shapes"], strict=True)
    )
    return Scan(
        names=tuple(told["names"]),
        fs_hz=float(told["fs_hz"]),
        length=int(told["length"]),
        started_at=datetime.fromisoformat(told["started_at"]) if told["started_at"] else None,
        marks=tuple(Annotation(**mark) for mark in told["marks"]),
        classes=arrays["classes"].astype("<U1"),
        stretches=tuple(Stretch(**one) for one in told["stretches"]),
        clusters=clusters,
        **{name: arrays[name] for name in _ARRAYS},
    )
