"""How views and beat lists lie in the tables: JSON under gzip, samples as packed differences."""

import gzip
import json
import zlib
from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine.recording import Int32


def pack_view(view: dict[str, Any]) -> bytes:
    """Return a view as it is stored and sent."""
    return gzip.compress(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode(), 6, mtime=0)


def unpack_view(packed: bytes) -> dict[str, Any]:
    """Return a stored view."""
    view: dict[str, Any] = json.loads(gzip.decompress(packed))
    return view


def pack_beats(beats: Int32) -> bytes:
    """Return ascending samples as compressed differences."""
    return zlib.compress(np.diff(beats.astype("<i4"), prepend=np.int32(0)).tobytes()) if beats.size else b""


def unpack_beats(packed: bytes) -> Int32:
    """Return the samples of a log line."""
    if not packed:
        return np.zeros(0, dtype=np.int32)
    return np.cumsum(np.frombuffer(zlib.decompress(packed), "<i4"), dtype=np.int32)
