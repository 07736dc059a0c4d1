"""Alternans, fusion, pacing faults, blocked premature P, scooped ST, dextrocardia: inside and outside."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.analysis import Beats, Boundaries, MedianBeat, Statement
from tianmu.clinical.ecg.engine.measure.alternation import Alternation, measure_alternation
from tianmu.clinical.ecg.engine.measure.fusion import class_fusion_beats
from tianmu.clinical.ecg.engine.statements.beat_to_beat import beat_to_beat
from tianmu.clinical.ecg.engine.statements.case import Case
from tianmu.clinical.ecg.engine.statements.conduction import conduction
from tianmu.clinical.ecg.engine.statements.ectopy import ectopy
from tianmu.clinical.ecg.engine.statements.infarction import infarction
from tianmu.clinical.ecg.engine.statements.repolarisation import repolarisation
from tianmu.clinical.ecg.engine.statements.scooped import scooped
from tianmu.clinical.ecg.engine.statements.tests.case_factory import atrial, changed, make_case

SINUS = frozenset({"sinus_rhythm"})
FS = 500.0


def codes(statements: list[Statement]) -> set[str]:
    return {statement.code for statement in statements}


def alternating(t_uv: Mapping[str, float] | None = None, qrs: Mapping[str, float] | None = None) -> Case:
    return replace(make_case(), alternation=Alternation(t_uv or {}, qrs or {}))


def test_alternans_needs_size_and_two_leads() -> None:
    assert codes(beat_to_beat(alternating({"II": 50.0, "V3": 50.0}), SINUS)) == {"t_alternans"}
    assert codes(beat_to_beat(alternating({"II": 50.0, "V3": 49.0}), SINUS)) == set()
    assert codes(beat_to_beat(alternating(qrs={"II": 0.2, "V3": 0.2}), SINUS)) == {"qrs_alternans"}
    assert codes(beat_to_beat(alternating(qrs={"II": 0.2, "V3": 0.19}), SINUS)) == set()
    fibrillating = frozenset({"atrial_fibrillation"})
    assert codes(beat_to_beat(alternating({"II": 90.0, "V3": 90.0}), fibrillating)) == set()


def drawn(t_step: float, qrs_step: float, breath: float = 0.0) -> Alternation:
    """Measure twelve beats of 1 mV whose T (300 µV) and QRS change by turns; `breath` moves the base line likewise."""
    at = 200 + 400 * np.arange(12)
    clock = np.arange(5000)
    uv = breath * np.cos(np.pi * (clock - 170) / 400.0)
    for number, place in enumerate(at):
        sign = 0.5 if number % 2 else -0.5
        uv = uv + (1000.0 + sign * qrs_step) * np.exp(-(((clock - place) / 6.0) ** 2))
        uv = uv + (300.0 + sign * t_step) * np.exp(-(((clock - place - 130) / 25.0) ** 2))
    uv = uv + np.random.default_rng(3).normal(0.0, 3.0, clock.size)
    beats = Beats(at.astype(np.int32), np.full(12, "N"), np.zeros(12, dtype=np.int32))
    marks = Boundaries(qrs_onset=180, r_peak=200, qrs_end=222, t_peak=330, t_end=390)
    median = MedianBeat(("II",), np.zeros((1, 500)), FS, marks, {"II": marks})
    return measure_alternation(uv[None, :], ("II",), FS, beats, median)


def test_alternation_is_measured_and_breathing_is_not() -> None:
    assert drawn(80.0, 0.0).t_uv["II"] == pytest.approx(80.0, abs=8.0)
    assert drawn(0.0, 300.0).qrs_share["II"] == pytest.approx(0.3, abs=0.03)
    assert drawn(0.0, 0.0) == Alternation()
    assert not drawn(0.0, 0.0, breath=200.0).t_uv


def paced(spikes_ms: list[float], r_ms: list[float]) -> Case:
    case = make_case(qrs_ms=150.0)
    samples = np.array(r_ms) * FS / 1000.0
    beats = Beats(samples.astype(np.int32), np.full(len(r_ms), "P"), np.zeros(len(r_ms), dtype=np.int32))
    spikes = (np.array(spikes_ms) * FS / 1000.0).astype(np.int32)
    return replace(case, beats=beats, rr_ms=np.diff(r_ms), spikes=spikes)


def test_a_spike_without_qrs_is_a_failure_to_capture() -> None:
    every = [500.0, 1500.0, 2500.0, 3500.0, 4500.0]
    rhythm = frozenset({"pacing_ventricular"})
    caught = [one + 60.0 for one in every]
    assert codes(beat_to_beat(paced(every, caught), rhythm)) == set()
    missed = [one for one in caught if one != 2560.0]
    assert codes(beat_to_beat(paced(every, missed), rhythm)) == {"pacing_capture_failure"}
    assert codes(beat_to_beat(paced(every, [850.0 if one == 560.0 else one for one in caught]), rhythm)) == set()
    late = [852.0 if one == 560.0 else one for one in caught]
    assert codes(beat_to_beat(paced(every, late), rhythm)) == {"pacing_capture_failure"}
    assert codes(beat_to_beat(paced([500.0, 1500.0], [560.0, 2200.0]), rhythm)) == set()


def test_a_spike_soon_after_a_beat_is_a_failure_to_sense() -> None:
    rhythm = frozenset({"pacing_ventricular"})
    every = [500.0, 1500.0, 2500.0, 3500.0]
    own = [560.0, 1560.0, 2172.0, 3560.0]
    assert codes(beat_to_beat(paced(every, own), rhythm)) == {"pacing_sense_failure"}
    outside = [560.0, 1560.0, 2168.0, 3560.0]
    assert codes(beat_to_beat(paced(every, outside), rhythm)) == {"pacing_capture_failure"}


def test_noise_out_of_step_is_no_pacemaker() -> None:
    assert codes(beat_to_beat(paced([500.0, 700.0, 2900.0, 4400.0], [560.0, 1560.0, 2560.0, 3560.0]), SINUS)) == set()


def test_premature_p_without_qrs() -> None:
    rr = [800.0] * 4 + [1300.0] + [800.0] * 4

    def with_p(after_ms: float) -> Case:
        case = make_case(rr_ms=rr)
        r_ms = case.beats.samples * 2.0
        p_ms = np.sort(np.append(r_ms - 150.0, r_ms[4] - 150.0 + after_ms))
        samples = (p_ms / 2.0).astype(np.int32)
        return replace(case, atrial=replace(atrial(beats=r_ms.size), p_samples=samples))

    assert "atrial_premature_blocked" in codes(ectopy(with_p(676.0), SINUS))
    assert "atrial_premature_blocked" not in codes(ectopy(with_p(684.0), SINUS))
    second = SINUS | {"av_block_2_mobitz_2"}
    assert "atrial_premature_blocked" not in codes(ectopy(with_p(676.0), second))


def mixed(share: float) -> str:
    """Return the class of a beat that is `share` ventricular, amid five sinus and three ventricular beats."""
    clock = np.arange(6000)
    lead = np.array([1.0, -0.5, 0.3])[:, None]
    other = np.array([-0.6, 0.9, 1.0])[:, None]
    uv = np.zeros((3, clock.size))
    kinds = "NVNNVNFNVN"
    at = 300 + 500 * np.arange(len(kinds))
    for place, kind in zip(at, kinds, strict=True):
        part = {"N": 0.0, "V": 1.0, "F": share}[kind]
        uv += (1.0 - part) * 1000.0 * lead * np.exp(-(((clock - place) / 8.0) ** 2))
        uv += part * 1200.0 * other * np.exp(-(((clock - place) / 28.0) ** 2))
    classes = np.array(["N" if kind == "F" else kind for kind in kinds])
    templates = np.array([{"N": 0, "V": 1, "F": 2}[kind] for kind in kinds], dtype=np.int32)
    found = class_fusion_beats(uv, FS, Beats(at.astype(np.int32), classes, templates))
    return str(found.classes[6])


def test_a_mixture_of_both_beats_is_fusion_and_neither_alone_is() -> None:
    assert mixed(0.5) == "F"
    assert mixed(0.02) == "N"
    assert mixed(0.98) == "N"
    fused = make_case(classes="NNNNNFNNNNNN")
    assert "ventricular_fusion" in codes(beat_to_beat(fused, SINUS))


def sagging(depth: float, at_share: float, t_uv: float = 120.0) -> Case:
    case = make_case()
    assert case.median is not None
    uv = case.median.uv.copy()
    first, last = 191, 330
    clock = np.arange(uv.shape[1])
    curve = depth * np.exp(-(((clock - first - at_share * (last - first)) / 14.0) ** 2))
    curve += t_uv * np.exp(-(((clock - 305) / 9.0) ** 2))
    for lead in ("V4", "V5", "V6"):
        uv[case.median.leads.index(lead)] = curve
    return replace(case, median=replace(case.median, uv=uv))


def test_scooped_st_sags_early_and_comes_back() -> None:
    assert codes(scooped(sagging(-90.0, 0.35))) == {"digitalis"}
    assert codes(scooped(sagging(-45.0, 0.35))) == set()
    assert codes(scooped(sagging(-90.0, 0.70))) == set()
    assert codes(scooped(sagging(-90.0, 0.35, t_uv=0.0))) == set()


def test_dextrocardia_turns_lead_one_and_lets_r_fall() -> None:
    one = {"p_uv": None, "p_negative_uv": -80.0, "qrs_net_uv": -400.0, "t_uv": None, "t_negative_uv": -200.0}
    falling = {"V2": {"r_uv": 900.0}, "V4": {"r_uv": 600.0}, "V6": {"r_uv": 399.0}}
    assert "dextrocardia" in codes(conduction(make_case(matrix=changed({"I": one, **falling})), SINUS))
    upright = {**falling, "V6": {"r_uv": 401.0}}
    assert "dextrocardia" not in codes(conduction(make_case(matrix=changed({"I": one, **upright})), SINUS))
    assert "dextrocardia" not in codes(conduction(make_case(matrix=changed(falling)), SINUS))


def test_q_waves_that_belong_to_no_wall() -> None:
    deep = {"q_uv": -200.0, "q_ms": 35.0}
    assert "q_abnormal" in codes(infarction(make_case(matrix=changed({"II": deep, "V4": deep})), SINUS))
    assert "q_abnormal" not in codes(infarction(make_case(matrix=changed({"III": deep, "V4": deep})), SINUS))


def test_flat_t_in_two_leads_is_unspecific_and_in_three_is_flat() -> None:
    low = {"r_uv": 1200.0, "t_uv": 119.0}
    two = codes(repolarisation(make_case(matrix=changed({"V5": low, "V6": low})), SINUS))
    assert "st_t_nonspecific" in two
    assert "t_flat" not in two
    high = {"r_uv": 1200.0, "t_uv": 121.0}
    assert "st_t_nonspecific" not in codes(repolarisation(make_case(matrix=changed({"V5": low, "V6": high})), SINUS))
    three = codes(repolarisation(make_case(matrix=changed({"V4": low, "V5": low, "V6": low})), SINUS))
    assert "t_flat" in three
