"""Atrioventricular block (ecg.md section 5): first degree to complete, from P waves found apart from the beats."""

from itertools import pairwise

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Evidence, Statement
from tianmu.clinical.ecg.engine.measure.atrial_clock import Clock
from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.engine.statements.case import Case, margin, state, value


def av_block(case: Case) -> list[Statement]:
    """Return second- and third-degree block, first degree and short PR where the rhythm allows."""
    if case.clock is not None:
        dropped = _dropped(case, case.clock)
        if dropped:
            return dropped
    return _first_degree(case)


def _first_degree(case: Case) -> list[Statement]:
    c, pr = case.criteria, case.measurements.pr_ms
    if pr is None or case.atrial.tied < c["sinus.tied_least"] or case.is_child:
        return []
    if pr > c["av.long_pr_ms"]:
        shown = value("PR", pr, "ms", limit=f"> {c['av.long_pr_ms']:.0f}")
        return [state("av_block_1", margin(pr, c["av.long_pr_ms"], 30.0), shown)]
    return []


def _dropped(case: Case, clock: Clock) -> list[Statement]:
    """Compare the atrial clock with the beats: ticks without a QRS are blocked."""
    c = case.criteria
    supra = np.isin(case.beats.classes, ("N", "Q", "S"))
    if (case.beats.classes == "V").mean() > 0.34 or case.rr_ms.size < 2:
        return []
    r_ms = case.beats.samples * 1000.0 / case.fs_hz
    ticks = clock.instants_ms[(clock.instants_ms > r_ms[0]) & (clock.instants_ms < r_ms[-1])]
    rr = case.rr_ms
    # Ticks and beats between the first and the last R: equal numbers mean that every P is conducted.
    extra = ticks.size - (r_ms.size - 1)
    atrial, ventricular = 60000.0 / clock.period_ms, 60000.0 / float(rr.mean())
    if clock.seen < c["av.clock_seen_least"] or extra < 2 or atrial < 1.12 * ventricular or ticks.size < 5:
        return []
    proof = (
        value("atrial rate", atrial, "1/min"),
        value("rate", ventricular, "1/min"),
        value("P without QRS", float(extra)),
    )
    pr = np.array([r - ticks[ticks < r][-1] if (ticks < r).any() else np.nan for r in r_ms[1:]])
    known = pr[np.isfinite(pr)]
    steady = float((np.abs(known - np.median(known)) <= c["av.tie_tolerance_ms"]).mean()) if known.size else 0.0
    regular = float(rr.std() / rr.mean()) <= 1.5 * c["regular.variation_most"]
    if regular and steady < 0.75 and ventricular <= c["av.block3_rate_most"] and known.size >= 3:
        return [state("av_block_3", 0.85, *proof, value("PR steadiness", steady))]
    if not supra.any():
        return []
    ratio = atrial / ventricular
    if regular and steady >= 0.75 and abs(ratio - 2.0) <= 0.2:
        return [state("av_block_2_1", 0.85, *proof)]
    per_gap = np.array([((ticks > a) & (ticks < b)).sum() for a, b in pairwise(r_ms)])
    if steady >= 0.6 and (per_gap >= 3).sum() >= 1:
        return [state("av_block_high_grade", 0.8, *proof, value("most P in one gap", float(per_gap.max())))]
    if (per_gap >= 2).sum() == 0 or not _in_step(rr, per_gap, clock.period_ms):
        return []
    return [_second_degree(case, per_gap, pr, proof)]


def _in_step(rr_ms: Float64, per_gap: np.ndarray, period_ms: float) -> bool:
    """Tell whether gaps with one P last about one atrial period and gaps with two about two (Mobitz I: less)."""
    single, double = rr_ms[per_gap == 1] / period_ms, rr_ms[per_gap == 2] / period_ms
    if single.size and float((np.abs(single - 1.0) <= 0.25).mean()) < 0.8:
        return False
    return bool(double.size == 0 or ((double >= 1.35) & (double <= 2.25)).mean() >= 0.8)


def _second_degree(case: Case, per_gap: np.ndarray, pr: np.ndarray, proof: tuple[Evidence, ...]) -> Statement:
    """Tell Mobitz I from II: PR before the dropped beat against PR after it."""
    growth = case.criteria["av.wenckebach_growth_ms"]
    long_gaps = np.flatnonzero(per_gap >= 2)
    changes = [
        float(pr[gap - 1] - pr[gap])
        for gap in long_gaps
        if gap >= 1 and np.isfinite(pr[gap - 1]) and np.isfinite(pr[gap])
    ]
    change = float(np.median(changes)) if changes else 0.0
    shown = value("PR before − after the dropped beat", change, "ms", limit=f"≥ {growth:.0f}")
    return state("av_block_2_mobitz_1" if change >= growth else "av_block_2_mobitz_2", 0.8, *proof, shown)
