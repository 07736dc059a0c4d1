"""Statements against truth: macro F1 on noisy synthetic ECGs, missed alarms, counts on LUDB and CinC, time of one ECG.

Run: `python -m benchmarks.ecg.statements [--count 2000] [--seeds 500] [--data FOLDER]`. Synthetic figures say the rules
find what the generator draws, not how they do on patients; the LUDB and CinC counts are small, printed plainly.
"""

import argparse
import csv
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from tianmu.clinical.ecg.engine.files import load
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.clinical.ecg.synthesis.scenario import (
    AvBlock,
    Chamber,
    Conduction,
    Ectopy,
    Noise,
    Repolarisation,
    Rhythm,
    Territory,
)

SCORED = ("sinus_rhythm", "atrial_fibrillation", "rbbb", "lbbb", "av_block_1", "ventricular_premature")
SAME = {
    "atrial_fibrillation_rapid": "atrial_fibrillation",
    "atrial_fibrillation_slow": "atrial_fibrillation",
    "ventricular_premature_frequent": "ventricular_premature",
    "ventricular_bigeminy": "ventricular_premature",
    "ventricular_trigeminy": "ventricular_premature",
    "sinus_bradycardia_severe": "sinus_bradycardia",
    "sinus_bradycardia": "sinus_rhythm",
    "sinus_tachycardia": "sinus_rhythm",
    "sinus_arrhythmia": "sinus_rhythm",
    "t_inversion": "t_abnormal",
    "t_flat": "t_abnormal",
    "t_biphasic": "t_abnormal",
    "st_t_nonspecific": "t_abnormal",
    "long_qt_marked": "long_qt",
    "lvh_strain": "lvh",
    "preexcited_fibrillation": "atrial_fibrillation",
    "low_voltage": "low_voltage_limb",
    "st_depression_marked": "st_depression",
}


@dataclass(slots=True)
class Score:
    """Found, missed and false counts of one statement."""

    found: int = 0
    missed: int = 0
    false: int = 0

    @property
    def f1(self) -> float:
        """Return the F1 of the statement."""
        whole = 2 * self.found + self.missed + self.false
        return 2 * self.found / whole if whole else 1.0


@dataclass(slots=True)
class Board:
    """Scores by statement."""

    scores: dict[str, Score] = field(default_factory=dict)

    def add(self, truth: set[str], stated: set[str]) -> None:
        """Count one recording."""
        for code in truth | stated:
            score = self.scores.setdefault(code, Score())
            score.found += code in truth and code in stated
            score.missed += code in truth and code not in stated
            score.false += code not in truth and code in stated


WIDER = {"t_abnormal"}
FOLLOWS = {"normal_ecg", "atrial_fibrillation_rapid", "atrial_fibrillation_slow", "ventricular_premature_frequent"}


def merged(codes: set[str]) -> set[str]:
    """Add to a set of codes the wider statements that each of them implies."""
    wider = codes | {SAME[code] for code in codes if code in SAME}
    return wider if wider == codes else merged(wider)


def noisy(rng: np.random.Generator) -> Noise:
    """Draw disturbance as a clinic sees it, up to what still can be read."""
    return Noise(
        mains_uv=float(rng.choice([0.0, 20.0, 60.0, 120.0])),
        wander_uv=float(rng.choice([20.0, 100.0, 400.0])),
        muscle_uv=float(rng.choice([0.0, 10.0, 25.0, 45.0])),
        white_uv=float(rng.uniform(2.0, 10.0)),
    )


def scenarios(count: int, seed: int) -> Iterator[Scenario]:
    """Yield scenarios in which each scored statement is present and absent often, alone and together."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        kind = int(rng.integers(0, 10))
        base = Scenario(
            rate=float(rng.uniform(48.0, 112.0)), age_years=float(rng.integers(18, 92)),
            sex="M" if rng.random() < 0.5 else "F", pr_ms=float(rng.uniform(130.0, 190.0)),
            qtc_ms=float(rng.uniform(375.0, 435.0)), noise=noisy(rng),
        )  # fmt: skip
        yield _one(base, kind, rng)


def _one(base: Scenario, kind: int, rng: np.random.Generator) -> Scenario:
    conduction = [Conduction.RBBB, Conduction.LBBB][int(rng.integers(0, 2))]
    ectopy = [Ectopy.PVC, Ectopy.PVC, Ectopy.COUPLET, Ectopy.BIGEMINY, Ectopy.TRIGEMINY, Ectopy.MULTIFORM][
        int(rng.integers(0, 6))
    ]
    number = int(rng.integers(1, 4))
    long_pr = float(rng.uniform(225.0, 320.0))
    fibrillating = replace(base, rhythm=Rhythm.ATRIAL_FIBRILLATION, rate=float(rng.uniform(55.0, 150.0)))
    if kind <= 1:
        return base
    if kind == 2:
        return replace(base, rhythm=Rhythm.SINUS_ARRHYTHMIA, rate=min(base.rate, 90.0))
    if kind == 3:
        return fibrillating
    if kind == 4:
        return (
            replace(fibrillating, conduction=conduction)
            if rng.random() < 0.5
            else replace(fibrillating, ectopy=Ectopy.PVC)
        )
    if kind == 5:
        return replace(base, conduction=conduction)
    if kind == 6:
        return replace(base, av_block=AvBlock.FIRST, pr_ms=long_pr, rate=min(base.rate, 95.0))
    if kind == 7:
        return replace(base, ectopy=ectopy, ectopic_beats=number, rate=min(base.rate, 95.0))
    if kind == 8:
        return replace(base, conduction=conduction, av_block=AvBlock.FIRST, pr_ms=long_pr, rate=min(base.rate, 95.0))
    others = (
        {"ectopy": Ectopy.PAC, "rate": min(base.rate, 90.0)}, {"chamber": Chamber.LVH_STRAIN},
        {"old": Territory.INFERIOR},
        {"conduction": Conduction.LAFB}, {"rhythm": Rhythm.ATRIAL_FLUTTER, "rate": 75.0}, {"acute": Territory.INFERIOR},
        {"rhythm": Rhythm.PACED_VENTRICULAR, "rate": 65.0}, {"repolarisation": Repolarisation.T_INVERSION_LATERAL},
        {"rhythm": Rhythm.JUNCTIONAL, "rate": 46.0}, {"av_block": AvBlock.WENCKEBACH, "rate": 80.0},
    )  # fmt: skip
    return replace(base, **others[int(rng.integers(0, len(others)))])


def synthetic(count: int, seed: int = 2026) -> Board:
    """Score `count` noisy synthetic ECGs."""
    board = Board()
    for index, scenario in enumerate(scenarios(count, seed)):
        drawn = generate(scenario, seed + index)
        analysis = analyse(drawn.recording, age_years=scenario.age_years, sex=scenario.sex)
        stated = merged({statement.code for statement in analysis.statements}) - FOLLOWS - WIDER
        board.add(merged(set(drawn.truth.statements)) - FOLLOWS - WIDER, stated)
    return board


DEADLY: tuple[tuple[str, dict[str, object], tuple[str, ...]], ...] = (
    ("VF", {"rhythm": Rhythm.VENTRICULAR_FIBRILLATION}, ("critical.ventricular_fibrillation", "critical.torsades")),
    (
        "VT",
        {"rhythm": Rhythm.VENTRICULAR_TACHYCARDIA},
        ("critical.ventricular_tachycardia", "critical.ventricular_fibrillation"),
    ),
    ("STEMI", {"acute": Territory.ANTERIOR}, ("critical.acute_infarction",)),
    ("STEMI", {"acute": Territory.INFERIOR}, ("critical.acute_infarction",)),
    ("STEMI", {"acute": Territory.LATERAL}, ("critical.acute_infarction",)),
    ("STEMI", {"acute": Territory.ANTEROSEPTAL}, ("critical.acute_infarction",)),
    ("STEMI", {"acute": Territory.EXTENSIVE_ANTERIOR}, ("critical.acute_infarction",)),
    ("posterior", {"acute": Territory.POSTERIOR}, ("critical.acute_infarction",)),
    (
        "torsades",
        {"rhythm": Rhythm.TORSADES},
        ("critical.torsades", "critical.ventricular_tachycardia", "critical.ventricular_fibrillation"),
    ),
)
RATES = {"VT": (130.0, 235.0), "torsades": (160.0, 260.0)}


def deadly(seeds: int) -> Counter[str]:
    """Return how many of `seeds` drawings of each deadly finding raise no alert of the right kind."""
    missed: Counter[str] = Counter()
    for seed in range(seeds):
        rng = np.random.default_rng((seed, 7))
        for name, fields, codes in DEADLY:
            rate = float(rng.uniform(*RATES.get(name, (50.0, 110.0))))
            scenario = Scenario(
                rate=rate, age_years=float(rng.integers(41, 90)), sex="M" if rng.random() < 0.5 else "F",
                st_uv=float(rng.uniform(260.0, 600.0)), noise=noisy(rng), **fields,  # type: ignore[arg-type]  # table of fields
            )  # fmt: skip
            drawn = generate(scenario, seed)
            analysis = analyse(drawn.recording, age_years=scenario.age_years, sex=scenario.sex)
            missed[name] += not {alert.code for alert in analysis.alerts} & set(codes)
    return missed


LUDB_WORDS = {
    "Sinus rhythm": "sinus_rhythm", "Sinus bradycardia": "sinus_bradycardia", "Sinus tachycardia": "sinus_tachycardia",
    "Sinus arrhythmia": "sinus_arrhythmia", "Irregular sinus rhythm": "sinus_arrhythmia",
    "Atrial fibrillation": "atrial_fibrillation", "Atrial flutter": "atrial_flutter",
    "I degree AV block": "av_block_1", "III degree AV-block": "av_block_3",
    "Complete right bundle branch block": "rbbb",
    "Incomplete right bundle branch block": "irbbb", "Complete left bundle branch block": "lbbb",
    "Incomplete left bundle branch block": "ilbbb", "Left anterior hemiblock": "lafb",
    "Ventricular extrasystole": "ventricular_premature",
    "Atrial extrasystole": "atrial_premature", "Left ventricular hypertrophy": "lvh", "Left atrial hypertrophy": "lae",
    "Left axis deviation": "axis_left", "Right axis deviation": "axis_right",
    "Early repolarization syndrome": "early_repolarisation",
    "Right atrial hypertrophy": "rae", "Left ventricular overload": "lvh_strain",
    "Right ventricular hypertrophy": "rvh",
    "pacing": "pacing_ventricular",
}  # fmt: skip


def ludb(folder: Path) -> Board:
    """Score LUDB: the words of labels.csv that name one of our statements."""
    board = Board()
    with (folder / "labels.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        number = (row.get("ID") or "").strip()
        if not number or not (folder / f"{number}.hea").is_file():
            continue
        told = " ".join(value or "" for value in row.values() if isinstance(value, str))
        truth = {
            code for words, code in LUDB_WORDS.items() if re.search(rf"(?<!\w){re.escape(words)}", told, re.IGNORECASE)
        }
        age = re.search(r"\d+", row.get("Age") or "")
        analysis = analyse(
            load(folder / f"{number}.hea"),
            age_years=float(age.group()) if age else None,
            sex=(row.get("Sex") or "").strip() or None,
        )
        _count(board, truth, merged({statement.code for statement in analysis.statements}), set(LUDB_WORDS.values()))
    return board


def _count(board: Board, truth: set[str], stated: set[str], names: set[str]) -> None:
    board.add(merged(truth) & names, stated & names)


def cinc(folder: Path) -> Board:
    """Score the CinC 2021 samples: SNOMED codes of the header that our library knows."""
    board = Board()
    known: dict[str, str] = {}
    for entry in library().entries.values():
        if entry.snomed:  # the plainest statement comes first in the library
            known.setdefault(entry.snomed, entry.code)
    known |= {"59118001": "rbbb", "164909002": "lbbb", "426783006": "sinus_rhythm", "164889003": "atrial_fibrillation",
              "427172004": "ventricular_premature", "17338001": "ventricular_premature", "164873001": "lvh",
              "251146004": "low_voltage_limb", "111975006": "long_qt", "10370003": "pacing_ventricular",
              "164934002": "t_abnormal"}  # fmt: skip
    for header in sorted(folder.glob("*.hea")):
        text = header.read_text(encoding="utf-8")
        codes = re.search(r"#\s*Dx:\s*([\d,]+)", text)
        age, sex = re.search(r"#\s*Age:\s*(\d+)", text), re.search(r"#\s*Sex:\s*(\w)", text)
        truth = {known[code] for code in (codes.group(1).split(",") if codes else []) if code in known}
        analysis = analyse(
            load(header), age_years=float(age.group(1)) if age else None, sex=sex.group(1).upper() if sex else None
        )
        _count(board, truth, merged({statement.code for statement in analysis.statements}), set(known.values()))
    return board


def speed(repeats: int = 30) -> float:
    """Return the mean milliseconds of one warm 10-s 12-lead interpretation."""
    rng = np.random.default_rng(1)
    drawn = [generate(Scenario(noise=noisy(rng)), seed).recording for seed in range(repeats)]
    analyse(drawn[0], age_years=50.0, sex="M")
    started = time.perf_counter()
    for recording in drawn:
        analyse(recording, age_years=50.0, sex="M")
    return (time.perf_counter() - started) * 1000.0 / repeats


def show(title: str, board: Board, names: tuple[str, ...] | None = None) -> None:
    """Print the counts of a board: present, found, missed, false."""
    print(f"\n{title}")
    print(f"{'statement':32s} {'present':>8s} {'found':>6s} {'missed':>7s} {'false':>6s} {'F1':>6s}")
    for code in names or sorted(board.scores):
        score = board.scores.get(code, Score())
        print(
            f"{code:32s} {score.found + score.missed:8d} {score.found:6d} {score.missed:7d}"
            f" {score.false:6d} {score.f1:6.3f}"
        )


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=500)
    parser.add_argument("--all", action="store_true", help="print every statement of the synthetic set")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TIANMU_ECG_DATA", "../shared/data/ecg")))
    arguments = parser.parse_args()
    print(f"one 10-s 12-lead interpretation, warm: {speed():.1f} ms")
    board = synthetic(arguments.count)
    show(f"{arguments.count} noisy synthetic ECGs", board, None if arguments.all else SCORED)
    print(f"macro F1: {np.mean([board.scores[code].f1 for code in SCORED]):.4f}")
    print(f"\nmissed alarms in {arguments.seeds} seeds each:", dict(deadly(arguments.seeds)))
    if (arguments.data / "ludb").is_dir():
        show("LUDB (counts, not percentages)", ludb(arguments.data / "ludb"))
    if (arguments.data / "cinc2021").is_dir():
        show("CinC 2021 samples (counts)", cinc(arguments.data / "cinc2021"))


if __name__ == "__main__":
    main()
