"""A day of ECGs in less time: who sends which file when. Pure and deterministic."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

HOUR_SHARES = np.array([0.2, 0.1, 0.1, 0.1, 0.1, 0.3, 1, 4, 10, 13, 12, 8, 3, 5, 9, 9, 7, 4, 2, 1.5, 1, 0.8, 0.5, 0.3])
"""How the ECGs of a day fall on its hours: the demo county's curve, own estimate."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One ECG of one station: seconds after the beginning, the file, the hash that its station keeps."""

    due_s: float
    station: int
    file: Path
    sha256: str


def instants(count: int, seconds: float, seed: int) -> list[float]:
    """Return when `count` ECGs of a day come if the day is replayed in so many seconds, in order."""
    rng = np.random.default_rng((seed, 41))
    hours = rng.choice(24, size=count, p=HOUR_SHARES / HOUR_SHARES.sum())
    found: list[float] = np.sort((hours + rng.random(count)) * seconds / 24).tolist()
    return found


def peak_per_second(count: int, seconds: float) -> float:
    """Return how many a second come in the busiest hour of the day."""
    return float(HOUR_SHARES.max() / HOUR_SHARES.sum() * count / (seconds / 24))


def sendings(files: list[tuple[Path, str]], stations: int, seconds: float, seed: int) -> list[Sending]:
    """Deal the files out to the stations and the instants of the day; every station has its own."""
    rng = np.random.default_rng((seed, 43))
    turns = rng.permutation(np.arange(len(files)) % stations)
    due = instants(len(files), seconds, seed)
    return [
        Sending(at, int(station), file, sha256) for at, station, (file, sha256) in zip(due, turns, files, strict=True)
    ]
