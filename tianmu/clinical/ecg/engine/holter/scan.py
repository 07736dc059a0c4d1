"""One pass over a long recording in bounded memory: quality, beats, templates, ST, QT, fibrillation (ecg.md 7).

What is found here rests on the signal and is not repeated when a person relabels beats.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine import beats as detection
from tianmu.clinical.ecg.engine.analysis import Beats
from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.gaps import bridged, broken_intervals, long_gaps
from tianmu.clinical.ecg.engine.holter.clusters import Bank, Cluster
from tianmu.clinical.ecg.engine.holter.fibrillation import confirmed, irregularity
from tianmu.clinical.ecg.engine.holter.quality import readable_seconds, unreadable_beats
from tianmu.clinical.ecg.engine.holter.repolarisation import Stretch, measure_stretch, st_levels
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.holter.source import SignalSource, detection_leads
from tianmu.clinical.ecg.engine.recording import Annotation, Float64, Int32

Flags = NDArray[np.bool_]
_CONTEXT_BEATS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """What the signal says. `samples`, `classes`, `templates`, `unreadable` (beats,); `st_uv` (beats, leads) float32.

    `readable` (leads, seconds); `fibrillation` one flag per 10-s step for the 30-s window that begins there.
    """

    names: tuple[str, ...]
    fs_hz: float
    length: int
    started_at: datetime | None
    marks: tuple[Annotation, ...]
    samples: Int32
    classes: NDArray[np.str_]
    templates: Int32
    unreadable: Flags
    st_uv: NDArray[np.float32]
    readable: Flags
    fibrillation: Flags
    stretches: tuple[Stretch, ...]
    clusters: tuple[Cluster, ...]

    @property
    def duration_s(self) -> float:
        """Return the length of the recording in seconds."""
        return self.length / self.fs_hz


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A piece in memory: `rows` (leads, n) µV from sample `origin`; new material begins at `fresh`.

    `missing` (leads, n) is set where `rows` is a line for the filters only; None where nothing is missing.
    """

    rows: Float64
    origin: int
    fresh: int
    missing: Flags | None = None


class _Pass:
    """The state carried from piece to piece."""

    def __init__(self, source: SignalSource) -> None:
        self.source = source
        self.fs_hz = source.fs_hz
        self.chosen = detection_leads(source.names)
        self.detector = detection.Detector(source.fs_hz, len(self.chosen))
        self.bank = Bank(source.fs_hz)
        self.waiting = np.zeros(0, dtype=np.int32)
        self.earlier = np.zeros(0, dtype=np.int32)
        self.beats: list[Beats] = []
        self.st: list[NDArray[np.float32]] = []
        self.readable: list[Flags] = []
        self.windows: list[Flags] = []
        self.stretches: list[Stretch] = []
        self.judged_to = 0

    def take(self, piece: _Piece, *, last: bool) -> None:
        """Analyse one piece; beats too near its end wait for the next one."""
        fresh = piece.rows[:, piece.fresh :]
        missing = None if piece.missing is None else piece.missing[:, piece.fresh :]
        self.readable.append(readable_seconds(fresh, self.fs_hz, missing))
        heard = fresh[self.chosen] if missing is None else np.where(missing, np.nan, fresh)[self.chosen]
        found = [self.waiting, self.detector.push(heard)]
        if last:
            found.append(self.detector.flush())
        joined = np.concatenate(found)
        end = piece.origin + piece.rows.shape[1]
        limit = end if last else end - round(settings()["scan"]["hold_back_s"] * self.fs_hz)
        ready, self.waiting = joined[joined < limit], joined[joined >= limit]
        if ready.size:
            self._classify(piece, ready)

    def _classify(self, piece: _Piece, ready: Int32) -> None:
        """Class, cluster and measure the complete beats; a few earlier beats give the intervals before them."""
        earlier = self.earlier[self.earlier >= piece.origin]
        local = np.concatenate([earlier, ready]) - np.int32(piece.origin)
        rows = piece.rows[self.chosen]
        found = detection.classify(rows, self.fs_hz, local, broken=self._broken(piece, local))
        kept = slice(earlier.size, None)
        numbers = self.bank.assign(piece.rows, local[kept], found.classes[kept], found.templates[kept], piece.origin)
        self.beats.append(Beats(ready, found.classes[kept], numbers))
        stretches = self._stretches(piece, rows, found)
        self.st.append(self._st(piece, local, stretches)[kept].astype(np.float32))
        self.windows.append(self._fibrillation(piece, rows, found))
        self.earlier = ready[-_CONTEXT_BEATS:]

    def _broken(self, piece: _Piece, local: Int32) -> Flags | None:
        """Return the intervals in which all leads that beats are found on are missing for 60 ms or longer."""
        if piece.missing is None:
            return None
        silent = np.logical_and.reduce(piece.missing[self.chosen], axis=0)
        return broken_intervals(local, long_gaps(silent, self.fs_hz))

    def _stretches(self, piece: _Piece, rows: Float64, found: Beats) -> list[Stretch]:
        """Return the median beats of 20 s in every 10 min of new material."""
        rule = settings()["qt"]
        names = tuple(self.source.names[place] for place in self.chosen)
        length, step = round(rule["length_s"] * self.fs_hz), round(rule["window_s"] * self.fs_hz)
        measured = []
        for start in range(piece.fresh, rows.shape[1], step):
            middle = start + max(0, (min(step, rows.shape[1] - start) - length) // 2)
            first, last = np.searchsorted(found.samples, (middle, middle + length))
            part = Beats(
                found.samples[first:last] - np.int32(middle), found.classes[first:last], found.templates[first:last]
            )
            at_s = (piece.origin + middle) / self.fs_hz
            one = measure_stretch(rows[:, middle : middle + length], names, self.fs_hz, part, at_s)
            if one is not None:
                measured.append(one)
        self.stretches += measured
        return measured

    def _st(self, piece: _Piece, local: Int32, stretches: list[Stretch]) -> Float64:
        known = stretches or self.stretches[-1:]
        if not known:
            return np.full((local.size, piece.rows.shape[0]), np.nan)
        onset, end = (float(np.median([getattr(one, name) for one in known])) for name in ("onset_s", "end_s"))
        return st_levels(piece.rows, self.fs_hz, local, onset, end)

    def _fibrillation(self, piece: _Piece, rows: Float64, found: Beats) -> Flags:
        """Judge the 30-s windows that lie wholly in what has been seen."""
        rule = settings()["fibrillation"]
        step, window = round(rule["step_s"] * self.fs_hz), round(rule["window_s"] * self.fs_hz)
        end = piece.origin + piece.rows.shape[1]
        starts = np.arange(self.judged_to, end - window + 1, step)
        starts = starts[starts >= 0]
        if starts.size == 0:
            return np.zeros(0, dtype=np.bool_)
        self.judged_to = int(starts[-1]) + step
        local = np.maximum(starts - piece.origin, 0)
        rough = irregularity(found.samples, found.classes, self.fs_hz, local / self.fs_hz)

        def judge(place: int) -> bool:
            begin = int(local[place])
            inside = found.samples[(found.samples >= begin) & (found.samples < begin + window)] - np.int32(begin)
            verdict = detection.atrial_fibrillation(rows[:, begin : begin + window], self.fs_hz, inside)
            return bool(verdict.fibrillation)

        return confirmed(np.nan_to_num(rough, nan=0.0) >= rule["candidate_irregularity"], judge)


def _pieces(source: SignalSource) -> Iterator[_Piece]:
    rule = settings()["scan"]
    length = round(rule["piece_s"]) * round(source.fs_hz)
    overlap = round((rule["overlap_s"] + settings()["fibrillation"]["window_s"]) * source.fs_hz)
    for start in range(0, source.samples, length):
        origin = max(0, start - overlap)
        rows = source.read(origin, min(start + length, source.samples))
        missing = ~np.isfinite(rows)
        if missing.any():
            rows = np.stack([bridged(row, hole) for row, hole in zip(rows, missing, strict=True)])
            yield _Piece(rows, origin, start - origin, missing)
        else:
            yield _Piece(rows, origin, start - origin)


def scan(source: SignalSource) -> Scan:
    """Analyse the whole of `source` piece by piece; raise NOT_AN_ECG or TOO_LARGE for what no Holter is."""
    limits = settings()["limits"]
    if source.samples < 10 * source.fs_hz:
        raise UnreadableRecordingError(
            Fault.NOT_AN_ECG, "The recording is shorter than 10 s: interpret it as a resting ECG."
        )
    if source.samples > limits["longest_h"] * 3600 * source.fs_hz:
        raise UnreadableRecordingError(
            Fault.TOO_LARGE, f"The recording is longer than {limits['longest_h']} hours: cut it and analyse the parts."
        )
    state = _Pass(source)
    for piece in _pieces(source):
        state.take(piece, last=piece.origin + piece.rows.shape[1] >= source.samples)
    samples = np.concatenate([part.samples for part in state.beats] or [np.zeros(0, dtype=np.int32)])
    readable = np.concatenate(state.readable, axis=1)
    return Scan(
        names=source.names,
        fs_hz=source.fs_hz,
        length=source.samples,
        started_at=source.started_at,
        marks=source.marks,
        samples=samples,
        classes=np.concatenate([part.classes for part in state.beats] or [np.zeros(0, dtype="<U1")]),
        templates=np.concatenate([part.templates for part in state.beats] or [np.zeros(0, dtype=np.int32)]),
        unreadable=unreadable_beats(samples, source.fs_hz, readable) if samples.size else np.zeros(0, dtype=np.bool_),
        st_uv=np.concatenate(state.st) if state.st else np.zeros((0, len(source.names)), dtype=np.float32),
        readable=readable,
        fibrillation=np.concatenate(state.windows or [np.zeros(0, dtype=np.bool_)]),
        stretches=tuple(state.stretches),
        clusters=state.bank.clusters(),
    )
