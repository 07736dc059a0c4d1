"""Speed on one core, all in one run: one-lead detection beside the packages, our part of a 10-s 12-lead ECG, 24 hours.

Run: `python -m benchmarks.ecg.speed [--hours 24]`. The best of five runs counts; the first call is shown apart.
"""

import argparse
import resource
import time
from collections.abc import Callable

import numpy as np

from benchmarks.ecg.detectors import DETECTORS
from benchmarks.ecg.sets import LUDB_LEADS, ludb, mitdb
from tianmu.clinical.ecg.engine import beats, waves

ROUNDS = 5
QUICK = ("tianmu", "sleepecg", "fast-qrs-detector", "neurokit2")


def best_of(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least processor time of several rounds, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def detection() -> None:
    cases = list(mitdb())[:5]
    seconds = sum(case.uv.shape[1] / case.fs_hz for case in cases)
    rows = [(np.ascontiguousarray(case.uv[0]), case.fs_hz) for case in cases]
    start = time.process_time()
    DETECTORS["tianmu"](*rows[0])
    print(f"first call (compiles, or loads what was compiled): {time.process_time() - start:.2f} s")
    rates = {}
    for name in QUICK:
        spent = best_of(lambda name=name: [DETECTORS[name](uv, fs) for uv, fs in rows], ROUNDS)  # type: ignore[misc] # mypy cannot type a lambda with a default
        rates[name] = seconds / spent
        print(f"  {name:20s} {rates[name]:10.0f} seconds of one lead per second of processor")
    print(f"  ratio to sleepecg {rates['tianmu'] / rates['sleepecg']:.2f}")


def resting() -> None:
    case = next(iter(ludb()))
    found = beats.detect(case.uv, case.fs_hz)
    classed = beats.classify(case.uv, case.fs_hz, found)
    parts = {
        "detect": lambda: beats.detect(case.uv, case.fs_hz),
        "classify": lambda: beats.classify(case.uv, case.fs_hz, found),
        "median beat and boundaries": lambda: waves.median_beat(case.uv, LUDB_LEADS, case.fs_hz, classed),
        "atrial fibrillation": lambda: beats.atrial_fibrillation(case.uv, case.fs_hz, found),
    }
    for name, work in parts.items():
        print(f"  10 s, 12 leads: {name:28s} {1000 * best_of(work):6.1f} ms")


def long_recording(hours: float) -> None:
    case = next(iter(mitdb()))
    base = np.concatenate([case.uv, case.uv[:1]], axis=0)
    copies = max(1, round(hours * 3600 * 250 / base.shape[1]))
    uv = np.tile(base, (1, copies))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    found = beats.detect(uv, 250.0)
    middle = time.process_time()
    beats.classify(uv, 250.0, found)
    end = time.process_time()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"  {uv.shape[1] / 250 / 3600:.1f} h, 3 leads, 250 Hz, {found.size} beats: {grown:.0f} MB more than before")
    print(f"    detect {middle - start:.1f} s, classify {end - middle:.1f} s of processor time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0)
    chosen = parser.parse_args()
    detection()
    resting()
    long_recording(chosen.hours)


if __name__ == "__main__":
    main()
