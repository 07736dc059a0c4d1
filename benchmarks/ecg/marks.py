"""All marks of the ECG engine beside the free packages, on the same data in one run: `make bench-ecg`.

Prints every figure with its mark; ends with code 1 where one is missed. The details of a part: `make bench ONLY=qrs`.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.ecg import holter, speed, statements
from benchmarks.ecg.af import pieces
from benchmarks.ecg.classes import count_class
from benchmarks.ecg.delineation import EDGES, METHODS, errors_of
from benchmarks.ecg.detectors import DETECTORS, MISSING
from benchmarks.ecg.scoring import Count, count_beats
from benchmarks.ecg.sets import LUDB_LEADS, ROOT, Case, cpsc2019, cpsc2021, ludb, mitdb
from tianmu.clinical.ecg.engine import beats
from tianmu.clinical.ecg.engine.files import load
from tianmu.clinical.ecg.engine.formats import describe

SETS = ("mitdb", "ludb", "cpsc2019", "cpsc2021")
WIDE_S, NARROW_S = 0.150, 0.075
BOUNDARY_MARKS = {"QRSon": 10.0, "QRSoff": 12.0, "Pon": 12.0, "Poff": 12.0, "Toff": 18.0}


@dataclass(slots=True)
class Board:
    """The marks so far: name, our figure, the mark, whether it is met."""

    rows: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def least(self, name: str, value: float, mark: float, unit: str = "") -> None:
        """Note a figure that must be at least `mark`."""
        self.rows.append((name, f"{value:.2f}{unit}", f">= {mark:g}{unit}", value >= mark))

    def most(self, name: str, value: float, mark: float, unit: str = "") -> None:
        """Note a figure that must be at most `mark`."""
        self.rows.append((name, f"{value:.2f}{unit}", f"<= {mark:g}{unit}", value <= mark))

    def show(self) -> list[str]:
        """Print all marks; return the names of those missed."""
        print("\nmark                                                        ours        mark")
        for name, value, mark, met in self.rows:
            print(f"{name:56s} {value:>10s} {mark:>11s}  {'met' if met else 'MISSED'}")
        return [name for name, _, _, met in self.rows if not met]


@dataclass(slots=True)
class Beats:
    """Counts of one detector by set, at both windows, and of each MIT-BIH record."""

    wide: dict[str, Count] = field(default_factory=dict)
    narrow: dict[str, Count] = field(default_factory=dict)
    by_part: dict[str, Count] = field(default_factory=dict)
    records: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def mean(self) -> float:
        """Return the mean F1 of the four sets."""
        return float(np.mean([self.wide[name].f1 for name in SETS]))


def heard(name: str, cases: Iterable[Case]) -> Beats:
    """Score one detector with one setting on all sets (lead II of LUDB, the first lead of the others)."""
    out = Beats()
    for case in cases:
        start = time.process_time()
        found = DETECTORS[name](case.uv[1 if case.source == "ludb" else 0], case.fs_hz)
        out.seconds += time.process_time() - start
        counted = count_beats(case, found, WIDE_S)
        out.wide.setdefault(case.source, Count()).add(counted)
        out.narrow.setdefault(case.source, Count()).add(count_beats(case, found, NARROW_S))
        out.by_part.setdefault("tuned" if case.tuned else "untouched", Count()).add(counted)
        if case.source == "mitdb":
            out.records[case.name] = counted.f1
    return out


def qrs(board: Board) -> None:
    """Beats of all detectors."""
    cases = [*mitdb(), *ludb(), *cpsc2019(), *cpsc2021()]
    print("QRS, F1 in % at 150 ms (at 75 ms); one setting each; processor seconds")
    print(f"{'':18s} {'MIT-BIH':>15s} {'LUDB':>15s} {'CPSC 2019':>15s} {'CPSC 2021':>15s} {'mean':>7s}  worst MIT  s")
    for name in DETECTORS:
        found = heard(name, cases)
        sets = " ".join(f"{found.wide[key].f1:7.2f} ({found.narrow[key].f1:5.1f})" for key in SETS)
        worst = min(found.records, key=lambda record: found.records[record])
        print(
            f"{name:18s} {sets} {found.mean:7.2f} {worst} {found.records[worst]:6.2f} {found.seconds:6.1f}", flush=True
        )
        if name == "tianmu":
            own = found
    print("  tianmu tuned {tuned.f1:.2f}, untouched {untouched.f1:.2f} (all sets together)".format(**own.by_part))
    if MISSING:
        print(f"  not installed: {', '.join(MISSING)}")
    board.least("QRS, mean F1 of four sets", own.mean, 99.0)
    board.least("QRS, MIT-BIH F1 (10 records)", own.wide["mitdb"].f1, 99.75)
    board.least("QRS, worst MIT-BIH record", min(own.records.values()), 99.0)
    board.most("QRS, MIT-BIH F1 lost at 75 ms", own.wide["mitdb"].f1 - own.narrow["mitdb"].f1, 0.1)
    board.least("QRS, LUDB F1", own.wide["ludb"].f1, 100.0)


def boundaries(board: Board) -> None:
    """Boundaries of lead II of LUDB: ours and neurokit2's."""
    cases = list(ludb())
    print("\nBoundaries, LUDB lead II, SD in ms (mean)")
    for name, method in METHODS.items():
        counts = {"p": Count(), "t": Count()}
        errors: dict[str, list[float]] = {edge: [] for edge in EDGES}
        for case in cases:
            of_lead = errors_of(case, "ii", method(case.uv[LUDB_LEADS.index("ii")], case.fs_hz), counts)
            for edge in EDGES:
                errors[edge] += of_lead[edge]
        shown = "  ".join(
            f"{edge} {np.std(errors[edge]):5.1f} ({np.mean(errors[edge]):+.0f})" for edge in errors if errors[edge]
        )
        print(f"{name:16s} {shown}  P Se {counts['p'].sensitivity:.1f} +P {counts['p'].predictivity:.1f}")
        if name == "tianmu":
            for edge, mark in BOUNDARY_MARKS.items():
                board.most(f"boundary {edge}, SD", float(np.std(errors[edge])), mark, " ms")
            board.least("P waves, Se", counts["p"].sensitivity, 98.0, " %")
            board.least("P waves, +P", counts["p"].predictivity, 96.0, " %")


def classes_and_fibrillation(board: Board) -> None:
    """Ventricular beats and atrial fibrillation."""
    total = Count()
    for case in mitdb():
        samples = beats.detect(case.uv[0], case.fs_hz)
        found = beats.classify(case.uv, case.fs_hz, samples)
        total.add(count_class(case, "V", samples.astype(np.int64), found.classes))
    board.least("ventricular beats, Se", total.sensitivity, 93.0, " %")
    board.least("ventricular beats, +P", total.predictivity, 95.0, " %")
    ill: list[bool] = []
    well: list[bool] = []
    for piece in pieces():
        if piece.case.source != "ludb":
            told = beats.atrial_fibrillation(piece.uv, piece.case.fs_hz).fibrillation
            (ill if piece.fibrillation else well).append(told == piece.fibrillation)
    board.least("fibrillation, 30-s pieces, Se", 100.0 * float(np.mean(ill)), 97.0, " %")
    board.least("fibrillation, 30-s pieces, Sp", 100.0 * float(np.mean(well)), 97.0, " %")


def stated(board: Board, count: int, seeds: int) -> None:
    """Statements on drawn ECGs, missed alarms, plain counts on LUDB and CinC."""
    drawn = statements.synthetic(count)
    statements.show(f"{count} noisy drawn ECGs", drawn, statements.SCORED)
    f1 = float(np.mean([drawn.scores[code].f1 for code in statements.SCORED]))
    board.least("statements, macro F1", f1, 0.9)
    missed = statements.deadly(seeds)
    print(f"\nmissed alarms in {seeds} drawings each: {dict(missed)}")
    board.most("missed alarms (VF, VT, torsades, STEMI, posterior)", float(sum(missed.values())), 0.0)
    for title, score, folder in (("LUDB", statements.ludb, "ludb"), ("CinC 2021", statements.cinc, "cinc2021")):
        found = score(ROOT / folder)
        statements.show(f"{title}: plain counts", found)


def formats(board: Board) -> None:
    """Read the samples of formats/ and compare them with TRUTH.json."""
    truth = json.loads((ROOT / "formats" / "TRUTH.json").read_text(encoding="utf-8"))
    right = sum(_agrees(describe(load(ROOT / "formats" / name)), wanted) for name, wanted in truth.items())
    board.least(f"format samples read as TRUTH.json says (of {len(truth)})", float(right), float(len(truth)))


def _agrees(found: object, wanted: object) -> bool:
    """Return whether an answer holds all that is wanted, numbers to a thousandth."""
    if isinstance(wanted, dict):
        plain = {key: value for key, value in wanted.items() if key != "note"}
        return isinstance(found, dict) and all(key in found and _agrees(found[key], plain[key]) for key in plain)
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) >= len(wanted) and all(map(_agrees, found, wanted))
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return abs(found - wanted) <= 0.001
    return found == wanted


def speeds(board: Board) -> None:
    """Speed as ratios in one run."""
    rates = speed.beat_rates()
    print("\nSpeed, seconds of one lead per second of processor")
    for name, rate in rates.items():
        print(f"{name:18s} {rate:10.0f}")
    if "sleepecg" in rates:
        board.least("beats on one lead, times sleepecg", rates["tianmu"] / rates["sleepecg"], 1.0)
    short, long = speed.linearity()
    board.most("cost of a sample at 24 h over that at 1 h", long / short, 1.25)
    rows, failed = speed.interpretations()
    ours = 1000.0 * float(np.median([row.ours_s for row in rows]))
    theirs = 1000.0 * float(np.median([row.theirs_s for row in rows]))
    print(f"10-s 12-lead interpretation: {ours:.1f} ms; neurokit2's 12 x ecg_process {theirs:.0f} ms (medians)")
    if failed:
        print(f"  neurokit2 stops with an error on {', '.join(failed)}")
    ratios = [row.ratio for row in rows]
    print(f"  ratio {min(ratios):.1f} to {max(ratios):.1f}")
    board.least("12-lead interpretation, times neurokit2 (median)", float(np.median(ratios)), 20.0)


def ambulatory(board: Board) -> None:
    """Analyse a day of three leads, ours and neurokit2's way, each in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        short, day = holter.write_record(folder, 1), holter.write_record(folder, 24)
        own = holter.apart("--ours", str(day), str(short))
        other = holter.apart("--theirs", str(short), "--minutes", "10")
    print(f"\n24 h, 3 leads, 250 Hz: {own['cpu_s']:.1f} s, {own['peak_mb']:.0f} MB", end="; ")
    print(f"relabelling {own['relabel_s']:.2f} s by the clock", end="; ")
    print(f"neurokit2, 10 min of them: {other['cpu_s']:.1f} s")
    board.least("Holter 24 h, times neurokit2", other["cpu_s"] * 144.0 / own["cpu_s"], 20.0)
    board.most("Holter 24 h, peak memory", own["peak_mb"], 500.0, " MB")
    board.most("relabelling 10,000 beats, processor time", own["relabel_cpu_s"], 2.0, " s")


def main() -> int:
    """Run every part; return 1 where a mark is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="drawn ECGs for the statements")
    parser.add_argument("--seeds", type=int, default=100, help="drawings of each deadly finding")
    chosen = parser.parse_args()
    if not ROOT.is_dir():
        print(f"The recordings are not at {ROOT}: set TIANMU_ECG_DATA to their folder.")
        return 1
    board = Board()
    steps: tuple[Callable[[], None], ...] = (
        lambda: speeds(board), lambda: ambulatory(board), lambda: qrs(board), lambda: boundaries(board),
        lambda: classes_and_fibrillation(board), lambda: formats(board),
        lambda: stated(board, chosen.count, chosen.seeds),
    )  # fmt: skip
    started = time.perf_counter()
    for step in steps:
        step()
        print(f"[{time.perf_counter() - started:.0f} s]", flush=True)
    missed = board.show()
    print(
        f"\n{len(board.rows) - len(missed)} of {len(board.rows)} marks met"
        + (f"; missed: {', '.join(missed)}" if missed else "")
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
