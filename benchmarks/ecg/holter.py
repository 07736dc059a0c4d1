"""Ambulatory analysis: time, peak memory and linearity on synthetic 6-48 h, three leads, 250 Hz; ratio to neurokit2.

Every length runs in a process of its own, warmed up on two minutes; the peak memory is that process's, input included.
neurokit2's `ecg_process` runs on a stated shorter stretch of the same leads in its own process and is extrapolated.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine import hrv
from tianmu.clinical.ecg.engine.analysis import BeatClass
from tianmu.clinical.ecg.engine.files import load
from tianmu.clinical.ecg.engine.holter.files import open_source
from tianmu.clinical.ecg.engine.holter.review import begin, merge, relabel, undo
from tianmu.clinical.ecg.engine.holter.scan import Scan, scan
from tianmu.clinical.ecg.engine.hrv.nonlinear import fluctuation, sample_entropy
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.clinical.ecg.synthesis.scenario import Ectopy, Noise, Rhythm

FS_HZ = 250.0
LEADS = ("II", "V1", "V5")
NOISE = Noise(wander_uv=120.0, muscle_uv=12.0, white_uv=4.0)
HOURS = (
    Scenario(rate=68.0, duration_s=3600.0, fs_hz=FS_HZ, noise=NOISE, ectopy=Ectopy.PVC, ectopic_beats=80),
    Scenario(rate=82.0, duration_s=3600.0, fs_hz=FS_HZ, noise=NOISE, ectopy=Ectopy.PAC, ectopic_beats=40),
    Scenario(rate=88.0, duration_s=3600.0, fs_hz=FS_HZ, noise=NOISE, rhythm=Rhythm.ATRIAL_FIBRILLATION),
    Scenario(rate=74.0, duration_s=3600.0, fs_hz=FS_HZ, noise=NOISE, ectopy=Ectopy.RUN, ectopic_beats=4),
    Scenario(rate=58.0, duration_s=3600.0, fs_hz=FS_HZ, noise=NOISE),
    Scenario(rate=104.0, duration_s=3600.0, fs_hz=FS_HZ, noise=NOISE, ectopy=Ectopy.COUPLET, ectopic_beats=20),
)


def write_record(folder: Path, hours: int) -> Path:
    """Write `hours` of three synthetic leads as a WFDB record: six drawn hours one after another, again and again."""
    drawn = folder / "hours.npy"
    if not drawn.exists():
        parts = []
        for seed, scenario in enumerate(HOURS):
            leads = {lead.name: lead.samples for lead in generate(scenario, seed).recording.leads}
            parts.append(np.stack([leads[name] for name in LEADS], axis=1).astype("<i2"))
        np.save(drawn, np.stack(parts))
    table = np.load(drawn, mmap_mode="r")
    name = f"h{hours}"
    with (folder / f"{name}.dat").open("wb") as out:
        for hour in range(hours):
            out.write(table[hour % len(HOURS)].tobytes())
    frames = round(hours * 3600 * FS_HZ)
    lines = [f"{name} 3 250 {frames} 08:30:00 01/06/2026"]
    lines += [f"{name}.dat 16 400(0)/mV 16 0 0 0 0 {lead}" for lead in LEADS]
    (folder / f"{name}.hea").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / f"{name}.hea"


def peak_mb() -> float:
    """Return the largest resident memory of this process; ru_maxrss alone would inherit that of the parent."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) / 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def clocked(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what `work` returns, its wall seconds and its processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    return answer, time.perf_counter() - wall, time.process_time() - cpu


def ours(record: Path, short: Path) -> dict[str, float]:
    """Analyse one record after a warm-up, then relabel 10,000 beats of it and take that back."""
    begin(scan(open_source(short, load)))
    found, scan_wall, scan_cpu = clocked(lambda: scan(open_source(record, load)))
    review, build_wall, build_cpu = clocked(lambda: begin(found))
    memory = peak_mb()
    chosen = np.flatnonzero(review.classes == "N")[:10_000]
    changed, relabel_wall, relabel_cpu = clocked(lambda: relabel(review, chosen, BeatClass.SUPRAVENTRICULAR))
    _, undo_wall, _ = clocked(lambda: undo(changed))
    numbers = [row.number for row in review.report.clusters[:2]]
    merge_wall = clocked(lambda: merge(review, numbers))[1] if len(numbers) == 2 else 0.0
    return {
        "wall_s": scan_wall + build_wall, "cpu_s": scan_cpu + build_cpu, "report_s": build_wall, "peak_mb": memory,
        "relabel_s": relabel_wall, "relabel_cpu_s": relabel_cpu, "undo_s": undo_wall, "merge_s": merge_wall,
        "beats": float(found.samples.size), "af_h": review.report.totals.fibrillation_minutes / 60.0,
        "v": float(review.report.totals.ventricular.beats), "clusters": float(len(review.report.clusters)),
    }  # fmt: skip


def theirs(record: Path, minutes: int) -> dict[str, float]:
    """Run neurokit2's ecg_process on the first minutes of all leads, after a warm-up on one minute."""
    warnings.simplefilter("ignore")
    neurokit2 = import_module("neurokit2")
    rows = open_source(record, load).read(0, round(minutes * 60 * FS_HZ)) / 1000.0
    neurokit2.ecg_process(rows[0][: round(60 * FS_HZ)], sampling_rate=round(FS_HZ))
    _, wall, cpu = clocked(lambda: [neurokit2.ecg_process(row, sampling_rate=round(FS_HZ)) for row in rows])
    return {"wall_s": wall, "cpu_s": cpu, "peak_mb": peak_mb()}


def apart(*words: str) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    done = subprocess.run([sys.executable, __file__, *words], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare_variability() -> None:
    """Print our indices beside neurokit2's on one random series of 20 minutes."""
    warnings.simplefilter("ignore")
    neurokit2 = import_module("neurokit2")
    rng = np.random.default_rng(11)
    clock = np.arange(1500)
    rr = 800.0 + 30.0 * np.sin(clock / 8.0) + 25.0 * np.sin(clock / 1.6) + np.cumsum(rng.normal(0.0, 2.0, 1500))
    samples = np.rint(np.concatenate([[0.0], np.cumsum(rr)])).astype(np.int32)
    found = hrv.analyse(samples, np.full(samples.size, "N"), 1000.0, duration_s=float(samples[-1]) / 1000.0)
    other = neurokit2.hrv(samples, sampling_rate=1000).iloc[0]
    pairs: list[tuple[str, float | None, str]] = [
        ("mean NN ms", found.time.mean_nn_ms, "HRV_MeanNN"), ("SDNN ms", found.time.sdnn_ms, "HRV_SDNN"),
        ("RMSSD ms", found.time.rmssd_ms, "HRV_RMSSD"), ("pNN50 %", found.time.pnn50_pct, "HRV_pNN50"),
        ("LF/HF", found.frequency.lf_hf, "HRV_LFHF"), ("SD1 ms", found.nonlinear.sd1_ms, "HRV_SD1"),
        ("SD2 ms", found.nonlinear.sd2_ms, "HRV_SD2"),
    ]  # fmt: skip
    nn = np.diff(samples).astype(np.float64)
    entropy = neurokit2.entropy_sample(nn, delay=1, dimension=2, tolerance=0.2 * np.std(nn, ddof=1))[0]
    print("\nHRV of one series of 1,500 intervals           ours    neurokit2")
    for name, own, key in pairs:
        print(f"{name:40s} {own if own is not None else float('nan'):12.3f} {float(other[key]):12.3f}")
    print(f"{'SampEn of the whole series':40s} {sample_entropy(nn):12.3f} {entropy:12.3f}")
    for low, high in ((4, 16), (16, 64)):
        other = neurokit2.fractal_dfa(nn, scale=np.arange(low, high + 1), overlap=False)[0]
        print(f"{f'DFA over boxes of {low}-{high}':40s} {fluctuation(nn, low, high):12.3f} {other:12.3f}")


def against_reference(folder: Path) -> None:
    """Print the totals of the MIT-BIH records beside their annotations (beats, V, S, minutes of fibrillation)."""
    print("\nMIT-BIH  beats  found |    V  found |    S  found | AF min  found | Lown  clusters")
    for header in sorted(folder.glob("*.hea")):
        found = scan(open_source(header, load))
        report = begin(found).report
        symbols = Counter(mark.symbol for mark in found.marks)
        counts = [sum(symbols[one] for one in letters) for letters in ("NLRejBnVEAaJSFf/Q", "VE", "AaJS")]
        totals = report.totals
        print(
            f"{header.stem:7s} {counts[0]:6d} {totals.beats:6d} | {counts[1]:4d} {totals.ventricular.beats:6d} |"
            f" {counts[2]:4d} {totals.supraventricular.beats:6d} | {_fibrillation_minutes(found):6.1f}"
            f" {totals.fibrillation_minutes:6.1f} | {totals.lown:4s} {len(report.clusters):9d}"
        )


def _fibrillation_minutes(found: Scan) -> float:
    """Return the minutes that the rhythm marks of the record name AFIB."""
    rhythm = [(mark.sample, (mark.text or "").rstrip("\x00")) for mark in found.marks if mark.symbol == "+"]
    rhythm.append((found.length, ""))
    samples = sum(after[0] - at for (at, text), after in pairwise(rhythm) if text.startswith("(AFIB"))
    return samples / found.fs_hz / 60.0


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, nargs="*", default=[6, 12, 24, 48])
    parser.add_argument("--minutes", type=int, default=10, help="length of neurokit2's stretch")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TIANMU_ECG_DATA", "../shared/data/ecg")))
    parser.add_argument("--ours", type=Path, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--theirs", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ours:
        print(json.dumps(ours(*arguments.ours)))
        return
    if arguments.theirs:
        print(json.dumps(theirs(arguments.theirs, arguments.minutes)))
        return
    with tempfile.TemporaryDirectory() as name:
        _measure(Path(name), arguments.hours, arguments.minutes)
    compare_variability()
    if (arguments.data / "mitdb").is_dir():
        against_reference(arguments.data / "mitdb")


def _measure(folder: Path, hours: list[int], minutes: int) -> None:
    short = write_record(folder, 1)
    day: dict[str, float] = {}
    print("   h  wall s   cpu s  report s  peak MB  relabel s  undo s  merge s    beats      V   AF h  clusters")
    for length in hours:
        record = write_record(folder, length)
        row = apart("--ours", str(record), str(short))
        record.with_suffix(".dat").unlink()
        print(
            f"{length:4d} {row['wall_s']:7.2f} {row['cpu_s']:7.2f} {row['report_s']:9.2f} {row['peak_mb']:8.0f}"
            f" {row['relabel_s']:10.2f} {row['undo_s']:7.2f} {row['merge_s']:8.2f} {row['beats']:8.0f}"
            f" {row['v']:6.0f} {row['af_h']:6.2f} {row['clusters']:9.0f}"
        )
        if length == 24:
            day = row
    other = apart("--theirs", str(write_record(folder, 1)), "--minutes", str(minutes))
    factor = 24.0 * 60.0 / minutes
    print(
        f"\nneurokit2 ecg_process, 3 leads, {minutes} min: {other['wall_s']:.2f} s wall, {other['cpu_s']:.2f} s cpu; "
        f"times {factor:.0f} = {other['wall_s'] * factor:.0f} s wall for 24 h (extrapolated)"
    )
    if day:
        print(
            f"ratio for 24 h: {other['wall_s'] * factor / day['wall_s']:.1f} (wall), "
            f"{other['cpu_s'] * factor / day['cpu_s']:.1f} (cpu); mark 20. Peak {day['peak_mb']:.0f} MB; mark 500."
        )


if __name__ == "__main__":
    main()
