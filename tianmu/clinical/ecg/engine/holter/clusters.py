"""One set of templates for the whole recording: clusters of a piece join those of the pieces before (ecg.md 3.3)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import low_pass

_CONDUCTED = frozenset("NS")


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """One template: `uv` (leads, n) its mean shape at `rate_hz`, `example` the sample of one of its beats."""

    number: int
    origin: str
    uv: Float64
    rate_hz: float
    example: int


class Bank:
    """The templates found so far; `assign` gives each beat of a piece its number in the whole recording."""

    def __init__(self, fs_hz: float) -> None:
        rule = settings()["clusters"]
        self._fs_hz = fs_hz
        self._step = max(1, round(fs_hz / rule["rate_hz"]))
        self._shift = max(1, round(rule["shift_ms"] * fs_hz / 1000.0 / self._step))
        self._before = round(rule["before_ms"] * fs_hz / 1000.0 / self._step)
        self._after = round(rule["after_ms"] * fs_hz / 1000.0 / self._step)
        self._rule = rule
        self._shapes: list[Float64] = []
        self._weights: list[int] = []
        self._kinds: list[str] = []
        self._examples: list[int] = []

    def assign(
        self, rows: Float64, samples: Int32, classes: NDArray[np.str_], labels: Int32, origin: int
    ) -> NDArray[np.int32]:
        """Return the number of every beat at `samples` of `rows` (leads, n); `labels` are the clusters of this piece.

        Beats of one cluster that are conducted (N, S) and those that are not go to different templates.
        """
        numbers = np.full(samples.size, -1, dtype=np.int32)
        kinds = np.where(np.isin(classes, list(_CONDUCTED)), "N", classes)
        for label in np.unique(labels):
            for kind in np.unique(kinds[labels == label]):
                members = np.flatnonzero((labels == label) & (kinds == kind))
                some = members[:: max(1, members.size // int(self._rule["sample"]))]
                wide = self._wide(rows, samples[some])
                number = self._home(wide, str(kind), members.size)
                if number == len(self._examples):
                    self._examples.append(origin + int(samples[members[0]]))
                numbers[members] = number
        return numbers

    def clusters(self) -> tuple[Cluster, ...]:
        """Return all templates in the order of their first appearance."""
        rate = self._fs_hz / self._step
        return tuple(
            Cluster(number, kind, shape, rate, example)
            for number, (kind, shape, example) in enumerate(zip(self._kinds, self._shapes, self._examples, strict=True))
        )

    def _wide(self, rows: Float64, samples: Int32) -> Float64:
        """Return the mean of the beats (leads, before + after + 2 shifts) at the lower rate."""
        before, after = ((part + self._shift) * self._step for part in (self._before, self._after))
        index = samples[:, None].astype(np.int64) + np.arange(-before, after)[None, :]
        mean = rows[:, np.clip(index, 0, rows.shape[1] - 1)].mean(axis=1)
        return low_pass(mean, self._fs_hz, 35.0)[:, :: self._step]

    def _home(self, wide: Float64, kind: str, count: int) -> int:
        """Return the number of the template that `wide` belongs to, made new where none is alike."""
        width = self._before + self._after
        views = np.stack([wide[:, at : at + width] for at in range(2 * self._shift + 1)])
        flat = views - views.mean(axis=2, keepdims=True)
        units = flat.reshape(flat.shape[0], -1)
        units = units / (np.linalg.norm(units, axis=1, keepdims=True) + 1e-9)
        best, number, moved = -1.0, -1, self._shift
        for place, shape in enumerate(self._shapes):
            if self._kinds[place] != kind:
                continue
            likeness = units @ (shape.reshape(-1) / (np.linalg.norm(shape) + 1e-9))
            if likeness.max() > best:
                best, number, moved = float(likeness.max()), place, int(likeness.argmax())
        full = len(self._shapes) >= self._rule["most"]
        if number >= 0 and (best >= self._rule["same_shape"] or full):
            share = count / (self._weights[number] + count)
            self._shapes[number] = (1.0 - share) * self._shapes[number] + share * flat[moved]
            self._weights[number] += count
            return number
        self._shapes.append(flat[self._shift])
        self._weights.append(count)
        self._kinds.append(kind)
        return len(self._shapes) - 1
