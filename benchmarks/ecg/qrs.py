"""QRS detection on four sets beside six packages, one setting each: `python -m benchmarks.ecg.qrs [--only NAME]`."""

import argparse
import time

from benchmarks.ecg.detectors import DETECTORS
from benchmarks.ecg.scoring import Count, count_beats, share_within
from benchmarks.ecg.sets import Case, cpsc2019, cpsc2021, ludb, mitdb

WINDOWS_S = (0.150, 0.075)


def lead_of(case: Case) -> int:
    return 1 if case.source == "ludb" else 0


def run(name: str, cases: list[Case]) -> None:
    detect = DETECTORS[name]
    totals: dict[tuple[str, str, float], Count] = {}
    within: dict[str, list[float]] = {}
    seconds = time.process_time()
    worst = ("", 100.0)
    for case in cases:
        found = detect(case.uv[lead_of(case)], case.fs_hz)
        part = "tuned" if case.tuned else "untouched"
        for window in WINDOWS_S:
            counted = count_beats(case, found, window)
            for group in (part, "all"):
                totals.setdefault((case.source, group, window), Count()).add(counted)
            if case.source == "mitdb" and window == WINDOWS_S[0] and counted.f1 < worst[1]:
                worst = (case.name, counted.f1)
        within.setdefault(case.source, []).append(share_within(case, found, 0.020))
    seconds = time.process_time() - seconds
    print(f"\n{name}   ({seconds:.1f} s of processor time; worst MIT-BIH record {worst[0]}: {worst[1]:.2f})")
    for source in ("mitdb", "ludb", "cpsc2019", "cpsc2021"):
        for group in ("tuned", "untouched", "all"):
            wide, narrow = (totals.get((source, group, window), Count()) for window in WINDOWS_S)
            marks = (
                f"   marks within 20 ms {100 * sum(within[source]) / len(within[source]):.1f} %"
                if group == "all"
                else ""
            )
            print(
                f"  {source:9s} {group:9s} Se {wide.sensitivity:6.2f}  +P {wide.predictivity:6.2f}  F1 {wide.f1:6.2f}"
                f"   at 75 ms F1 {narrow.f1:6.2f}   missed {wide.missed:3d}  false {wide.false:3d}{marks}",
            )
    mean = sum(totals[source, "all", WINDOWS_S[0]].f1 for source in ("mitdb", "ludb", "cpsc2019", "cpsc2021")) / 4.0
    print(f"  mean F1 of the four sets {mean:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(DETECTORS))
    chosen = parser.parse_args().only
    cases = [*mitdb(), *ludb(), *cpsc2019(), *cpsc2021()]
    for name in [chosen] if chosen else list(DETECTORS):
        run(name, cases)


if __name__ == "__main__":
    main()
