"""What a simulated device sends: a file, or a rhythm drawn by the generator, at 250 or 500 Hz, repeated without end."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tianmu.clinical.ecg.engine.files import load
from tianmu.clinical.ecg.engine.recording import Recording
from tianmu.clinical.ecg.engine.tiles import PlanarSignal, planar
from tianmu.clinical.ecg.rules.live.frames import MISSING, Int16
from tianmu.clinical.ecg.rules.live.hello import LEAD_NAMES, RATES
from tianmu.clinical.ecg.synthesis.generator import generate
from tianmu.clinical.ecg.synthesis.scenario import Rhythm, Scenario

DRAWN_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """Leads as a device sends them."""

    leads: tuple[str, ...]
    fs_hz: int
    uv_per_lsb: tuple[float, ...]
    samples: Int16

    def at(self, first: int, count: int) -> Int16:
        """Return `count` samples from `first`; behind the end the signal begins again."""
        found: Int16 = np.take(self.samples, np.arange(first, first + count) % self.samples.shape[1], axis=1)
        return found


def from_file(path: Path) -> Signal:
    """Return the signal of a recording; ValueError where none of its leads can be streamed."""
    return _streamed(planar(load(path)))


def drawn(parts: Sequence[str], *, fs_hz: int = 250, rate: float = 72.0, seed: int = 1) -> Signal:
    """Return rhythms one after the other, each as `name` or `name:seconds` or `name:seconds:rate`."""
    pieces = []
    for number, part in enumerate(parts):
        name, _, rest = part.partition(":")
        seconds, _, own_rate = rest.partition(":")
        scenario = Scenario(
            rhythm=Rhythm(name),
            rate=float(own_rate or rate),
            duration_s=float(seconds or DRAWN_S),
            fs_hz=float(fs_hz),
        )
        pieces.append(_streamed(planar(_recording(scenario, seed + number))))
    first = pieces[0]
    return Signal(first.leads, fs_hz, first.uv_per_lsb, np.concatenate([one.samples for one in pieces], axis=1))


def _recording(scenario: Scenario, seed: int) -> Recording:
    return generate(scenario, seed).recording


def _streamed(signal: PlanarSignal) -> Signal:
    kept = [index for index, name in enumerate(signal.names) if name in LEAD_NAMES]
    if not kept:
        raise ValueError("None of the leads of this recording has a name that a live ECG knows.")
    fs_hz = min(RATES, key=lambda rate: abs(rate - signal.fs_hz))
    rows = signal.samples[kept]
    if abs(signal.fs_hz - fs_hz) > 1e-6:
        count = int(rows.shape[1] * fs_hz / signal.fs_hz)
        at = np.arange(count) * signal.fs_hz / fs_hz
        missing = (rows == MISSING)[:, np.minimum(np.rint(at).astype(np.int64), rows.shape[1] - 1)]
        drawn_rows = np.stack([np.interp(at, np.arange(rows.shape[1]), row) for row in rows])
        rows = np.where(missing, MISSING, np.rint(drawn_rows)).astype(np.int16)
    names = tuple(signal.names[index] for index in kept)
    return Signal(names, fs_hz, tuple(signal.uv_per_lsb[index] for index in kept), rows)
