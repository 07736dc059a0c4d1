"""Pairing of found beats with truth, and the counts of EC57: sensitivity, positive predictivity, F1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.ecg.sets import Case


@dataclass(slots=True)
class Count:
    """True positives, misses and false alarms."""

    hits: int = 0
    missed: int = 0
    false: int = 0

    def add(self, other: "Count") -> None:
        """Add another count to this one."""
        self.hits += other.hits
        self.missed += other.missed
        self.false += other.false

    @property
    def sensitivity(self) -> float:
        """Return the share of truth that was found, in percent."""
        return 100.0 * self.hits / max(1, self.hits + self.missed)

    @property
    def predictivity(self) -> float:
        """Return the share of what was found that is true, in percent."""
        return 100.0 * self.hits / max(1, self.hits + self.false)

    @property
    def f1(self) -> float:
        """Return the F1 score in percent."""
        return 200.0 * self.hits / max(1, 2 * self.hits + self.missed + self.false)


def pairs(truth: NDArray[np.int64], found: NDArray[np.int64], window: float) -> list[tuple[int, int]]:
    """Return the pairs (index of truth, index of found) that lie within `window` samples, each used once."""
    out: list[tuple[int, int]] = []
    i = j = 0
    while i < len(truth) and j < len(found):
        distance = int(found[j]) - int(truth[i])
        if abs(distance) <= window:
            if j + 1 < len(found) and abs(int(found[j + 1]) - int(truth[i])) < abs(distance):
                j += 1
                continue
            out.append((i, j))
            i, j = i + 1, j + 1
        elif distance < 0:
            j += 1
        else:
            i += 1
    return out


def scored(case: Case, marks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which marks lie where the recording is scored."""
    inside = (marks >= case.scored_from) & (marks <= case.scored_to)
    for start, stop in case.left_out:
        inside &= (marks < start) | (marks > stop)
    return inside


def count_beats(case: Case, found: NDArray[np.int64], window_s: float) -> Count:
    """Return the counts of one recording; a beat on the border of the scored stretch is paired, never a false alarm."""
    found = np.sort(np.asarray(found, dtype=np.int64))
    truth = case.beats[scored(case, case.beats)]
    matched = pairs(truth, found, window_s * case.fs_hz)
    taken = np.zeros(found.size, dtype=np.bool_)
    taken[[j for _, j in matched]] = True
    false = int((~taken & scored(case, found)).sum())
    return Count(len(matched), truth.size - len(matched), false)


def share_within(case: Case, found: NDArray[np.int64], tolerance_s: float) -> float:
    """Return the share of paired marks that lie within the tolerance once the median offset is taken off."""
    found = np.sort(np.asarray(found, dtype=np.int64))
    matched = pairs(case.beats, found, 0.15 * case.fs_hz)
    offsets = np.array([found[j] - case.beats[i] for i, j in matched], dtype=np.float64)
    return float(np.mean(np.abs(offsets - np.median(offsets)) <= tolerance_s * case.fs_hz)) if offsets.size else 0.0
