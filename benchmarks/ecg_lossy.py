"""Live ECG on lines that lose frames: false alarms of two minutes of harmless rhythms, how soon a stop is told.

Drawn rhythms, 12 leads at 250 Hz, frames of 200 ms each lost by chance for ever. No mark: the table stands in
docs/algorithms/ecg-live.md. A lost lead or a broken line is no alarm of this table.

    python -m benchmarks.ecg_lossy --runs 10
    python -m benchmarks.ecg_lossy --runs 0 --stops 100
    python -m benchmarks.ecg_lossy --runs 0 --stops 0 --torsades 40
    python -m benchmarks.ecg_lossy --runs 0 --stops 0 --real 10 --silent-most 0.1    # MIT-BIH, ten minutes of each
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from math import ceil

import numpy as np

from benchmarks.ecg.sets import Case, mitdb
from benchmarks.ecg.statements import noisy
from tianmu.clinical.ecg.engine import interpret
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
AFTER_S, LONG_S = 10.0, 3.0


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10, help="two minutes of each rhythm at each loss")
    parser.add_argument("--stops", type=int, default=100, help="hearts that stop at each loss and rate")
    parser.add_argument("--torsades", type=int, default=0, help="drawings of 20 s in noise at each loss")
    parser.add_argument("--real", type=float, default=0.0, help="so many minutes of each record of MIT-BIH")
    parser.add_argument("--silent-most", type=float, help="the share of a stretch that may be missing, to compare")
    arguments = parser.parse_args()
    interpret.SILENT_MOST = arguments.silent_most or interpret.SILENT_MOST
    for name, scenario in HARMLESS.items() if arguments.runs else ():
        for loss in LOSSES:
            print(f"{name:<24} {loss:4.0%}  {_told(name, scenario, loss, arguments.runs)}", flush=True)
    for rate in (40.0, 70.0, 120.0) if arguments.stops else ():
        for loss in LOSSES:
            print(f"stop at {rate:<4g} {loss:4.0%}  {_stops(rate, loss, arguments.stops)}", flush=True)
    for loss in LOSSES if arguments.torsades else ():
        print(f"torsades {loss:4.0%}  {_torsades(loss, arguments.torsades)}", flush=True)
    for loss in LOSSES if arguments.real else ():
        print(f"MIT-BIH {loss:4.0%}  {_real(60.0 * arguments.real, loss)}", flush=True)
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


def _torsades(loss: float, count: int) -> str:
    told = []
    for seed in range(count):
        rng = np.random.default_rng((seed, 7))
        rate, noise = float(rng.uniform(160.0, 260.0)), noisy(rng)
        drawn = _drawn(Scenario(rhythm=Rhythm.TORSADES, rate=rate, noise=noise), 20.0, seed)
        told += [at_s for kind, at_s in _alarms(_lossy(drawn[0], loss, seed), *drawn[1:]) if kind in CRITICAL][:1]
    at = sorted(told)[(len(told) - 1) // 2] if told else float("nan")
    return f"told {len(told)} of {count}, p50 {at:.1f} s, at most {max(told, default=at):.1f} s"


def _real(seconds: float, loss: float) -> str:
    """Count critical alarms in the beginning of each record, and those in or just after three ventricular beats."""
    right: Counter[AlarmKind] = Counter()
    wrong: Counter[str] = Counter()
    met = there = count = 0
    for case in mitdb():
        size = min(case.uv.shape[1], round(seconds * case.fs_hz))
        at = np.arange(int(size * FS_HZ / case.fs_hz)) * case.fs_hz / FS_HZ
        rows = np.stack([np.interp(at, np.arange(size), row[:size]) for row in case.uv]) / 5.0
        runs = [one for one in _runs(case) if one[1] < size / case.fs_hz]
        told = [
            (kind, at_s)
            for kind, at_s in _alarms(_lossy(rows.astype(np.int16), loss, count), ["II", "V1"], [5.0, 5.0])
            if kind in CRITICAL
        ]
        for kind, at_s in told:
            if any(first <= at_s <= last + AFTER_S for first, last in runs):
                right[kind] += 1
            else:
                wrong[f"{kind} in {case.name}"] += 1
        long = [one for one in runs if one[1] - one[0] >= LONG_S]
        there += len(long)
        met += sum(any(first <= at_s <= last + AFTER_S for _, at_s in told) for first, last in long)
        count += 1
    words = ", ".join(f"{name} {times}" for name, times in sorted(wrong.items())) or "none"
    return f"{count} records: runs of {LONG_S:g} s told {met} of {there}; right {right.total()}; without a run: {words}"


def _runs(case: Case) -> Iterator[tuple[float, float]]:
    """Yield beginning and end of three ventricular beats or more, and of rhythms noted as VT or flutter, in seconds."""
    ventricular = np.concatenate([[0], np.isin(case.classes, ("V", "F")).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(ventricular)).reshape(-1, 2)
    for first, end in edges:
        if end - first >= 3:
            yield case.beats[first] / case.fs_hz, case.beats[end - 1] / case.fs_hz
    notes = [*case.rhythms, (case.uv.shape[1], "")]
    for (begins, name), (ends, _) in pairwise(notes):
        if name.strip("(") in {"VT", "VFL"}:
            yield begins / case.fs_hz, ends / case.fs_hz


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
