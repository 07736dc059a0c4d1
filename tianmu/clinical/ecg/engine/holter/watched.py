"""A source that tells how far it has been read, for progress bars."""

from collections.abc import Callable
from datetime import datetime

from tianmu.clinical.ecg.engine.holter.source import SignalSource
from tianmu.clinical.ecg.engine.recording import Annotation, Float64


class WatchedSource:
    """Passes everything on to `source`; `progress` is told the share of the recording that was asked for."""

    def __init__(self, source: SignalSource, progress: Callable[[float], None]) -> None:
        self._source = source
        self._progress = progress
        self.names: tuple[str, ...] = source.names
        self.fs_hz: float = source.fs_hz
        self.samples: int = source.samples
        self.started_at: datetime | None = source.started_at
        self.marks: tuple[Annotation, ...] = source.marks

    def read(self, start: int, stop: int) -> Float64:
        """Return samples `start` to `stop` in µV, shape (leads, stop - start)."""
        self._progress(start / self.samples)
        return self._source.read(start, stop)
