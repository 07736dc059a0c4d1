"""Second by second, which leads can be read: lead off, out of range, noise (ecg.md sections 7 and 10)."""

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.gaps import SHORTEST_S
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64, Int32


def readable_seconds(rows: Float64, fs_hz: float, missing: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Return (leads, seconds): whether each second of `rows` (leads, n) µV can be read; a last part counts as one.

    A second in which 60 ms or more are `missing` (leads, n) cannot: a QRS may hide there.
    """
    rule = settings()["quality"]
    width = round(fs_hz)
    seconds = -(-rows.shape[1] // width)
    padded = np.pad(rows, [(0, 0), (0, seconds * width - rows.shape[1])], mode="edge")
    padded = padded.reshape(rows.shape[0], seconds, width)
    low, high = padded.min(axis=2), padded.max(axis=2)
    lag = max(1, round(rule["noise_lag_ms"] * fs_hz / 1000.0))
    bend = np.abs(padded[:, :, 2 * lag :: 2] - 2.0 * padded[:, :, lag:-lag:2] + padded[:, :, : -2 * lag : 2])
    noise = np.median(bend, axis=2)
    swing = high - low
    readable: NDArray[np.bool_] = (
        (swing >= rule["flat_uv"]) & (swing <= rule["largest_uv"]) & (noise <= rule["noise_uv"])
    )
    if missing is not None:
        holes = np.pad(missing, [(0, 0), (0, seconds * width - rows.shape[1])])
        readable &= holes.reshape(rows.shape[0], seconds, width).sum(axis=2) < SHORTEST_S * fs_hz
    return readable


def unreadable_beats(samples: Int32, fs_hz: float, readable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which beats lie in a second that no lead of `readable` (leads, seconds) shows."""
    bad = bad_seconds(readable)
    place = np.minimum((samples / fs_hz).astype(np.int64), bad.size - 1)
    return bad[place]


def bad_seconds(readable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which seconds (seconds,) no lead of `readable` (leads, seconds) shows."""
    bad: NDArray[np.bool_] = np.logical_not(np.logical_or.reduce(readable, axis=0))
    return bad
