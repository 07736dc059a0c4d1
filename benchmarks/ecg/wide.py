"""Drawn wide tachycardias: alarms missed in the ventricular, what the others with bundle block are called.

Run: `python -m benchmarks.ecg.wide [--seeds 500]`. Every finding is drawn once for each seed, with clinical noise.
"""

import argparse
from collections import Counter

import numpy as np

from benchmarks.ecg.statements import noisy
from tianmu.clinical.ecg.engine.analysis import Analysis
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.clinical.ecg.synthesis.scenario import Conduction, Rhythm

ALARMS = {"critical.ventricular_tachycardia", "critical.ventricular_fibrillation", "critical.torsades"}
CALLED_VENTRICULAR = {"ventricular_tachycardia", "ventricular_flutter", "ventricular_fibrillation", "polymorphic_vt"}
OTHERS = (
    ("SVT with RBBB", Rhythm.SUPRAVENTRICULAR_TACHYCARDIA, Conduction.RBBB, (150.0, 220.0)),
    ("SVT with LBBB", Rhythm.SUPRAVENTRICULAR_TACHYCARDIA, Conduction.LBBB, (150.0, 220.0)),
    ("sinus with RBBB", Rhythm.SINUS, Conduction.RBBB, (101.0, 140.0)),
    ("sinus with LBBB", Rhythm.SINUS, Conduction.LBBB, (101.0, 140.0)),
)


def drawn(rhythm: Rhythm, conduction: Conduction, rates: tuple[float, float], seed: int) -> Analysis:
    """Return the analysis of one drawing."""
    rng = np.random.default_rng((seed, 11))
    scenario = Scenario(
        rhythm=rhythm, conduction=conduction, rate=float(rng.uniform(*rates)), age_years=float(rng.integers(18, 90)),
        sex="M" if rng.random() < 0.5 else "F", noise=noisy(rng),
    )  # fmt: skip
    return analyse(generate(scenario, seed).recording, age_years=scenario.age_years, sex=scenario.sex)


def missed_tachycardias(seeds: int) -> list[int]:
    """Return the seeds whose ventricular tachycardia (130-235/min) raises no alarm."""
    kind = (Rhythm.VENTRICULAR_TACHYCARDIA, Conduction.NORMAL, (130.0, 235.0))
    return [seed for seed in range(seeds) if not {alert.code for alert in drawn(*kind, seed).alerts} & ALARMS]


def called(rhythm: Rhythm, conduction: Conduction, rates: tuple[float, float], seeds: int) -> Counter[str]:
    """Count what drawings that are not ventricular are called: ventricular, a wide tachycardia, or neither."""
    names: Counter[str] = Counter()
    for seed in range(seeds):
        codes = {statement.code for statement in drawn(rhythm, conduction, rates, seed).statements}
        if codes & CALLED_VENTRICULAR:
            names["ventricular"] += 1
        elif "wide_qrs_tachycardia" in codes:
            names["wide, origin open"] += 1
        else:
            names["recognised"] += 1
    return names


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=500)
    seeds = parser.parse_args().seeds
    missed = missed_tachycardias(seeds)
    print(f"VT 130-235/min: {len(missed)} of {seeds} without an alarm {missed}", flush=True)
    for name, rhythm, conduction, rates in OTHERS:
        counted = called(rhythm, conduction, rates, seeds)
        print(f"{name} {rates[0]:.0f}-{rates[1]:.0f}/min: {dict(counted.most_common())}", flush=True)


if __name__ == "__main__":
    main()
