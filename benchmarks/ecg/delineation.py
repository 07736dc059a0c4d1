"""Boundaries against LUDB readers beside neurokit2: `python -m benchmarks.ecg.delineation [--all-leads]`.

A boundary is paired with the reader's within 150 ms; P waves are counted from the first annotated QRS on.
"""

import argparse
import warnings
from collections.abc import Callable

import neurokit2
import numpy as np
from numpy.typing import NDArray

from benchmarks.ecg.scoring import Count, pairs
from benchmarks.ecg.sets import LUDB_LEADS, Case, ludb
from tianmu.clinical.ecg.engine.waves import delineate

EDGES = ("Pon", "Pp", "Poff", "QRSon", "QRSoff", "Ton", "Tp", "Toff")
PARTS = {"p": ("Pon", "Pp", "Poff"), "N": ("QRSon", "", "QRSoff"), "t": ("Ton", "Tp", "Toff")}
FIELDS = ("p_onset", "p_peak", "p_end", "qrs_onset", "qrs_end", "t_onset", "t_peak", "t_end")
Waves = dict[str, NDArray[np.float64]]


def ours(uv: NDArray[np.float64], fs_hz: float) -> Waves:
    found = delineate(uv, fs_hz)
    values = {edge: [getattr(bounds, name) for bounds in found] for edge, name in zip(EDGES, FIELDS, strict=True)}
    return {edge: np.array([value for value in row if value is not None]) for edge, row in values.items()}


def neurokit(method: str) -> Callable[[NDArray[np.float64], float], Waves]:
    names = {
        "Pon": "ECG_P_Onsets",
        "Pp": "ECG_P_Peaks",
        "Poff": "ECG_P_Offsets",
        "QRSon": "ECG_R_Onsets",
        "QRSoff": "ECG_R_Offsets",
        "Ton": "ECG_T_Onsets",
        "Tp": "ECG_T_Peaks",
        "Toff": "ECG_T_Offsets",
    }

    def run(uv: NDArray[np.float64], fs_hz: float) -> Waves:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                clean = neurokit2.ecg_clean(uv / 1000.0, sampling_rate=int(fs_hz))
                peaks = neurokit2.ecg_peaks(clean, sampling_rate=int(fs_hz))[1]["ECG_R_Peaks"]
                found = neurokit2.ecg_delineate(clean, peaks, sampling_rate=int(fs_hz), method=method)[1]
            except (ValueError, IndexError, ZeroDivisionError):
                found = {}
        rows = {edge: np.array(found.get(name, []), dtype=np.float64) for edge, name in names.items()}
        return {edge: row[np.isfinite(row)] for edge, row in rows.items()}

    return run


METHODS = {"tianmu": ours, "neurokit2 dwt": neurokit("dwt"), "neurokit2 peak": neurokit("peak")}


def errors_of(case: Case, lead: str, found: Waves, counts: dict[str, Count]) -> dict[str, list[float]]:
    """Return the errors (ms) of one lead by edge, and add its P and T waves to `counts`."""
    waves = case.waves[lead]
    first, last = waves[0][1], waves[-1][3] + 0.15 * case.fs_hz
    out: dict[str, list[float]] = {edge: [] for edge in EDGES}
    for kind, edges in PARTS.items():
        truth = [wave for wave in waves if wave[0] == kind]
        for edge, place in zip(edges, (1, 2, 3), strict=True):
            if not edge:
                continue
            reference = np.array([wave[place] for wave in truth], dtype=np.int64)
            marks = np.sort(found[edge])
            marks = marks[(marks >= first - (0 if kind == "p" else 75)) & (marks <= last)]
            matched = pairs(reference, np.rint(marks).astype(np.int64), 0.15 * case.fs_hz)
            out[edge] = [float((marks[j] - reference[i]) * 1000.0 / case.fs_hz) for i, j in matched]
            if edge in {"Pp", "Tp"}:
                hits = len(matched)
                counts[kind].add(Count(hits, reference.size - hits, marks.size - hits))
    return out


def report(name: str, cases: list[Case], leads: tuple[str, ...], *, per_record: bool) -> None:
    print(f"\n{name}   ({', '.join(leads)})")
    for group in ("tuned", "untouched", "all"):
        counts = {"p": Count(), "t": Count()}
        errors: dict[str, list[float]] = {edge: [] for edge in EDGES}
        for case in cases:
            if group != "all" and (group == "tuned") != case.tuned:
                continue
            for lead in leads:
                found = METHODS[name](case.uv[LUDB_LEADS.index(lead)], case.fs_hz)
                of_lead = errors_of(case, lead, found, counts)
                for edge in EDGES:
                    errors[edge] += of_lead[edge]
                if per_record and group == "all":
                    shown = "  ".join(f"{e} {np.mean(v):+.0f}±{np.std(v):.0f}" for e, v in of_lead.items() if v)
                    print(f"    {case.name:>4s} {lead:4s} {shown}")
        shown = "  ".join(f"{edge} {np.mean(v):+5.1f}±{np.std(v):4.1f}" for edge, v in errors.items() if v)
        print(f"  {group:9s} mean±SD ms: {shown}")
        for kind, count in counts.items():
            print(f"  {group:9s} {kind.upper()} Se {count.sensitivity:6.2f}  +P {count.predictivity:6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all-leads", action="store_true")
    parser.add_argument("--per-record", action="store_true")
    parser.add_argument("--only", choices=sorted(METHODS))
    chosen = parser.parse_args()
    cases = list(ludb())
    for name in [chosen.only] if chosen.only else list(METHODS):
        report(name, cases, LUDB_LEADS if chosen.all_leads else ("ii",), per_record=chosen.per_record)


if __name__ == "__main__":
    main()
