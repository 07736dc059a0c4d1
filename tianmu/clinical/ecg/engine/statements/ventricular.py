"""Rhythms that may kill: ventricular fibrillation, flutter, tachycardia; asystole (ecg.md section 5)."""

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Evidence, Severity, Statement
from tianmu.clinical.ecg.engine.measure.chaos import Chaos
from tianmu.clinical.ecg.engine.statements.aberrancy import bundle_shape, ventricular_signs
from tianmu.clinical.ecg.engine.statements.case import Case, margin, state, value

LEAST_SPIKES = 4
LEAST_BEATS = 3
SAME_PERIOD_MS = 20.0


def ventricular_rhythm(case: Case) -> list[Statement]:
    """Return the statement of a malignant rhythm or of missing beats; empty when neither is seen."""
    if case.duration_s < 2.0:
        return [state("rhythm_undetermined", 1.0, value("seconds", case.duration_s, "s", limit="≥ 2"))]
    if case.beats.samples.size == 0 and not _stormy(case):
        return [state("asystole", 0.8, value("beats", 0.0), value("duration", case.duration_s, "s"))]
    beats = case.beats.samples.size
    if beats >= LEAST_BEATS and case.spikes.size >= max(LEAST_SPIKES, 0.5 * beats):
        return []
    stretches = _stormy(case)
    if stretches and _may_be_aberrant(case):
        return [_unknown_origin(case)]
    if stretches:
        return [_name_storm(case, stretches)]
    return _wide_tachycardia(case)


def _stormy(case: Case) -> list[Chaos]:
    """Return the stretches without steep slopes: two of them, or one that is very smooth."""
    found = [part for part in case.chaos if _is_stormy(case, part)]
    if len(found) == 1 and len(case.chaos) > 1 and found[0].slope_kurtosis > case.criteria["chaos.kurtosis_alone"]:
        return []
    return found


def _is_stormy(case: Case, part: Chaos) -> bool:
    """Tell whether a stretch looks like VT or flutter (regular), torsades (twisting) or fibrillation (irregular)."""
    c = case.criteria
    if part.amplitude_uv < c["chaos.amplitude_least_uv"] or part.frequency_hz > c["chaos.frequency_most_hz"]:
        return False
    regular = (
        part.repetition >= c["chaos.repetition_regular"]
        and part.slope_kurtosis <= c["chaos.kurtosis_regular"]
        and part.leakage <= c["chaos.leakage_regular"]
        and part.frequency_hz >= c["chaos.frequency_regular_hz"]
        and part.period_ms <= 60000.0 / c["vt.rate_least"]
    )
    fast = (
        part.repetition >= c["chaos.repetition_fast"]
        and part.slope_kurtosis <= c["chaos.kurtosis_fast"]
        and part.leakage <= c["chaos.leakage_fast"]
        and part.period_ms <= c["chaos.period_fast_ms"]
    )
    quick = part.frequency_hz >= c["chaos.frequency_irregular_hz"]
    irregular = (
        part.repetition < c["chaos.repetition_regular"]
        and part.slope_kurtosis <= c["chaos.kurtosis_irregular"]
        and part.leakage <= c["chaos.leakage_irregular"]
    )
    twisting = (
        part.slope_kurtosis <= c["chaos.kurtosis_twisting"]
        and part.leakage <= c["chaos.leakage_twisting"]
        and part.swing >= c["vt.torsades_swing"]
        and part.repetition >= c["chaos.repetition_twisting"]
        and part.period_ms <= c["chaos.period_twisting_ms"]
        and part.frequency_hz >= c["chaos.frequency_twisting_hz"]
    )
    sharp = (
        part.slope_kurtosis <= c["chaos.kurtosis_sharp"]
        and part.leakage <= c["chaos.leakage_sharp"]
        and part.swing >= c["chaos.swing_sharp"]
        and part.repetition >= c["chaos.repetition_sharp"]
        and part.period_ms <= c["chaos.period_sharp_ms"]
    )
    return regular or fast or twisting or sharp or (quick and irregular)


def _name_storm(case: Case, stretches: list[Chaos]) -> Statement:
    """Name the stormy stretches: regular is tachycardia or flutter, twisting torsades, the rest fibrillation."""
    c = case.criteria
    repetition = float(np.median([part.repetition for part in stretches]))
    period = float(np.median([part.period_ms for part in stretches]))
    frequency = float(np.median([part.frequency_hz for part in stretches]))
    leakage = float(np.median([part.leakage for part in stretches]))
    swing = float(np.median([part.swing for part in stretches]))
    rate = 60000.0 / period if repetition >= c["chaos.repetition_twisting"] else 60.0 * frequency
    proof = (
        value("rate", rate, "1/min"),
        value("repetition", repetition, limit=f"≥ {c['chaos.repetition_regular']} for tachycardia"),
        value("leakage", leakage, limit=f"≤ {c['chaos.leakage_irregular']}"),
        value("seconds", 2.0 + 2.0 * len(stretches), "s"),
    )
    if repetition >= c["chaos.repetition_regular"] and swing < c["vt.torsades_swing"]:
        if rate >= c["vt.flutter_rate_least"]:
            return state("ventricular_flutter", 0.75, *proof)
        return state("ventricular_tachycardia", margin(repetition, c["chaos.repetition_regular"], 0.2), *proof)
    if repetition >= c["chaos.repetition_twisting"] and leakage <= c["chaos.leakage_twisting"]:
        long_qt = (case.measurements.qtc_fridericia_ms or 0.0) >= c["qt.marked_ms"]
        if swing >= c["vt.torsades_swing"]:
            return state("torsades", 0.8 if long_qt else 0.65, *proof, value("swing", swing))
        if repetition >= c["chaos.repetition_polymorphic"]:
            return state("polymorphic_vt", 0.65, *proof)
    return state("ventricular_fibrillation", margin(leakage, c["chaos.leakage_irregular"], 0.25), *proof)


def _wide_tachycardia(case: Case) -> list[Statement]:
    """State a regular wide tachycardia without a P before each QRS."""
    c, m = case.criteria, case.measurements
    rate, width = m.ventricular_rate, m.qrs_ms
    if rate is None or width is None or rate <= c["vt.rate_least"] or width < c["qrs.complete_ms"]:
        return []
    regular = case.rr_ms.size >= 3 and case.rr_ms.std() / case.rr_ms.mean() <= 2.0 * c["regular.variation_most"]
    if not regular or sinus_led(case):
        return []
    signs = ventricular_signs(case)
    if rate >= c["vt.named_rate"] and signs:
        shown = value("signs of ventricular origin", ", ".join(signs))
        return [state("ventricular_tachycardia", 0.6 + 0.1 * len(signs), *_wide_proof(case), shown)]
    return [_unknown_origin(case)]


def _wide_proof(case: Case) -> tuple[Evidence, ...]:
    m = case.measurements
    return (
        value("rate", m.ventricular_rate, "1/min"),
        value("QRS", m.qrs_ms, "ms"),
        value("P before QRS", case.atrial.tied),
    )


def _unknown_origin(case: Case) -> Statement:
    """State a wide tachycardia that shows no sign of ventricular origin; a typical bundle block is told."""
    shape = bundle_shape(case) if not ventricular_signs(case) else None
    shown = value("shape", shape or "of no bundle block")
    qualifiers = ("aberrancy_possible",) if shape else ()
    return state(
        "wide_qrs_tachycardia", 0.6, *_wide_proof(case), shown, severity=Severity.CRITICAL, qualifiers=qualifiers
    )


def _may_be_aberrant(case: Case) -> bool:
    """Tell whether a fast regular rhythm whose beats were all seen has a typical bundle block, no ventricular sign."""
    rate, period = case.measurements.ventricular_rate, [part.period_ms for part in case.chaos]
    if rate is None or case.rr_ms.size < LEAST_BEATS or not period:
        return False
    counted = abs(60000.0 / rate - float(np.median(period))) <= SAME_PERIOD_MS
    steady = float(case.rr_ms.std() / case.rr_ms.mean()) <= 2.0 * case.criteria["regular.variation_most"]
    return bool(counted and steady and bundle_shape(case) and not ventricular_signs(case))


def sinus_led(case: Case) -> bool:
    """Tell whether nearly every conducted beat follows an upright sinus P at a steady distance."""
    c = case.criteria
    axis = case.measurements.p_axis_deg
    below, above = c["sinus.p_axis_tolerance_below"], c["sinus.p_axis_tolerance_above"]
    if axis is None:
        upright = _p_may_be_upright(case)
    else:
        upright = c["sinus.p_axis_from"] - below <= axis <= c["sinus.p_axis_to"] + above
    return bool(upright) and led_by_p(case)


def _p_may_be_upright(case: Case) -> bool:
    """Tell whether no lead speaks against a sinus P where the axis is unknown; never at rates where VT may hide."""
    rows = [case.lead(name) for name in ("II", "I", "aVF")]
    net = [(row.p_uv or 0.0) + (row.p_negative_uv or 0.0) for row in rows]
    slow = (case.measurements.ventricular_rate or 0.0) < case.criteria["sinus.unknown_axis_rate"]
    return slow and min(net) >= -case.criteria["sinus.p_against_uv"]


def led_by_p(case: Case) -> bool:
    """Tell whether a steady wave goes before QRS, too late to be the T wave before and too early to be part of QRS."""
    pr, rr, measured = case.atrial.usual_pr_ms, case.measurements.rr_ms, case.measurements.pr_ms
    if case.atrial.tied < case.criteria["sinus.tied_least"] or measured is None:
        return False
    if measured < case.criteria["sinus.pr_least_ms"]:
        return False
    if pr is None or rr is None:
        return True
    usual_qt_ms = 400.0 * (rr / 1000.0) ** (1.0 / 3.0)
    return bool(rr - pr >= usual_qt_ms - case.criteria["sinus.p_in_t_ms"])
