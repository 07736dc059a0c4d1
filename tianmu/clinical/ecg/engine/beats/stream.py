"""The QRS detector as it runs live, and, fed in large pieces, over whole recordings (ecg.md sections 3.3 and 8).

Memory is bounded by the look-back; a beat is confirmed `Detector.delay_s` (5.6 s) after it at the latest.
Missing samples are not numbers (NaN): no beat is found in a gap of all leads, nor within 60 ms of one.
"""

import numpy as np

from tianmu.clinical.ecg.engine.beats import _band_kernels as kernels
from tianmu.clinical.ecg.engine.beats import _chain_kernels as chain
from tianmu.clinical.ecg.engine.beats.holes import Holes
from tianmu.clinical.ecg.engine.recording import Float64, Int32

MIN_FS_HZ = 100.0
MAX_FS_HZ = 2000.0

_WORK_HZ = 170.0
_LOOK_BACK_S = 8
_EDGE_S = 0.06
PARAMETERS = np.array(
    [
        0.212,
        2.023,
        0.608,
        0.401,
        1.046,
        0.152,
        4.047,
        0.422,
        0.33,
        2.331,
        0.298,
        0.918,
        0.936,
        -1.456,
        0.296,
        3.0,
        0.998,
        0.22,
        0.40,
        0.7,
        0.3,
        0.32,
    ],
)


class Detector:
    """Find beats while samples arrive: `push` returns those it confirms, `flush` the rest; same beats as offline."""

    def __init__(self, fs_hz: float, leads: int = 1) -> None:
        """Prepare for `leads` simultaneous leads at `fs_hz`; ValueError outside 100-2000 Hz or without a lead."""
        if not MIN_FS_HZ <= fs_hz <= MAX_FS_HZ:
            message = f"The detector works at 100 to 2000 Hz, not at {fs_hz:g} Hz: resample the signal first."
            raise ValueError(message)
        if leads < 1:
            message = "The detector needs at least one lead."
            raise ValueError(message)
        self._factor = max(1, int(fs_hz / _WORK_HZ))
        self._rate = fs_hz / self._factor
        self._block = 2 * round(0.5 * self._rate)
        self._leads = leads
        self._edge = round(_EDGE_S * fs_hz)
        self._received = 0
        self._remainder = np.empty((leads, 0))
        self._taken = 0
        self._holes = Holes(leads)
        self._origin = 0
        self._last_mark = -1
        self._capacity = 0
        self._tracks = self._allocate(self._block * (2 * _LOOK_BACK_S + 8))
        width = 2 * int(0.06 * self._rate) + 1
        self._memory = kernels.Memory(
            np.zeros(9, dtype=np.int64),
            np.array([0.0, 0.8 * self._rate, 0.0, 0.0, 0.0]),
            np.zeros((kernels.TEMPLATES, leads * width)),
            np.ones(kernels.TEMPLATES),
            np.zeros(kernels.TEMPLATES),
            np.zeros(kernels.TEMPLATES, dtype=np.int64),
            np.zeros(kernels.TEMPLATES),
        )

    @property
    def delay_s(self) -> float:
        """Return how long after its R peak a beat is confirmed at the latest, in seconds."""
        ahead = int(PARAMETERS[kernels.AHEAD_S]) + 2
        return (ahead * self._block + round(0.45 * self._rate) + self._factor) / self._rate + 0.1

    def push(self, samples_uv: Float64) -> Int32:
        """Take the next samples (n,) or (leads, n) in µV and return the beats confirmed by them, as sample indices."""
        rows = np.atleast_2d(np.asarray(samples_uv, dtype=np.float64))
        if rows.shape[0] != self._leads:
            message = f"The detector was made for {self._leads} leads and was given {rows.shape[0]}."
            raise ValueError(message)
        self._received += rows.shape[1]
        return self._run(self._decimated(rows), final=False)

    def flush(self) -> Int32:
        """Return the beats that were still waiting for their look-ahead; the recording has ended."""
        found = self._run(np.empty((self._leads, 0)), final=True)
        return found[found < self._received - self._edge]

    def _decimated(self, rows: Float64) -> Float64:
        """Return the work-rate means of what has arrived, and keep the rest for the next push."""
        joined = np.concatenate([self._remainder, rows], axis=1) if self._remainder.size else rows
        count = joined.shape[1] // self._factor
        fresh = np.empty((self._leads, count))
        kernels.decimate(joined, 0, self._factor, fresh)
        used = count * self._factor
        if self._holes.shifted or not np.isfinite(fresh.sum()):
            kernels.decimate(self._holes.held(joined[:, :used], self._taken), 0, self._factor, fresh)
        elif used:
            self._holes.last = joined[:, used - 1].copy()
        self._taken += used
        self._remainder = joined[:, used:].copy()
        return fresh

    def _run(self, fresh: Float64, *, final: bool) -> Int32:
        at = self._memory.at
        self._make_room(fresh.shape[1])
        known = int(at[kernels.N_SIGNAL])
        self._tracks.signal[:, known : known + fresh.shape[1]] = fresh
        at[kernels.N_SIGNAL] = known + fresh.shape[1]
        if at[kernels.N_SIGNAL] > 0:
            chain.advance(self._tracks, self._memory, self._rate, PARAMETERS, final)
        count = int(at[kernels.N_OUT])
        at[kernels.N_OUT] = 0
        shift = 0.5 if max(1, round(0.02 * self._rate)) % 2 == 0 else 0.0
        work = self._tracks.marks[:count] + (self._origin - shift + 0.5)
        found = np.maximum(np.rint(work * self._factor - 0.5), 0).astype(np.int64)
        return self._ascending(found[self._holes.clear(found, self._edge)])

    def _ascending(self, found: np.ndarray) -> Int32:
        found = found[found >= self._edge]
        floor = np.maximum.accumulate(np.concatenate([[self._last_mark], found]))
        kept = found[found > floor[:-1]]
        if kept.size:
            self._last_mark = int(kept[-1])
        return kept.astype(np.int32)

    def _allocate(self, capacity: int) -> kernels.Tracks:
        self._capacity = capacity
        return kernels.Tracks(
            np.zeros((self._leads, capacity)),
            np.zeros((self._leads, capacity)),
            np.zeros((self._leads, capacity)),
            np.zeros(capacity),
            np.zeros(capacity // (self._block // 2) + 4),
            np.zeros(capacity // (self._block // 2) + 4),
            np.zeros(capacity, dtype=np.int64),
            np.zeros(capacity),
            np.zeros(capacity),
            np.zeros(capacity),
        )

    def _make_room(self, needed: int) -> None:
        """Forget what lies before the look-back, and grow the buffers where a piece is larger than they are."""
        at, old = self._memory.at, self._tracks
        known = int(at[kernels.N_SIGNAL])
        if known + needed <= self._capacity:
            return
        blocks = max(0, int(at[kernels.BLOCK]) // self._block - _LOOK_BACK_S)
        drop, chunks, peaks = blocks * self._block, 2 * blocks, int(at[kernels.OPEN_PEAK])
        new = (
            old if known - drop + needed <= self._capacity else self._allocate(known - drop + needed + 8 * self._block)
        )
        for target, source in ((new.signal, old.signal), (new.band, old.band), (new.smooth, old.smooth)):
            target[:, : known - drop] = source[:, drop:known].copy()
        new.energy[: known - drop] = old.energy[drop:known].copy()
        closed = int(at[kernels.N_CHUNK])
        for target, source in ((new.chunk_top, old.chunk_top), (new.chunk_low, old.chunk_low)):
            target[: closed - chunks] = source[chunks:closed].copy()
        waiting = int(at[kernels.N_PEAK]) - peaks
        new.peak_at[:waiting] = old.peak_at[peaks : peaks + waiting] - drop
        new.likeness[:waiting] = old.likeness[peaks : peaks + waiting].copy()
        new.kin_size[:waiting] = old.kin_size[peaks : peaks + waiting].copy()
        at[[kernels.N_SIGNAL, kernels.N_FEATURE, kernels.BLOCK, kernels.LAST]] -= drop
        at[kernels.N_CHUNK] -= chunks
        at[[kernels.N_PEAK, kernels.OPEN_PEAK]] -= peaks
        self._tracks = new
        self._origin += drop
