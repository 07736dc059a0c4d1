"""From a Recording to an Analysis: beats, median beat, measurements, statements, alerts, quality (ecg.md 3–6, 10)."""

from dataclasses import replace

import numpy as np

from tianmu.clinical.ecg.engine import beats as beat_finder
from tianmu.clinical.ecg.engine import waves
from tianmu.clinical.ecg.engine.analysis import (
    Analysis,
    Beats,
    LeadMeasurements,
    Measurements,
    MedianBeat,
    Quality,
    Severity,
    Statement,
)
from tianmu.clinical.ecg.engine.criteria import Criteria, default_criteria
from tianmu.clinical.ecg.engine.critical.rules import CriticalRules, critical_alerts, shipped_rules
from tianmu.clinical.ecg.engine.gaps import (
    SHORTEST_S,
    Gaps,
    Mask,
    broken_intervals,
    clear_of,
    gaps_of,
    mask_of,
)
from tianmu.clinical.ecg.engine.library import ordered
from tianmu.clinical.ecg.engine.measure.alternation import Alternation, measure_alternation
from tianmu.clinical.ecg.engine.measure.atrial import Atrial, measure_atrial, no_atrial
from tianmu.clinical.ecg.engine.measure.atrial_clock import atrial_clock
from tianmu.clinical.ecg.engine.measure.chaos import Chaos, measure_chaos
from tianmu.clinical.ecg.engine.measure.fusion import class_fusion_beats
from tianmu.clinical.ecg.engine.measure.given import Given, with_given
from tianmu.clinical.ecg.engine.measure.global_qrs import refine_qrs
from tianmu.clinical.ecg.engine.measure.intervals import rr_intervals_ms
from tianmu.clinical.ecg.engine.measure.lead_waves import measure_lead
from tianmu.clinical.ecg.engine.measure.leads import Signals, standard_leads
from tianmu.clinical.ecg.engine.measure.p_wave import settle_p
from tianmu.clinical.ecg.engine.measure.pacing import APART_MS, find_spikes, remove_spikes
from tianmu.clinical.ecg.engine.measure.reconcile import reconcile
from tianmu.clinical.ecg.engine.measure.shapes import count_shapes
from tianmu.clinical.ecg.engine.measure.summary import measurements_of
from tianmu.clinical.ecg.engine.measure.wide_beats import class_wide_beats
from tianmu.clinical.ecg.engine.quality.grade import grade_recording
from tianmu.clinical.ecg.engine.quality.reversal import find_reversals
from tianmu.clinical.ecg.engine.recording import Float64, Int32, Recording
from tianmu.clinical.ecg.engine.signal.filters import low_pass, remove_wander
from tianmu.clinical.ecg.engine.statements.beat_to_beat import beat_to_beat
from tianmu.clinical.ecg.engine.statements.case import Case, state, value
from tianmu.clinical.ecg.engine.statements.chambers import chambers, has_strain
from tianmu.clinical.ecg.engine.statements.conclude import conclusion, suppress
from tianmu.clinical.ecg.engine.statements.conduction import conduction
from tianmu.clinical.ecg.engine.statements.ectopy import ectopy, long_pause
from tianmu.clinical.ecg.engine.statements.infarction import infarction
from tianmu.clinical.ecg.engine.statements.paediatric import paediatric
from tianmu.clinical.ecg.engine.statements.repolarisation import early_patterns, repolarisation
from tianmu.clinical.ecg.engine.statements.supraventricular import irregularity, rhythm
from tianmu.clinical.ecg.engine.statements.ventricular import led_by_p, ventricular_rhythm

ENGINE_VERSION = "0.2.0"
STRETCH_S = 4.0
LEAST_IRREGULAR = 0.09
LEAST_S = 2.0
FIBRILLATION_S = 10.0
WAVES_S = 0.45
SILENT_MOST = 0.3
NO_PR = frozenset(
    {"atrial_fibrillation", "atrial_flutter", "av_block_3", "pacing_ventricular", "ventricular_tachycardia",
     "ventricular_fibrillation", "ventricular_flutter", "torsades", "polymorphic_vt", "preexcited_fibrillation",
     "wide_qrs_tachycardia"}
)  # fmt: skip

NO_SHAPE = frozenset({"ventricular_fibrillation", "ventricular_flutter", "asystole", "torsades", "polymorphic_vt"})


def analyse(
    recording: Recording,
    *,
    age_years: float | None = None,
    sex: str | None = None,
    criteria: Criteria | None = None,
    critical_rules: CriticalRules | None = None,
    given: Given | None = None,
) -> Analysis:
    """Interpret a resting recording; `sex` is M, F or None, `age_years` None when unknown (adult limits then apply).

    `given` are boundaries a reader set on the median beat: they replace the machine's, all else follows from them.
    Raises ValueError for a recording without samples. A recording in which nothing can be read gives an Analysis
    that says so: unknown is never shown as normal.
    """
    thresholds = criteria or default_criteria()
    signals = standard_leads(recording)
    quality = grade_recording(recording, signals, thresholds)
    case = _build_case(signals, quality, thresholds, age_years, sex, given)
    stated = _state_all(case)
    case = _as_storm(case, stated)
    codes = _codes(stated)
    case = _without_pr(case) if codes & NO_PR else case
    reversals = find_reversals(signals, case.matrix, case.median, sinus=led_by_p(case))
    if codes & {"ventricular_fibrillation", "ventricular_flutter", "asystole", "ventricular_tachycardia", "torsades"}:
        reversals = ()
    if "dextrocardia" in codes or any(not code.startswith("V") for code in reversals):
        stated = [_as_sinus(statement) for statement in stated]
    statements = suppress([*stated, *_quality_statements(quality, reversals)])
    verdict = conclusion(statements, quality.grade)
    if verdict is Severity.NORMAL and quality.grade != "D":
        statements = (*statements, state("normal_ecg", 0.8))
    return Analysis(
        engine_version=ENGINE_VERSION,
        criteria_version=thresholds.version,
        beats=case.beats,
        median=case.median,
        measurements=case.measurements,
        matrix=case.matrix,
        statements=ordered(statements),
        alerts=critical_alerts(statements, case.measurements, _rr_extremes(case), critical_rules or shipped_rules()),
        quality=replace(quality, reversals=reversals),
        conclusion=verdict,
    )


def _usable(signals: Signals, quality: Quality) -> Signals:
    """Return the leads that hold a signal; all of them when none does."""
    lost = {name for name, lead in quality.leads.items() if {"lead_off", "missing"} & set(lead.faults)}
    kept = [index for index, name in enumerate(signals.names) if name not in lost]
    if not kept:
        return signals
    return signals.kept(kept)


def _all_spikes(signals: Signals) -> Int32:
    """Join the spikes of the beat finder and of the sharper test here; two within 20 ms are one."""
    both = np.concatenate(
        [find_spikes(signals.uv, signals.fs_hz), beat_finder.pacing_spikes(signals.uv, signals.fs_hz)]
    )
    spikes = np.unique(both).astype(np.int32)
    apart = np.diff(spikes, prepend=-(10**6)) > APART_MS * signals.fs_hz / 1000.0
    joined: Int32 = spikes[apart]
    return joined


def _fibrillation_score(signals: Signals, classed: Beats, rr_ms: Float64) -> float:
    """Ask the beat finder about fibrillation where RR is irregular at all."""
    short = signals.uv.shape[1] < FIBRILLATION_S * signals.fs_hz
    if short or classed.samples.size < 6 or irregularity(rr_ms) < LEAST_IRREGULAR:
        return 0.0
    return float(beat_finder.atrial_fibrillation(signals.uv, signals.fs_hz, classed=classed).score)


def _find_beats(signals: Signals, calm: Signals, criteria: Criteria) -> Beats:
    """Detect and class the beats of the usable leads; none when every lead stays below the least QRS."""
    low, high = np.percentile(calm.uv[:, ::4], (0.4, 99.6), axis=1)
    none = np.zeros(0, dtype=np.int32)
    if float((high - low).max()) < criteria["signal.least_qrs_uv"] or signals.uv.shape[1] < LEAST_S * signals.fs_hz:
        return Beats(none, np.zeros(0, dtype="<U1"), none)
    samples = beat_finder.detect(signals.recorded_uv, signals.fs_hz)
    if samples.size == 0:
        return Beats(none, np.zeros(0, dtype="<U1"), none)
    samples = reconcile(calm.uv, calm.fs_hz, samples)
    samples = samples[clear_of(samples, signals.silent, SHORTEST_S * signals.fs_hz)]
    return beat_finder.classify(
        signals.uv, signals.fs_hz, samples, broken=broken_intervals(samples, signals.silent) if signals.silent else None
    )


def _whole_beats(signals: Signals, beats: Beats) -> Beats:
    """Return the beats that no gap of any lead touches, for the median beat; all of them where fewer than three are."""
    if signals.gaps is None:
        return beats
    gaps = gaps_of(np.logical_or.reduce(signals.gaps, axis=0))
    reach = round(WAVES_S * signals.fs_hz)
    whole = clear_of(beats.samples, gaps, reach)
    return Beats(beats.samples[whole], beats.classes[whole], beats.templates[whole]) if whole.sum() >= 3 else beats


def _intervals(signals: Signals, samples: Int32) -> tuple[Float64, Mask]:
    """Return RR in ms, the usual one where a gap lies inside so that no rule sees a pause, and which are known."""
    rr = rr_intervals_ms(samples, signals.fs_hz)
    known = ~broken_intervals(samples, signals.silent)
    if rr.size and not known.all():
        rr[~known] = float(np.median(rr[known])) if known.any() else 1000.0
    return rr, known


def _chaos(signals: Signals) -> tuple[Chaos, ...]:
    """Measure stretches of four seconds, two seconds apart (one stretch when the recording is shorter)."""
    width, step = round(STRETCH_S * signals.fs_hz), round(STRETCH_S * signals.fs_hz / 2.0)
    size = signals.uv.shape[1]
    if size < signals.fs_hz * 2.0:
        return ()
    silent = mask_of(signals.silent, size)
    starts = [
        start
        for start in range(0, max(1, size - width + 1), step)
        if silent[start : start + width].mean() <= SILENT_MOST
    ]
    parts = [slice(start, start + width) for start in starts]
    return tuple(measure_chaos(signals.uv[:, part], signals.fs_hz, silent[part]) for part in parts)


def _build_case(
    signals: Signals,
    quality: Quality,
    criteria: Criteria,
    age_years: float | None,
    sex: str | None,
    given: Given | None,
) -> Case:
    usable = _usable(signals, quality)
    spikes = _all_spikes(usable)
    if spikes.size:
        usable = replace(usable, uv=remove_spikes(usable.uv, usable.fs_hz, spikes))
    calm = replace(usable, uv=low_pass(remove_wander(usable.uv, usable.fs_hz), usable.fs_hz, 30.0))
    classed = _find_beats(usable, calm, criteria)
    beats = class_fusion_beats(calm.uv, calm.fs_hz, class_wide_beats(calm.uv, calm.fs_hz, classed))
    median: MedianBeat | None = None
    if beats.samples.size >= 1:
        whole = _whole_beats(usable, beats)
        median = refine_qrs(waves.median_beat(usable.uv, usable.names, usable.fs_hz, whole))
    rr, known = _intervals(usable, beats.samples)
    usual_rr = float(np.median(rr)) if rr.size else 1000.0
    atrial: Atrial = measure_atrial(usable, calm, beats, median) if median else no_atrial(beats.samples.size)
    median = settle_p(median, atrial) if median else None
    median = with_given(median, given) if median and given else median
    matrix = _matrix(median, usual_rr) if median else {}
    clock = atrial_clock(atrial.p_samples, usable.fs_hz)
    own = rr[np.isin(beats.classes[1:], ("N", "P")) & known]
    base = measurements_of(median, matrix, rr[known], criteria, sex, before_qt_ms=own)
    case = Case(
        measurements=replace(base, atrial_rate=60000.0 / clock.period_ms if clock else None),
        matrix=matrix, beats=beats, rr_ms=rr, atrial=atrial, chaos=_chaos(calm), spikes=spikes, median=median,
        fs_hz=usable.fs_hz, duration_s=(usable.uv.shape[1] - _length(usable.silent)) / usable.fs_hz,
        age_years=age_years, sex=sex, criteria=criteria, quality=quality, clock=clock,
        fibrillation_score=_fibrillation_score(usable, classed, rr),
        alternation=measure_alternation(calm.uv, calm.names, calm.fs_hz, beats, median) if median else Alternation(),
        ventricular_shapes=count_shapes(usable.uv, usable.fs_hz, beats.samples[beats.classes == "V"]),
    )  # fmt: skip
    points = measurements_of(median, matrix, rr[known], criteria, sex, strain=has_strain(case), before_qt_ms=own)
    return replace(case, measurements=replace(points, atrial_rate=case.measurements.atrial_rate))


def _length(gaps: Gaps) -> int:
    return sum(stop - start for start, stop in gaps)


def _matrix(median: MedianBeat, rr_ms: float) -> dict[str, LeadMeasurements]:
    return {
        name: measure_lead(row, median.fs_hz, median.boundaries, rr_ms)
        for name, row in zip(median.leads, median.uv, strict=True)
    }


def _state_all(case: Case) -> list[Statement]:
    """Run the rules in order; later rules see the codes of earlier ones."""
    storm = ventricular_rhythm(case)
    found = storm or rhythm(case)
    codes = frozenset(statement.code for statement in found)
    if codes & NO_SHAPE or case.duration_s < LEAST_S:
        return found
    if codes & {"ventricular_tachycardia"} or case.median is None:
        return found
    found += ectopy(case, codes) + long_pause(case) + beat_to_beat(case, codes)
    if codes & NO_PR:
        case = _without_pr(case)
    found += conduction(case, codes)
    found += early_patterns(case)
    found += chambers(case, _codes(found))
    found += infarction(case, _codes(found))
    found += repolarisation(case, _codes(found))
    return found + paediatric(case)


def _codes(statements: list[Statement]) -> frozenset[str]:
    return frozenset(statement.code for statement in statements)


def _without_pr(case: Case) -> Case:
    """Return the case without P and PR, for rhythms in which no P leads the QRS."""
    measurements = replace(case.measurements, pr_ms=None, p_ms=None, p_axis_deg=None, ptf_v1_mm_s=None)
    matrix = {
        name: replace(row, p_uv=None, p_negative_uv=None, p_ms=None, p_area_uv_ms=None)
        for name, row in case.matrix.items()
    }
    return replace(case, measurements=measurements, matrix=matrix, median=_without_p(case.median))


def _without_p(median: MedianBeat | None) -> MedianBeat | None:
    if median is None:
        return None
    gone = {"p_onset": None, "p_peak": None, "p_end": None}
    per_lead = {name: replace(marks, **gone) for name, marks in median.per_lead.items()}
    return replace(median, boundaries=replace(median.boundaries, **gone), per_lead=per_lead)


def _as_sinus(statement: Statement) -> Statement:
    """Read an atrial rhythm as sinus when swapped limb cables explain its odd P axis."""
    if statement.code != "ectopic_atrial_rhythm":
        return statement
    return state("sinus_rhythm", 0.6, *statement.evidence, qualifiers=("possible",))


def _as_storm(case: Case, stated: list[Statement]) -> Case:
    """Take the rate of VT or torsades from the repetition of the signal, and no rate at all in fibrillation."""
    storm = next((s for s in stated if s.code in NO_SHAPE or s.code == "ventricular_tachycardia"), None)
    if storm is None:
        return case
    told = [item.value for item in storm.evidence if item.name == "rate" and isinstance(item.value, float)]
    rate = told[0] if told and storm.code not in {"ventricular_fibrillation", "asystole"} else None
    measurements = replace(
        case.measurements, ventricular_rate=rate, ventricular_rate_min=None, ventricular_rate_max=None,
        atrial_rate=None,        rr_ms=60000.0 / rate if rate else None,
    )  # fmt: skip
    if storm.code in NO_SHAPE:
        measurements = Measurements(ventricular_rate=rate, rr_ms=measurements.rr_ms)
    return replace(case, measurements=measurements, rr_ms=np.zeros(0))


def _quality_statements(quality: Quality, reversals: tuple[str, ...]) -> list[Statement]:
    found = []
    if quality.grade == "D":
        found.append(state("poor_quality", 0.9, value("grade", "D")))
    off = [name for name, lead in quality.leads.items() if "lead_off" in lead.faults]
    if off:
        found.append(state("lead_off", 0.95, value("leads", ", ".join(off))))
    limb = [code for code in reversals if not code.startswith("V")]
    chest = [code for code in reversals if code.startswith("V")]
    if limb:
        found.append(state("limb_reversal", 0.8, value("cables", ", ".join(limb))))
    if chest:
        found.append(state("chest_reversal", 0.65, value("cables", ", ".join(chest))))
    return found


def _rr_extremes(case: Case) -> dict[str, float]:
    rr: Float64 = case.rr_ms
    return {"rr_max_ms": float(rr.max()), "rr_min_ms": float(rr.min())} if rr.size else {}
