"""Rhythms from above the ventricles: sinus, atrial, junctional, fibrillation and flutter, pacing (ecg.md section 5)."""

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Statement
from tianmu.clinical.ecg.engine.statements.blocks import av_block
from tianmu.clinical.ecg.engine.statements.case import Case, margin, state, value
from tianmu.clinical.ecg.engine.statements.paediatric import band_of
from tianmu.clinical.ecg.engine.statements.ventricular import led_by_p, sinus_led


def rhythm(case: Case) -> list[Statement]:
    """Return the basic rhythm with its rate statements, and AV block where the rhythm is sinus."""
    if case.beats.samples.size < 2:
        return [state("rhythm_undetermined", 0.9, value("beats", float(case.beats.samples.size)))]
    paced = _pacing(case)
    if paced:
        return paced
    if _sinus_of_a_child(case):
        return _sinus(case, steady=True)
    flutter = _flutter(case)
    if flutter:
        return flutter
    block = av_block(case)
    if any(statement.code == "av_block_3" for statement in block):
        return block
    if _fibrillates(case) and (not block or block[0].code == "av_block_1" or case.fibrillation_score >= 0.5):
        return _fibrillation(case)
    if sinus_led(case) or block:
        return [*_sinus(case, steady=not block or block[0].code == "av_block_1"), *block]
    return _no_sinus(case)


def irregularity(rr_ms: np.ndarray) -> float:
    """Return RMSSD / mean RR."""
    if rr_ms.size < 3:
        return 0.0
    return float(np.sqrt((np.diff(rr_ms) ** 2).mean()) / rr_ms.mean())


def _basic_rr(case: Case) -> np.ndarray:
    """Return RR intervals between neighbouring beats of which neither is premature or ventricular."""
    plain = np.isin(case.beats.classes, ("N", "P", "Q"))
    both = plain[1:] & plain[:-1]
    return case.rr_ms[both]


def _pacing(case: Case) -> list[Statement]:
    c = case.criteria
    if case.spikes.size < 2 or case.spikes.size < c["pacing.share_least"] * case.beats.samples.size:
        return []
    lag = (case.beats.samples[:, None] - case.spikes[None, :]) * 1000.0 / case.fs_hz
    onset = case.median.boundaries if case.median else None
    half = 0.0
    if onset and onset.qrs_onset is not None and onset.r_peak is not None:
        half = (onset.r_peak - onset.qrs_onset) * 1000.0 / case.fs_hz
    before_qrs = ((lag > -20.0) & (lag <= half + c["pacing.before_qrs_ms"])).any(axis=1).mean()
    before_p = ((lag > c["pacing.before_p_from_ms"]) & (lag <= half + c["pacing.before_p_to_ms"])).any(axis=1).mean()
    proof = (
        value("spikes", float(case.spikes.size)),
        value("share of QRS with a spike", float(before_qrs)),
        value("share of P with a spike", float(before_p)),
    )
    share = c["pacing.share_least"]
    wide = (case.measurements.qrs_ms or 0.0) >= c["qrs.complete_ms"] - 10.0
    if before_qrs >= share and wide:
        return [state("pacing_sequential" if before_p >= share else "pacing_ventricular", 0.9, *proof)]
    if before_p >= share or before_qrs >= share:
        return [state("pacing_atrial", 0.85, *proof)]
    return []


def _flutter(case: Case) -> list[Statement]:
    c, atrial = case.criteria, case.atrial
    rate, strength = atrial.flutter_rate, atrial.flutter_strength
    in_range = c["flutter.rate_from"] <= rate <= c["flutter.rate_to"]
    ventricular = case.measurements.ventricular_rate or 0.0
    if not in_range or strength < c["flutter.strength_least"] or ventricular <= 0.0 or atrial.wave_uv < 12.0:
        return []
    # F waves keep step with QRS; fibrillatory waves do not. One P for each QRS at an ordinary rate is sinus rhythm.
    locked = atrial.tied >= c["flutter.tied_least"] or strength >= c["flutter.strength_sure"] + 0.2
    single = atrial.p_samples.size <= 1.35 * case.beats.samples.size and ventricular < c["flutter.two_to_one_rate"]
    if not locked or (single and strength < c["flutter.strength_sure"]):
        return []
    rr = _basic_rr(case)
    ratio = rate / (60000.0 / float(np.median(rr))) if rr.size else rate / ventricular
    whole = abs(ratio - round(ratio)) <= 0.12 * max(1.0, ratio / 3.0)
    if round(ratio) < 2 or (not whole and strength < c["flutter.strength_least"] + 0.2):
        return []
    steady = rr.size >= 2 and rr.std() / rr.mean() < 0.08
    qualifier = f"conduction_{round(ratio)}_1" if steady and 2 <= round(ratio) <= 4 else "conduction_varying"
    proof = (
        value("F rate", rate, "1/min", limit=f"{c['flutter.rate_from']:.0f}–{c['flutter.rate_to']:.0f}"),
        value("F regularity", strength, limit=f"≥ {c['flutter.strength_least']}"),
        value("rate", ventricular, "1/min"),
    )
    return [
        state("atrial_flutter", margin(strength, c["flutter.strength_least"], 0.3), *proof, qualifiers=(qualifier,))
    ]


def _fibrillates(case: Case) -> bool:
    """Tell whether RR is irregular with no pattern and no steady P goes before QRS."""
    c = case.criteria
    rr = _basic_rr(case) if (case.beats.classes == "V").any() else case.rr_ms
    wild, tied = irregularity(rr), case.atrial.tied
    return (
        (wild >= c["af.irregularity_least"] and tied < c["af.tied_most"])
        or (wild >= c["af.irregularity_sure"] and tied < c["af.tied_most_sure"])
        or (wild >= c["af.irregularity_least"] and case.fibrillation_score >= c["af.score_least"])
        or (
            wild >= c["af.irregularity_sure"]
            and tied < c["af.tied_most_spread"]
            and _pr_spread_ms(case) >= c["af.pr_spread_ms"]
        )
    )


def _pr_spread_ms(case: Case) -> float:
    """Return the SD of P to R over the normal beats: a sinus P keeps its distance, an f wave does not."""
    known = case.atrial.pr_ms[(case.beats.classes == "N") & np.isfinite(case.atrial.pr_ms)]
    return float(known.std()) if known.size >= 5 else 0.0


def _fibrillation(case: Case) -> list[Statement]:
    c = case.criteria
    rate = case.measurements.ventricular_rate or 0.0
    wild = irregularity(case.rr_ms)
    proof = (
        value("RMSSD/mean RR", wild, limit=f"≥ {c['af.irregularity_least']}"),
        value("share of QRS led by P", case.atrial.tied, limit=f"< {c['af.tied_most']}"),
        value("rate", rate, "1/min"),
    )
    sure = margin(wild, c["af.irregularity_least"], 0.15) * (1.0 if case.atrial.tied < 0.35 else 0.85)
    found = [state("atrial_fibrillation", sure, *proof)]
    width, shortest = case.measurements.qrs_ms or 0.0, float(case.rr_ms.min())
    if width > c["wpw.qrs_least_ms"] and rate >= c["af.preexcited_rate"] and shortest <= c["af.preexcited_rr_ms"]:
        shown = value("shortest RR", shortest, "ms", limit=f"≤ {c['af.preexcited_rr_ms']:.0f}")
        return [
            state(
                "preexcited_fibrillation", 0.55, shown, value("QRS", width, "ms"), *proof, qualifiers=("not_excluded",)
            )
        ]
    if rate > c["af.rapid_rate"]:
        found.append(state("atrial_fibrillation_rapid", sure, proof[2]))
    elif rate < c["af.slow_rate"]:
        found.append(state("atrial_fibrillation_slow", sure, proof[2]))
    return found


def _sinus(case: Case, *, steady: bool) -> list[Statement]:
    c, m = case.criteria, case.measurements
    rate = (m.ventricular_rate if steady else m.atrial_rate) or 0.0
    tie = value("share of QRS led by P", case.atrial.tied, limit=f"≥ {c['sinus.tied_least']}")
    sure = (0.7 + 0.29 * case.atrial.tied) * (1.0 if m.p_axis_deg is not None else 0.75)
    found = [state("sinus_rhythm", sure, tie, value("P axis", m.p_axis_deg, "°"))]
    shown = value("rate", rate, "1/min")
    slow, fast = c["rate.bradycardia"], c["rate.tachycardia"]
    if case.is_child and case.age_years is not None:
        slow, fast = band_of(case.age_years).rate
    if rate > fast:
        found.append(state("sinus_tachycardia", margin(rate, fast, 10.0), shown))
    elif rate < c["rate.bradycardia_severe"]:
        found.append(state("sinus_bradycardia_severe", margin(rate, c["rate.bradycardia_severe"], 5.0), shown))
    elif rate < slow:
        found.append(state("sinus_bradycardia", margin(rate, slow, 5.0), shown))
    return found + (_sinus_variation(case) if steady else [])


def _sinus_variation(case: Case) -> list[Statement]:
    """State sinus arrhythmia, pause and sinoatrial block from the RR of undisturbed beats."""
    c = case.criteria
    rr = _basic_rr(case)
    if rr.size < 3:
        return []
    middle = float(np.median(rr))
    longest = float(rr.max())
    multiple = longest / middle
    if longest >= c["sinus.pause_ms"] and longest > 1.5 * middle:
        proof = (
            value("longest RR", longest, "ms", limit=f"> {c['sinus.pause_ms']:.0f}"),
            value("usual RR", middle, "ms"),
        )
        whole = (
            abs(longest - round(multiple) * middle) <= c["sinus.pause_multiple_tolerance_ms"] and round(multiple) >= 2
        )
        return [state("sa_block" if whole else "sinus_pause", 0.7, *proof)]
    spread = longest - float(rr.min())
    if spread > c["sinus.arrhythmia_ms"] and spread / middle > c["sinus.arrhythmia_share"] and multiple < 1.7:
        return [
            state("sinus_arrhythmia", margin(spread, c["sinus.arrhythmia_ms"], 120.0), value("RR spread", spread, "ms",
                  limit=f"> {c['sinus.arrhythmia_ms']:.0f}"))
        ]  # fmt: skip
    return []


def _svt_from(case: Case) -> float:
    """Return the rate from which a narrow regular rhythm is a supraventricular tachycardia; children beat faster."""
    if not case.is_child or case.age_years is None:
        return case.criteria["svt.rate_least"]
    infant = case.age_years < case.criteria["svt.infant_to_years"]
    return case.criteria["svt.infant_rate_least" if infant else "svt.child_rate_least"]


def _sinus_of_a_child(case: Case) -> bool:
    """Tell whether a child's narrow regular rhythm, fast for adults but not for it, is led by one wave each beat.

    So fast, the P lies in the T before it: its axis and its distance cannot be asked as at adult rates.
    """
    c, m, rr = case.criteria, case.measurements, _basic_rr(case)
    rate = m.ventricular_rate or 0.0
    if not case.is_child or not c["svt.child_asked_from"] <= rate < _svt_from(case) or rr.size < 3:
        return False
    narrow = (m.qrs_ms or 0.0) < c["qrs.incomplete_ms"]
    steady = float(rr.std() / rr.mean()) <= c["regular.variation_most"]
    single = case.atrial.p_samples.size <= 1.35 * case.beats.samples.size
    weak = case.atrial.flutter_strength < c["flutter.strength_sure"]
    return bool(narrow and steady and single and weak and case.atrial.tied >= c["sinus.tied_least"])


def _no_sinus(case: Case) -> list[Statement]:
    """Name a regular rhythm without sinus P: SVT, atrial, junctional or ventricular escape."""
    c, m = case.criteria, case.measurements
    rate, width = m.ventricular_rate or 0.0, m.qrs_ms or 0.0
    rr = _basic_rr(case)
    regular = rr.size >= 2 and float(rr.std() / rr.mean()) <= c["regular.variation_most"]
    proof = (value("rate", rate, "1/min"), value("QRS", width, "ms"), value("P axis", m.p_axis_deg, "°"))
    narrow = width < c["qrs.complete_ms"]
    led = led_by_p(case)
    fast_from = _svt_from(case)
    if narrow and regular and rate >= fast_from:
        return [state("svt", margin(rate, fast_from, 30.0), *proof)]
    if led and rate > c["at.rate_least"]:
        return [state("atrial_tachycardia", 0.65, *proof)]
    if led:
        return [state("ectopic_atrial_rhythm", 0.6, *proof)]
    if not regular:
        return [state("rhythm_undetermined", 0.5, *proof, value("RMSSD/mean RR", irregularity(rr)))]
    if not narrow and rate <= c["vt.rate_least"]:
        slow = rate < c["ventricular.escape_to"]
        return [state("ventricular_escape" if slow else "idioventricular_accelerated", 0.65, *proof)]
    if rate < c["junctional.escape_to"]:
        return [state("junctional_escape", 0.65, *proof)]
    fast = rate > c["junctional.accelerated_to"]
    return [state("junctional_tachycardia" if fast else "junctional_accelerated", 0.6, *proof)]
