"""Where a long recording comes from: anything that gives its leads piece by piece in microvolts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import numpy as np

from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.recording import Annotation, Float64, Recording


class SignalSource(Protocol):
    """Simultaneous leads of one rate; `read` may be called for any piece in any order."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the leads."""

    @property
    def fs_hz(self) -> float:
        """Return the sampling rate."""

    @property
    def samples(self) -> int:
        """Return the samples per lead."""

    @property
    def started_at(self) -> datetime | None:
        """Return when the first sample was taken, None where the file does not say."""

    @property
    def marks(self) -> tuple[Annotation, ...]:
        """Return the marks of the file, such as the patient's button."""

    def read(self, start: int, stop: int) -> Float64:
        """Return samples `start` to `stop` in µV, shape (leads, stop - start); not a number where one is missing."""


class RecordingSource:
    """A recording that is already in memory; leads of another rate or length than the first are left out."""

    def __init__(self, recording: Recording) -> None:
        first = recording.leads[0]
        self.head = recording
        self._leads = [
            lead for lead in recording.leads if lead.fs_hz == first.fs_hz and lead.samples.size == first.samples.size
        ][: int(settings()["limits"]["most_leads"])]
        self.names = tuple(lead.name for lead in self._leads)
        self.fs_hz = float(first.fs_hz)
        self.samples = int(first.samples.size)
        self.started_at = recording.started_at
        self.marks = recording.annotations

    def read(self, start: int, stop: int) -> Float64:
        """Return samples `start` to `stop` in µV, shape (leads, stop - start)."""
        rows = np.stack(
            [(lead.samples[start:stop] + lead.offset_lsb) * lead.uv_per_lsb for lead in self._leads], dtype=np.float64
        )
        for row, lead in zip(rows, self._leads, strict=True):
            for first, end in lead.gaps:
                row[max(0, first - start) : max(0, end - start)] = np.nan
        return rows


def detection_leads(names: Sequence[str]) -> list[int]:
    """Return the places of the leads on which beats are found: at most three, the usual Holter leads first."""
    rule = settings()["scan"]
    order = {name: place for place, name in enumerate(rule["lead_order"])}
    chosen = sorted(range(len(names)), key=lambda place: (order.get(names[place], len(order)), place))
    return sorted(chosen[: int(rule["leads"])])


def strip(source: SignalSource, start_s: float, stop_s: float) -> Float64:
    """Return the leads of a strip in µV (leads, n), cut to the recording; ValueError when empty or above an hour."""
    start = max(0, round(start_s * source.fs_hz))
    stop = min(source.samples, round(stop_s * source.fs_hz))
    if not 0 < stop - start <= settings()["limits"]["longest_strip_s"] * source.fs_hz:
        message = "A strip lies inside the recording and lasts at most an hour."
        raise ValueError(message)
    return source.read(start, stop)
