"""Each criterion just inside and just outside its threshold, on hand-made measurement sets (ecg.md section 5)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.analysis import Statement
from tianmu.clinical.ecg.engine.measure.atrial_clock import atrial_clock
from tianmu.clinical.ecg.engine.statements.blocks import av_block
from tianmu.clinical.ecg.engine.statements.case import Case
from tianmu.clinical.ecg.engine.statements.chambers import chambers
from tianmu.clinical.ecg.engine.statements.conduction import conduction
from tianmu.clinical.ecg.engine.statements.ectopy import ectopy, long_pause
from tianmu.clinical.ecg.engine.statements.infarction import infarction, territories
from tianmu.clinical.ecg.engine.statements.paediatric import band_of, paediatric
from tianmu.clinical.ecg.engine.statements.repolarisation import repolarisation
from tianmu.clinical.ecg.engine.statements.supraventricular import rhythm
from tianmu.clinical.ecg.engine.statements.tests.case_factory import CALM, atrial, changed, make_case
from tianmu.clinical.ecg.engine.statements.tests.case_factory import st as level
from tianmu.clinical.ecg.engine.statements.ventricular import ventricular_rhythm

SINUS = frozenset({"sinus_rhythm"})
NONE: frozenset[str] = frozenset()


def codes(statements: list[Statement]) -> set[str]:
    return {statement.code for statement in statements}


def by_rate(rate: float, **more: Any) -> Case:
    return make_case(rr_ms=[60000.0 / rate] * 11, ventricular_rate=rate, **more)


RATE_CASES = [
    ("sinus_tachycardia", 100.5, 100.0),
    ("sinus_bradycardia", 59.5, 60.0),
    ("sinus_bradycardia_severe", 39.5, 40.0),
]


@pytest.mark.parametrize(("code", "inside", "outside"), RATE_CASES)
def test_sinus_rates(code: str, inside: float, outside: float) -> None:
    assert code in codes(rhythm(by_rate(inside)))
    assert code not in codes(rhythm(by_rate(outside)))


@pytest.mark.parametrize(
    ("age_years", "rate", "stated"),
    [
        (0.1, 150.0, "sinus_rhythm"), (0.1, 219.0, "sinus_tachycardia"), (0.1, 220.0, "svt"),
        (0.99, 219.0, "sinus_tachycardia"), (1.0, 179.0, "sinus_tachycardia"), (1.0, 180.0, "svt"),
        (15.9, 179.0, "sinus_tachycardia"), (16.0, 179.0, "svt"), (None, 150.0, "svt"),
    ],
)  # fmt: skip
def test_a_child_beats_faster_before_it_is_a_tachycardia(age_years: float | None, rate: float, stated: str) -> None:
    hidden = by_rate(rate, age_years=age_years, p_axis_deg=None, pr_ms=None)

    assert stated in codes(rhythm(hidden))
    assert ("svt" in codes(rhythm(hidden))) is (stated == "svt")


def test_flutter_of_a_child_stays_flutter_where_f_waves_are_sure() -> None:
    child = by_rate(150.0, age_years=0.1)
    fluttering = replace(child.atrial, flutter_rate=300.0, flutter_strength=0.61)

    assert "atrial_flutter" in codes(rhythm(replace(child, atrial=fluttering)))


TWISTING = {
    "slope_kurtosis": 10.9, "leakage": 0.52, "swing": 0.34, "repetition": 0.59, "period_ms": 374.0, "frequency_hz": 3.0
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed_to", "stated"),
    [
        ({}, True), ({"slope_kurtosis": 11.1}, False), ({"leakage": 0.53}, False), ({"swing": 0.32}, False),
        ({"repetition": 0.57}, False), ({"period_ms": 376.0}, False),
    ],
)  # fmt: skip
def test_torsades_of_sharp_beats_just_inside_and_outside(changed_to: dict[str, float], *, stated: bool) -> None:
    part = replace(CALM, **{**TWISTING, **changed_to})

    assert ("torsades" in codes(ventricular_rhythm(replace(by_rate(110.0), chaos=(part,) * 4)))) is stated


Rule = Callable[[Case], list[Statement]]
LIMITS: list[tuple[str, Rule, dict[str, Any], dict[str, Any]]] = [
    ("av_block_1", av_block, {"pr_ms": 201.0}, {"pr_ms": 200.0}),
    ("short_pr", lambda case: conduction(case, SINUS), {"pr_ms": 119.0}, {"pr_ms": 120.0}),
    ("axis_left", lambda case: conduction(case, SINUS), {"qrs_axis_deg": -31.0}, {"qrs_axis_deg": -30.0}),
    ("axis_right", lambda case: conduction(case, SINUS), {"qrs_axis_deg": 91.0}, {"qrs_axis_deg": 90.0}),
    ("axis_extreme", lambda case: conduction(case, SINUS), {"qrs_axis_deg": -91.0}, {"qrs_axis_deg": -89.0}),
    ("ivcd", lambda case: conduction(case, SINUS), {"qrs_ms": 112.0}, {"qrs_ms": 110.0}),
    ("long_qt", lambda case: repolarisation(case, SINUS), {"qtc_fridericia_ms": 450.0}, {"qtc_fridericia_ms": 449.0}),
    ("long_qt_marked", lambda case: repolarisation(case, SINUS),
     {"qtc_fridericia_ms": 500.0}, {"qtc_fridericia_ms": 499.0}),
    ("short_qt", lambda case: repolarisation(case, SINUS), {"qtc_fridericia_ms": 340.0}, {"qtc_fridericia_ms": 341.0}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "rule", "inside", "outside"), LIMITS)
def test_limits_on_measurements(code: str, rule: Rule, inside: dict[str, Any], outside: dict[str, Any]) -> None:
    assert code in codes(rule(make_case(**inside)))
    assert code not in codes(rule(make_case(**outside)))


def test_long_qt_of_women_begins_at_460() -> None:
    assert "long_qt" not in codes(repolarisation(make_case(sex="F", qtc_fridericia_ms=459.0), SINUS))
    assert "long_qt" in codes(repolarisation(make_case(sex="F", qtc_fridericia_ms=460.0), SINUS))


Cells = dict[str, dict[str, float | None]]
ST_CASES: list[tuple[str, Cells, Cells, float, str]] = [
    ("stemi_inferior", {"II": level(100.0), "aVF": level(100.0)}, {"II": level(100.0), "aVF": level(99.0)}, 50, "M"),
    ("stemi_anteroseptal", {"V2": level(200.0), "V3": level(200.0)}, {"V2": level(200.0), "V3": level(199.0)}, 40, "M"),
    ("stemi_anteroseptal", {"V2": level(250.0), "V3": level(250.0)}, {"V2": level(250.0), "V3": level(249.0)}, 39, "M"),
    ("stemi_anteroseptal", {"V2": level(150.0), "V3": level(150.0)}, {"V2": level(150.0), "V3": level(149.0)}, 50, "F"),
    ("stemi_lateral", {"V5": level(100.0), "V6": level(100.0)}, {"V4": level(100.0), "V6": level(100.0)}, 50, "M"),
    ("stemi_high_lateral", {"I": level(100.0), "aVL": level(100.0)}, {"I": level(100.0), "aVL": level(90.0)}, 50, "M"),
    ("stemi_posterior", {"V1": level(-80.0), "V2": level(-80.0)}, {"V1": level(-80.0), "V2": level(-79.0)}, 50, "M"),
]


@pytest.mark.parametrize(("code", "inside", "outside", "age", "sex"), ST_CASES)
def test_st_elevation_by_lead_age_and_sex(code: str, inside: Cells, outside: Cells, age: float, sex: str) -> None:
    assert code in codes(infarction(make_case(matrix=changed(inside), age_years=age, sex=sex), SINUS))
    assert code not in codes(infarction(make_case(matrix=changed(outside), age_years=age, sex=sex), SINUS))


def test_strain_lowers_the_confidence_of_infarction_and_never_removes_it() -> None:
    case = make_case(matrix=changed({"V2": level(260.0), "V3": level(260.0)}))
    plain = next(s for s in infarction(case, SINUS) if s.code == "stemi_anteroseptal")
    strained = next(s for s in infarction(case, SINUS | {"lvh_strain"}) if s.code == "stemi_anteroseptal")
    assert strained.confidence == pytest.approx(plain.confidence - 0.2, abs=0.011)


def test_bundle_block_replaces_voltage_criteria_by_sgarbossa() -> None:
    lbbb = SINUS | {"lbbb"}
    discordant = {"r_uv": 100.0, "s_uv": -2000.0, "qrs_net_uv": -1900.0}
    inside = make_case(matrix=changed({"V2": {**level(500.0), **discordant}}))
    outside = make_case(matrix=changed({"V2": {**level(490.0), **discordant}}))
    assert codes(infarction(inside, lbbb)) == {"sgarbossa"}
    assert codes(infarction(outside, lbbb)) == set()
    assert codes(infarction(make_case(matrix=changed({"V5": level(100.0)})), lbbb)) == {"sgarbossa"}
    assert codes(infarction(make_case(matrix=changed({"V5": level(99.0)})), lbbb)) == set()


@pytest.mark.parametrize(
    ("leads", "walls"),
    [
        (["V1", "V2", "V3"], ["anteroseptal"]),
        (["V2", "V3", "V4"], ["anterior"]),
        (["V1", "V2", "V3", "V4", "V5", "I", "aVL"], ["extensive_anterior"]),
        (["I", "aVL", "V5", "V6"], ["lateral"]),
        (["II", "III", "aVF"], ["inferior"]),
        (["II", "III", "aVF", "V5", "V6"], ["inferolateral"]),
    ],
)
def test_walls_of_lead_groups(leads: list[str], walls: list[str]) -> None:
    assert territories(leads) == walls


def q_wave(depth: float, width: float) -> dict[str, float | None]:
    return {"q_uv": depth, "q_ms": width}


def test_q_waves_of_the_inferior_wall() -> None:
    inside = changed({"III": q_wave(-100.0, 30.0), "aVF": q_wave(-100.0, 30.0)})
    narrow = changed({"III": q_wave(-100.0, 30.0), "aVF": q_wave(-100.0, 28.0)})
    shallow = changed({"III": q_wave(-100.0, 30.0), "aVF": q_wave(-99.0, 30.0)})
    assert "old_mi_inferior" in codes(infarction(make_case(matrix=inside), SINUS))
    assert "old_mi_inferior" not in codes(infarction(make_case(matrix=narrow), SINUS))
    assert "old_mi_inferior" not in codes(infarction(make_case(matrix=shallow), SINUS))


def test_st_depression_and_its_marked_form() -> None:
    slight = make_case(matrix=changed({"V5": level(-50.0), "V6": level(-50.0)}))
    none = make_case(matrix=changed({"V5": level(-50.0), "V6": level(-49.0)}))
    marked = make_case(matrix=changed({"V5": level(-100.0), "V6": level(-100.0)}))
    assert codes(repolarisation(slight, SINUS)) == {"st_depression"}
    assert codes(repolarisation(none, SINUS)) == set()
    assert codes(repolarisation(marked, SINUS)) == {"st_depression", "st_depression_marked"}


def test_t_inversion_needs_two_leads_of_a_group() -> None:
    down = {"t_uv": None, "t_negative_uv": -100.0}
    less = {"t_uv": None, "t_negative_uv": -99.0}
    assert "t_inversion" in codes(repolarisation(make_case(matrix=changed({"V5": down, "V6": down})), SINUS))
    assert "t_inversion" not in codes(repolarisation(make_case(matrix=changed({"V5": down, "V6": less})), SINUS))
    assert "t_inversion" not in codes(repolarisation(make_case(matrix=changed({"V5": down, "I": less})), SINUS))
    assert "t_inversion" not in codes(
        repolarisation(make_case(matrix=changed({"V5": down, "V6": down})), SINUS | {"lbbb"})
    )


VOLTAGES = [
    ("M", {"V5": {"r_uv": 2501.0}}, {"V5": {"r_uv": 2500.0}}),
    ("M", {"aVL": {"r_uv": 1201.0}}, {"aVL": {"r_uv": 1200.0}}),
    ("M", {"V1": {"s_uv": -2301.0}, "V5": {"r_uv": 1700.0}}, {"V1": {"s_uv": -2300.0}, "V5": {"r_uv": 1700.0}}),
    ("F", {"V1": {"s_uv": -1801.0}, "V5": {"r_uv": 1700.0}}, {"V1": {"s_uv": -1800.0}, "V5": {"r_uv": 1700.0}}),
]


@pytest.mark.parametrize(("sex", "inside", "outside"), VOLTAGES)
def test_high_voltage_of_the_left_ventricle(sex: str, inside: Cells, outside: Cells) -> None:
    assert "lvh_voltage" in codes(chambers(make_case(matrix=changed(inside), sex=sex), SINUS))
    assert "lvh_voltage" not in codes(chambers(make_case(matrix=changed(outside), sex=sex), SINUS))


def test_children_get_no_adult_voltage_rules() -> None:
    case = make_case(matrix=changed({"V5": {"r_uv": 4000.0}}), age_years=15.9)
    assert chambers(case, SINUS) == []
    assert infarction(case, SINUS) == []
    assert "lvh_voltage" in codes(chambers(replace(case, age_years=16.0), SINUS))


def test_low_voltage_in_limb_leads() -> None:
    limb = ("I", "II", "III", "aVR", "aVL", "aVF")
    low = changed({name: {"qrs_p2p_uv": 499.0} for name in limb})
    edge = changed({name: {"qrs_p2p_uv": 499.0 if name != "II" else 500.0} for name in limb})
    assert "low_voltage_limb" in codes(chambers(make_case(matrix=low), SINUS))
    assert "low_voltage_limb" not in codes(chambers(make_case(matrix=edge), SINUS))


def test_right_atrium_by_p_in_two() -> None:
    assert "rae" in codes(chambers(make_case(matrix=changed({"II": {"p_uv": 250.0}})), SINUS))
    assert "rae" not in codes(chambers(make_case(matrix=changed({"II": {"p_uv": 249.0}})), SINUS))


def test_left_atrium_by_terminal_force() -> None:
    assert "lae" in codes(chambers(make_case(ptf_v1_mm_s=-0.04), SINUS))
    assert "lae" not in codes(chambers(make_case(ptf_v1_mm_s=-0.039), SINUS))


def test_fibrillation_needs_irregular_rr_and_no_steady_p() -> None:
    wild = [700.0, 950.0, 620.0, 1010.0, 760.0, 880.0, 640.0, 930.0, 700.0, 1000.0, 650.0]
    led, unled = make_case(rr_ms=wild), make_case(rr_ms=wild)
    unled = replace(unled, atrial=atrial(tied=0.49), measurements=replace(unled.measurements, pr_ms=None))
    even = replace(unled, rr_ms=np.full(11, 834.0), beats=make_case().beats)
    assert codes(rhythm(unled)) == {"atrial_fibrillation"}
    assert "atrial_fibrillation" not in codes(rhythm(led))
    assert "atrial_fibrillation" not in codes(rhythm(even))


def test_pause_of_three_seconds() -> None:
    assert codes(long_pause(make_case(rr_ms=[900.0, 3000.0, 900.0]))) == {"long_pause"}
    assert codes(long_pause(make_case(rr_ms=[900.0, 2999.0, 900.0]))) == set()


def test_ventricular_patterns() -> None:
    def told(classes: str) -> set[str]:
        rr = [834.0] * (len(classes) - 1)
        for index, kind in enumerate(classes[1:]):
            if kind == "V":
                rr[index] = 500.0
        return codes(ectopy(make_case(rr_ms=rr, classes=classes), SINUS))

    assert told("NNNNVNNNNNN") == {"ventricular_premature"}
    assert "ventricular_couplet" in told("NNNVVNNNNNN")
    assert "ventricular_run" in told("NNNVVVNNNNN")
    assert "ventricular_bigeminy" in told("NVNVNVNVNVN")
    assert "ventricular_trigeminy" in told("NNVNNVNNVNN")
    assert "ventricular_couplet" not in told("NNVNVNNNNNN")


def test_atrial_premature_beat_is_abruptly_early() -> None:
    early = [834.0] * 5 + [700.0, 950.0] + [834.0] * 4
    late = [834.0] * 5 + [715.0, 950.0] + [834.0] * 4
    assert codes(ectopy(make_case(rr_ms=early), SINUS)) == {"atrial_premature"}
    assert codes(ectopy(make_case(rr_ms=late), SINUS)) == set()


def test_wide_tachycardia_without_p_is_critical_and_sinus_is_not() -> None:
    case = make_case(rr_ms=[400.0] * 20, ventricular_rate=150.0, qrs_ms=165.0)
    assert codes(ventricular_rhythm(replace(case, atrial=atrial(tied=0.1)))) == {"ventricular_tachycardia"}
    assert ventricular_rhythm(replace(case, measurements=replace(case.measurements, qrs_ms=119.0))) == []
    slow = make_case(rr_ms=[600.0] * 14, ventricular_rate=100.0, qrs_ms=165.0)
    assert ventricular_rhythm(replace(slow, atrial=atrial(tied=0.1))) == []


def test_clock_of_the_atria_sees_through_hidden_waves() -> None:
    ticks = np.delete(np.arange(0, 5000, 400), [3, 8]).astype(np.int32)
    clock = atrial_clock(ticks, 500.0)
    assert clock is not None
    assert clock.period_ms == pytest.approx(800.0)
    assert atrial_clock(np.array([0, 137, 611, 700, 1900, 1999], dtype=np.int32), 500.0) is None


def test_paediatric_limits_follow_the_age() -> None:
    assert band_of(0.0).from_years == 0.0
    assert band_of(7.99).from_years == 5.0
    limit = band_of(6.0).pr_ms[1]
    assert "av_block_1" in codes(paediatric(make_case(age_years=6.0, pr_ms=limit + 1.0)))
    assert "av_block_1" not in codes(paediatric(make_case(age_years=6.0, pr_ms=limit)))
    assert paediatric(make_case(age_years=16.0)) == []


@given(st.floats(min_value=-2000.0, max_value=2000.0), st.sampled_from(["V1", "V4", "II", "aVF"]))
def test_one_lead_alone_is_never_an_infarction(uv: float, lead: str) -> None:
    found = codes(infarction(make_case(matrix=changed({lead: level(uv)})), SINUS))
    assert not {code for code in found if code.startswith("stemi_")}


@given(st.floats(min_value=121.0, max_value=400.0), st.floats(min_value=-180.0, max_value=180.0))
def test_confidence_lies_between_zero_and_one(pr: float, axis: float) -> None:
    case = make_case(pr_ms=pr, qrs_axis_deg=axis)
    assert all(0.0 <= s.confidence <= 1.0 for s in [*rhythm(case), *conduction(case, SINUS)])
