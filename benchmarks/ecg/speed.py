"""Speed on one core, in one process, ours and the packages by turns: `python -m benchmarks.ecg.speed`.

Each round runs all of them in the same order on the same data; the best round of each counts, in processor time.
"""

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from benchmarks.ecg.detectors import DETECTORS, MISSING
from benchmarks.ecg.sets import LUDB_LEADS, ROOT, Case, ludb, mitdb
from tianmu.clinical.ecg.engine import beats, waves
from tianmu.clinical.ecg.engine.files import load
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.recording import Recording

ROUNDS = 7
QUICK = ("tianmu", "sleepecg", "fast-qrs-detector", "ecgdatakit", "neurokit2")


@dataclass(frozen=True, slots=True)
class Interpretation:
    """Seconds of processor time for one 10-s 12-lead recording: ours whole, neurokit2's ecg_process on twelve leads."""

    name: str
    ours_s: float
    theirs_s: float

    @property
    def ratio(self) -> float:
        """Return how many times as long neurokit2 takes."""
        return self.theirs_s / self.ours_s


def by_turns(works: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the least processor time of each work over the rounds, in seconds; in each round all run in order."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            start = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - start)
    return best


def beat_rates(rounds: int = ROUNDS) -> dict[str, float]:
    """Return the seconds of one lead that each detector does in a second of processor time (MIT-BIH, five records)."""
    cases = list(mitdb())[:5]
    rows = [(np.ascontiguousarray(case.uv[0]), case.fs_hz) for case in cases]
    seconds = sum(row.size / fs for row, fs in rows)

    def on_all(name: str) -> Callable[[], object]:
        return lambda: [DETECTORS[name](uv, fs) for uv, fs in rows]

    spent = by_turns({name: on_all(name) for name in QUICK if name in DETECTORS}, rounds)
    return {name: seconds / best for name, best in spent.items()}


def linearity() -> tuple[float, float]:
    """Return the microseconds per sample of one lead at 1 h and at 24 h."""
    base = next(iter(mitdb())).uv[0]
    times = []
    for hours in (1, 24):
        uv = np.resize(base, hours * 3600 * 250)
        times.append(by_turns({"all": lambda uv=uv: beats.detect(uv, 250.0)}, 3)["all"] / uv.size * 1e6)  # type: ignore[misc] # mypy cannot type a lambda with a default
    return times[0], times[1]


def resting_recordings() -> Iterator[tuple[str, Recording]]:
    """Yield 10-s 12-lead recordings: LUDB and CinC, every third one."""
    paths = [*sorted((ROOT / "ludb").glob("*.hea")), *sorted((ROOT / "cinc2021").glob("*.hea"))]
    for path in paths[::3]:
        yield path.stem, load(path)


def interpretations(rounds: int = 4) -> tuple[list[Interpretation], list[str]]:
    """Return both times for each recording that neurokit2 can process, and the names of those it cannot."""
    neurokit2 = import_module("neurokit2")
    found, failed = [], []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, recording in resting_recordings():
            rows = [(lead.uv / 1000.0, round(lead.fs_hz)) for lead in recording.leads]

            def theirs(rows: list[tuple[np.ndarray, int]] = rows) -> object:
                return [neurokit2.ecg_process(row, sampling_rate=fs) for row, fs in rows]

            def own(recording: Recording = recording) -> object:
                return analyse(recording, age_years=50.0, sex="M")

            try:
                spent = by_turns({"ours": own, "theirs": theirs}, rounds)
            except (ValueError, IndexError, ZeroDivisionError, KeyError, TypeError):
                failed.append(name)
                continue
            found.append(Interpretation(name, spent["ours"], spent["theirs"]))
    return found, failed


def parts(case: Case) -> dict[str, float]:
    """Return the milliseconds of the parts of one interpretation."""
    found = beats.detect(case.uv, case.fs_hz)
    classed = beats.classify(case.uv, case.fs_hz, found)
    works: dict[str, Callable[[], object]] = {
        "detect": lambda: beats.detect(case.uv, case.fs_hz),
        "classify": lambda: beats.classify(case.uv, case.fs_hz, found),
        "median beat and boundaries": lambda: waves.median_beat(case.uv, LUDB_LEADS, case.fs_hz, classed),
        "atrial fibrillation": lambda: beats.atrial_fibrillation(case.uv, case.fs_hz, found),
    }
    return {name: 1000.0 * spent for name, spent in by_turns(works).items()}


def main() -> None:
    case = next(iter(mitdb()))
    start = time.process_time()
    beats.detect(case.uv[0], case.fs_hz)
    print(f"first call (compiles, or loads what was compiled): {time.process_time() - start:.2f} s")
    rates = beat_rates()
    for name, rate in rates.items():
        print(f"  {name:20s} {rate:10.0f} seconds of one lead per second of processor")
    if "sleepecg" in rates:
        print(f"  ratio to sleepecg {rates['tianmu'] / rates['sleepecg']:.2f}")
    if MISSING:
        print(f"  not installed: {', '.join(MISSING)}")
    print("  microseconds per sample at 1 h and 24 h: {:.4f} {:.4f}".format(*linearity()))
    for name, spent in parts(next(iter(ludb()))).items():
        print(f"  10 s, 12 leads: {name:28s} {spent:6.1f} ms")
    rows, failed = interpretations()
    for row in rows:
        print(
            f"  {row.name:10s} {1000 * row.ours_s:6.1f} ms, neurokit2 {1000 * row.theirs_s:7.1f} ms: {row.ratio:5.1f}"
        )
    middle = float(np.median([row.ratio for row in rows]))
    print(f"  interpretation: median ratio {middle:.1f}, least {min(row.ratio for row in rows):.1f}")
    print(f"  neurokit2 failed on: {', '.join(failed) or 'none'}")


if __name__ == "__main__":
    main()
