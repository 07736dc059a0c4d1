"""Conduction within the ventricles, pre-excitation and the frontal axis (ecg.md section 5)."""

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Statement
from tianmu.clinical.ecg.engine.measure.voltages import r_of, s_of
from tianmu.clinical.ecg.engine.recording import CHEST_LEADS, Float64
from tianmu.clinical.ecg.engine.statements.bundle_shapes import left_shape, qrs_of, right_shape, terminal_uv
from tianmu.clinical.ecg.engine.statements.case import Case, margin, state, value


def conduction(case: Case, rhythm_codes: frozenset[str]) -> list[Statement]:
    """Return bundle blocks, hemiblocks, delay, pre-excitation and axis; nothing under ventricular pacing."""
    if case.measurements.qrs_ms is None or rhythm_codes & {"pacing_ventricular", "pacing_sequential"}:
        return []
    pre = _preexcitation(case)
    if pre:
        return [*pre, *_axis(case, [])]
    bundles = _bundles(case)
    codes = {statement.code for statement in bundles}
    if not codes & {"lbbb"}:
        bundles += _fascicles(case)
    codes = {statement.code for statement in bundles}
    if "rbbb" in codes and codes & {"lafb", "lpfb"}:
        bundles.append(state("bifascicular", 0.8, value("QRS", case.measurements.qrs_ms, "ms")))
        if (case.measurements.pr_ms or 0.0) > case.criteria["av.long_pr_ms"]:
            bundles.append(
                state("trifascicular", 0.6, value("PR", case.measurements.pr_ms, "ms"), qualifiers=("possible",))
            )
    short = _short_pr(case) if "sinus_rhythm" in rhythm_codes else []
    bundles += _dextrocardia(case)
    return [*bundles, *_axis(case, bundles), *short]


def _bundles(case: Case) -> list[Statement]:
    c, width = case.criteria, case.measurements.qrs_ms or 0.0
    least = c["qrs.incomplete_ms"]
    shown = value("QRS", width, "ms", limit=f"≥ {c['qrs.complete_ms']:.0f}")
    if right_shape(case) and (width >= least or (width >= least - 10.0 and case.lead("V1").r2_uv)):
        code = "rbbb" if width >= c["qrs.complete_ms"] else "irbbb"
        proof = (
            shown,
            value("end of QRS", terminal_uv(case, "V1"), "µV", "V1"),
            value("S", case.lead("V6").s_ms, "ms", "V6"),
        )
        return [state(code, margin(width, c["qrs.complete_ms"], 25.0), *proof)]
    if width < least:
        return []
    if left_shape(case):
        code = "lbbb" if width >= c["qrs.complete_ms"] else "ilbbb"
        strict = width >= (140.0 if case.male else 130.0)
        left = (
            shown,
            value("R peak time", case.lead("V6").intrinsicoid_ms, "ms", "V6", limit=f"> {c['lbbb.peak_ms']:.0f}"),
        )
        sure = margin(width, c["qrs.complete_ms"], 25.0)
        return [state(code, sure, *left, qualifiers=("strict",) if strict and code == "lbbb" else ())]
    return [state("ivcd", 0.65, value("QRS", width, "ms", limit=f"> {least:.0f}"))] if width > least else []


def _fascicles(case: Case) -> list[Statement]:
    c, m = case.criteria, case.measurements
    axis = m.qrs_axis_deg
    if axis is None or case.is_child:
        return []
    shown = value("QRS axis", axis, "°")
    left = case.lead("aVL")
    small_inferior = r_of(case.matrix, "III") < s_of(case.matrix, "III")
    if c["lafb.axis_from"] <= axis <= c["lafb.axis_to"] and small_inferior and _initial_r(case, ("II", "III", "aVF")):
        q_r = (left.q_uv or 0.0) < 0.0 or (left.intrinsicoid_ms or 0.0) >= c["lafb.peak_avl_ms"]
        if q_r:
            proof = value("R peak time", left.intrinsicoid_ms, "ms", "aVL", limit=f"≥ {c['lafb.peak_avl_ms']:.0f}")
            return [state("lafb", margin(axis, c["lafb.axis_to"], 20.0), shown, proof)]
    q_r_inferior = (case.lead("III").q_uv or 0.0) < -20.0 and r_of(case.matrix, "III") > 500.0
    r_s_lateral = (case.lead("I").r_uv or 0.0) > 0.0 and s_of(case.matrix, "I") > r_of(case.matrix, "I")
    tall_v1 = r_of(case.matrix, "V1") > 700.0
    if c["lpfb.axis_from"] < axis <= c["lpfb.axis_to"] and q_r_inferior and r_s_lateral and not tall_v1:
        return [state("lpfb", 0.65, shown)]
    return []


def _initial_r(case: Case, leads: tuple[str, ...]) -> bool:
    """Tell whether most of these leads begin with r (else the axis is turned by an inferior infarction)."""
    return sum((case.lead(lead).r_uv or 0.0) > 0.0 and not case.lead(lead).q_uv for lead in leads) >= 2


def _dextrocardia(case: Case) -> list[Statement]:
    """State a mirrored heart: P, QRS and T of I down, and R that falls from V2 to V6 (not so in swapped arms)."""
    c, one = case.criteria, case.lead("I")
    p, t = (
        (high or 0.0) + (low or 0.0) for high, low in ((one.p_uv, one.p_negative_uv), (one.t_uv, one.t_negative_uv))
    )
    down = p <= c["dextrocardia.p_uv"] and (one.qrs_net_uv or 0.0) <= c["dextrocardia.qrs_uv"] and t < 0.0
    two, four, six = (r_of(case.matrix, lead) for lead in ("V2", "V4", "V6"))
    if not down or "V6" not in case.matrix or not two > four > six or six > c["dextrocardia.r_v6_uv"]:
        return []
    return [state("dextrocardia", 0.7, value("P", p, "µV", "I"), value("R", six, "µV", "V6"))]


def _axis(case: Case, found: list[Statement]) -> list[Statement]:
    c, axis = case.criteria, case.measurements.qrs_axis_deg
    if axis is None or {"lafb", "lpfb"} & {statement.code for statement in found} or case.is_child:
        return []
    shown = value("QRS axis", axis, "°", limit=f"{c['axis.normal_from']:.0f}…{c['axis.normal_to']:.0f}")
    if c["axis.normal_from"] <= axis <= c["axis.normal_to"]:
        return []
    if -90.0 <= axis < c["axis.normal_from"]:
        marked = ("marked",) if axis <= c["lafb.axis_to"] else ()
        return [state("axis_left", margin(axis, c["axis.normal_from"], 20.0), shown, qualifiers=marked)]
    if c["axis.normal_to"] < axis <= c["axis.right_to"]:
        return [state("axis_right", margin(axis, c["axis.normal_to"], 20.0), shown)]
    return [state("axis_extreme", 0.8, shown)]


def _preexcitation(case: Case) -> list[Statement]:
    """State a delta wave: short PR, slow first part of QRS, wide QRS."""
    c, m = case.criteria, case.measurements
    pr, width = m.pr_ms, m.qrs_ms or 0.0
    if pr is None or pr >= c["wpw.pr_most_ms"] or width <= c["wpw.qrs_least_ms"] or case.atrial.tied < 0.5:
        return []
    slurred = [
        lead
        for lead in ("I", "II", "aVL", *CHEST_LEADS)
        if _delta_ms(qrs_of(case, lead), case) >= c["wpw.delta_least_ms"]
    ]
    if len(slurred) < 3:
        return []
    kind = "type_a" if (case.lead("V1").qrs_net_uv or 0.0) > 0.0 else "type_b"
    proof = (
        value("PR", pr, "ms", limit=f"< {c['wpw.pr_most_ms']:.0f}"),
        value("QRS", width, "ms", limit=f"> {c['wpw.qrs_least_ms']:.0f}"),
        value("leads with a delta wave", ", ".join(slurred)),
    )
    return [state("preexcitation", 0.6 + 0.04 * len(slurred), *proof, qualifiers=(kind,))]


def _delta_ms(qrs: Float64, case: Case) -> float:
    """Return how long QRS stays below half its steepest slope after its onset, in one direction; 0 in small leads."""
    if qrs.size < 20 or np.ptp(qrs) < 400.0 or case.median is None:
        return 0.0
    slope = np.abs(np.gradient(qrs))
    fast = np.flatnonzero(slope >= 0.5 * slope.max())
    lead_in = qrs[: int(fast[0]) + 1]
    rising = abs(float(lead_in[-1])) >= 0.8 * float(np.abs(lead_in).max())
    peak = float(qrs[int(np.argmax(np.abs(qrs)))])
    same = np.sign(lead_in[-1]) == np.sign(peak) and abs(float(lead_in[-1])) >= 60.0
    return float(fast[0]) * 1000.0 / case.median.fs_hz if rising and same else 0.0


def _short_pr(case: Case) -> list[Statement]:
    c, pr = case.criteria, case.measurements.pr_ms
    if pr is None or pr >= c["av.short_pr_ms"] or case.is_child or case.atrial.tied < c["sinus.tied_least"]:
        return []
    return [
        state(
            "short_pr",
            margin(pr, c["av.short_pr_ms"], 20.0),
            value("PR", pr, "ms", limit=f"< {c['av.short_pr_ms']:.0f}"),
        )
    ]
