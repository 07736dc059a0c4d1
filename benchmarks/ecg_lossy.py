"""Live ECG on lines that lose frames: false alarms of two minutes of harmless rhythms, and how soon a stop is told.

Drawn rhythms, 12 leads at 250 Hz, frames of 200 ms each lost by chance for ever. No mark: the table stands in
docs/algorithms/ecg-live.md. A lost lead or a broken line is no alarm of this table.

    python -m benchmarks.ecg_lossy --runs 10
    python -m benchmarks.ecg_lossy --runs 0 --stops 100
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from math import ceil

import numpy as np

from tianmu.clinical.ecg.rules.live.alarms import CRITICAL, TECHNICAL, AlarmKind
from tianmu.clinical.ecg.rules.live.frames import MISSING, Int16
from tianmu.clinical.ecg.rules.live.limits import LiveLimits
from tianmu.clinical.ecg.rules.live.monitor import Monitor
from tianmu.clinical.ecg.synthesis import generate
from tianmu.clinical.ecg.synthesis.scenario import Conduction, Noise, Rhythm, Scenario

FS_HZ, FRAME = 250.0, 50
LOSSES = (0.0, 0.05, 0.1, 0.2)
HARMLESS = {
    "sinus rhythm 72": Scenario(),
    "sinus rhythm 42": Scenario(rate=42.0),
    "LBBB 105": Scenario(rate=105.0, conduction=Conduction.LBBB),
    "atrial fibrillation 80": Scenario(rhythm=Rhythm.ATRIAL_FIBRILLATION, rate=80.0),
    "atrial fibrillation 110": Scenario(rhythm=Rhythm.ATRIAL_FIBRILLATION, rate=110.0),
    "noise": Scenario(noise=Noise(muscle_uv=60.0, wander_uv=300.0, mains_uv=50.0)),
}
OWN = {
    "sinus rhythm 42": {AlarmKind.BRADYCARDIA},
    "atrial fibrillation 80": {AlarmKind.FIBRILLATION},
    "atrial fibrillation 110": {AlarmKind.FIBRILLATION},
}
"""What such a rhythm is rightly told as."""
BEATING_S, STILL_S = 20.0, 60.0


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10, help="two minutes of each rhythm at each loss")
    parser.add_argument("--stops", type=int, default=100, help="hearts that stop at each loss and rate")
    arguments = parser.parse_args()
    for name, scenario in HARMLESS.items() if arguments.runs else ():
        for loss in LOSSES:
            print(f"{name:<24} {loss:4.0%}  {_told(name, scenario, loss, arguments.runs)}", flush=True)
    for rate in (40.0, 70.0, 120.0) if arguments.stops else ():
        for loss in LOSSES:
            print(f"stop at {rate:<4g} {loss:4.0%}  {_stops(rate, loss, arguments.stops)}", flush=True)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    return 0


def _told(name: str, scenario: Scenario, loss: float, runs: int) -> str:
    raised: Counter[AlarmKind] = Counter()
    for run in range(runs):
        rows, names, scale = _drawn(scenario, 120.0, seed=run % 3)
        raised.update(kind for kind, _ in _alarms(_lossy(rows, loss, run), names, scale))
    wrong = {kind: count for kind, count in raised.items() if kind not in OWN.get(name, set()) | TECHNICAL}
    critical = sum(count for kind, count in wrong.items() if kind in CRITICAL)
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(wrong.items())) or "none"
    return f"critical {critical}, false alarms in {2 * runs} min: {told}"


def _stops(rate: float, loss: float, count: int) -> str:
    beating, names, scale = _drawn(Scenario(rate=rate), BEATING_S, seed=1)
    still, _, _ = _drawn(Scenario(rhythm=Rhythm.ASYSTOLE), STILL_S, seed=1)
    rows = np.concatenate([beating, still], axis=1)
    last = max(_beats_end(beating))
    after = []
    for seed in range(count):
        told = [
            at_s
            for kind, at_s in _alarms(_lossy(rows, loss, seed), names, scale, until=AlarmKind.ASYSTOLE)
            if kind is AlarmKind.ASYSTOLE
        ]
        after.append(told[0] - last if told else float("inf"))
    after.sort()
    at = [after[max(0, ceil(share * count) - 1)] for share in (0.5, 0.95, 1.0)]
    return f"told after p50 {at[0]:.1f} s, p95 {at[1]:.1f} s, at most {at[2]:.1f} s of {count}"


def _beats_end(rows: Int16) -> Iterator[float]:
    """Yield where a slope like a QRS was seen, in seconds."""
    slopes = np.abs(np.diff(rows.astype(np.int32), axis=1)).max(axis=0)
    yield from (np.flatnonzero(slopes > 0.3 * slopes.max()) / FS_HZ).tolist()


@cache
def _drawn(scenario: Scenario, seconds: float, seed: int) -> tuple[Int16, list[str], list[float]]:
    leads = generate(replace(scenario, duration_s=seconds, fs_hz=FS_HZ), seed).recording.leads
    rows: Int16 = np.stack([lead.samples for lead in leads]).astype(np.int16)
    return rows, [lead.name for lead in leads], [lead.uv_per_lsb for lead in leads]


def _lossy(rows: Int16, loss: float, seed: int) -> Int16:
    gone = np.random.default_rng((seed, 47)).random(rows.shape[1] // FRAME) < loss
    return np.where(np.repeat(gone, FRAME), MISSING, rows[:, : gone.size * FRAME]).astype(np.int16)


def _alarms(
    rows: Int16, names: list[str], scale: list[float], until: AlarmKind | None = None
) -> Iterator[tuple[AlarmKind, float]]:
    monitor = Monitor(names, FS_HZ, scale, LiveLimits())
    for at in range(0, rows.shape[1], FRAME):
        for one in monitor.push(rows[:, at : at + FRAME]).changes:
            if one.raised:
                yield one.kind, one.at_s
            if one.raised and one.kind is until:
                return


if __name__ == "__main__":
    sys.exit(main())
