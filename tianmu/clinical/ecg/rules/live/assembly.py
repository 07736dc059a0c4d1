"""From stored frames to a recording: every frame at its place, holes as missing samples."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import numpy as np

from tianmu.clinical.ecg.engine.formats import wfdb_files
from tianmu.clinical.ecg.engine.recording import Annotation, Kind, Lead, Recording
from tianmu.clinical.ecg.rules.live.frames import MISSING, Int16, head_of, samples_of

RESTING_S = 10


def assembled(frames: Iterable[bytes], *, leads: int, samples_per_frame: int, first: int, end: int) -> Int16:
    """Return samples (leads, n) of the frames whose index lies in [first, end); holes are MISSING."""
    rows = np.full((leads, (end - first) * samples_per_frame), MISSING, dtype=np.int16)
    for frame in frames:
        head = head_of(frame)
        at = (head.seq - first) * samples_per_frame
        if 0 <= at < rows.shape[1] and (head.leads, head.samples) == (leads, samples_per_frame):
            rows[:, at : at + samples_per_frame] = samples_of(frame)
    return rows


def known_share(rows: Int16) -> float:
    """Return the share of samples that were received."""
    return float((rows != MISSING).mean()) if rows.size else 0.0


def recording_files(
    rows: Int16, *, names: Sequence[str], fs_hz: float, uv_per_lsb: Sequence[float], began_at: datetime, name: str
) -> list[tuple[str, bytes]]:
    """Return the files of a WFDB record of these samples; `began_at` is in the county's zone, the header names none."""
    leads = tuple(
        Lead(lead, fs_hz, row.astype(np.int32), scale) for lead, row, scale in zip(names, rows, uv_per_lsb, strict=True)
    )
    recording = Recording(
        Kind.LIVE, "wfdb", leads, started_at=began_at.replace(tzinfo=None), annotations=tuple(holes(rows))
    )
    return list(wfdb_files(recording, name, 16).items())


def holes(rows: Int16) -> Iterator[Annotation]:
    """Yield a note for each stretch in which nothing was received."""
    edges = np.diff(np.concatenate([[False], (rows == MISSING).all(axis=0), [False]]).astype(np.int8))
    for start, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        yield Annotation(int(start), '"', text=f"gap: {end - start} samples were not received")
