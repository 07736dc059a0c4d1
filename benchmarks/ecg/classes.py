"""Beat classes on MIT-BIH after EC57, from 5:00, both leads: `python -m benchmarks.ecg.classes`.

Fusion and paced beats of the truth are neither hits nor false alarms of the ventricular class.
"""

import numpy as np

from benchmarks.ecg.scoring import Count, pairs, scored
from benchmarks.ecg.sets import Case, mitdb
from tianmu.clinical.ecg.engine import beats

NEITHER = {"V": {"F", "Q"}, "S": {"Q"}}


def count_class(case: Case, kind: str, samples: np.ndarray, classes: np.ndarray) -> Count:
    """Return the counts of one AAMI class in one recording."""
    matched = {j: i for i, j in pairs(case.beats, samples, 0.15 * case.fs_hz)}
    inside = scored(case, samples)
    hits = false = 0
    for j in np.flatnonzero(inside & (classes == kind)).tolist():
        truth = case.classes[matched[j]] if j in matched else "O"
        hits += int(truth == kind)
        false += int(truth != kind and truth not in NEITHER[kind])
    present = int((scored(case, case.beats) & (case.classes == kind)).sum())
    return Count(hits, max(0, present - hits), false)


def main() -> None:
    totals = {(kind, group): Count() for kind in ("V", "S") for group in ("tuned", "untouched", "all")}
    for case in mitdb():
        samples = beats.detect(case.uv[0], case.fs_hz)
        found = beats.classify(case.uv, case.fs_hz, samples)
        line = []
        for kind in ("V", "S"):
            counted = count_class(case, kind, samples.astype(np.int64), found.classes)
            for group in ("tuned" if case.tuned else "untouched", "all"):
                totals[kind, group].add(counted)
            line.append(f"{kind}: found {counted.hits:4d} missed {counted.missed:3d} false {counted.false:3d}")
        print(f"  {case.name}  {'   '.join(line)}")
    for (kind, group), total in totals.items():
        print(f"{kind}EB {group:9s} Se {total.sensitivity:6.2f}  +P {total.predictivity:6.2f}")


if __name__ == "__main__":
    main()
