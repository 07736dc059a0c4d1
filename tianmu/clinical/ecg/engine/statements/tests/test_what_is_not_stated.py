"""Findings that only look like one: each guard of the rules inside and outside its limit (ecg.md section 5)."""

from dataclasses import replace

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.analysis import Statement
from tianmu.clinical.ecg.engine.statements.case import Case, state
from tianmu.clinical.ecg.engine.statements.chambers import chambers
from tianmu.clinical.ecg.engine.statements.conclude import suppress
from tianmu.clinical.ecg.engine.statements.ectopy import ectopy
from tianmu.clinical.ecg.engine.statements.infarction import infarction
from tianmu.clinical.ecg.engine.statements.repolarisation import repolarisation
from tianmu.clinical.ecg.engine.statements.supraventricular import rhythm
from tianmu.clinical.ecg.engine.statements.tests.case_factory import atrial, changed, make_case
from tianmu.clinical.ecg.engine.statements.tests.case_factory import st as level

SINUS = frozenset({"sinus_rhythm"})
USUAL = [834.0] * 4


def codes(statements: list[Statement]) -> set[str]:
    return {statement.code for statement in statements}


def with_ectopic(coupling: float, after: float, qtc: float = 414.0) -> Case:
    rr = [*USUAL, coupling, after, *USUAL]
    return make_case(rr_ms=rr, classes="NNNNNVNNNNN", qtc_fridericia_ms=qtc)


@pytest.mark.parametrize(("coupling", "stated"), [(349.0, True), (351.0, False)])
def test_r_on_t_is_measured_against_the_qt_of_the_beat_before(coupling: float, stated: bool) -> None:
    # 414 · ∛0.834 = 389.7; less 40 = 349.7
    assert ("r_on_t" in codes(ectopy(with_ectopic(coupling, 1300.0), SINUS))) is stated


def test_qt_that_cannot_be_measured_is_taken_as_usual_for_r_on_t() -> None:
    # QT 700 would reach into the next P: 420 · ∛0.834 = 395.3; less 40 = 355.3
    case = with_ectopic(355.0, 1300.0, qtc=740.0)
    case = replace(case, measurements=replace(case.measurements, qt_ms=700.0))
    assert "r_on_t" in codes(ectopy(case, SINUS))
    case = replace(with_ectopic(357.0, 1300.0, qtc=740.0), measurements=case.measurements)
    assert "r_on_t" not in codes(ectopy(case, SINUS))


@pytest.mark.parametrize(("coupling", "stated"), [(917.0, True), (919.0, False)])
def test_a_late_ventricular_beat_is_not_premature(coupling: float, stated: bool) -> None:
    # 1.1 · 834 = 917.4
    assert ("ventricular_premature" in codes(ectopy(with_ectopic(coupling, 834.0), SINUS))) is stated


def test_in_fibrillation_lateness_means_nothing() -> None:
    assert "ventricular_premature" in codes(ectopy(with_ectopic(1000.0, 834.0), frozenset({"atrial_fibrillation"})))


@pytest.mark.parametrize(("after", "stated"), [(509.0, True), (510.0, False)])
def test_interpolated_beat_delays_nothing(after: float, stated: bool) -> None:
    # 450 + 509 = 959 ≤ 1.15 · 834 = 959.1
    assert ("ventricular_interpolated" in codes(ectopy(with_ectopic(450.0, after), SINUS))) is stated


def test_unknown_p_axis_alone_makes_no_ectopic_rhythm() -> None:
    assert "sinus_rhythm" in codes(rhythm(make_case(p_axis_deg=None)))
    down = changed({"II": {"p_uv": None, "p_negative_uv": -21.0}})
    assert "ectopic_atrial_rhythm" in codes(rhythm(make_case(p_axis_deg=None, matrix=down)))
    slight = changed({"II": {"p_uv": None, "p_negative_uv": -20.0}})
    assert "sinus_rhythm" in codes(rhythm(make_case(p_axis_deg=None, matrix=slight)))


def test_unknown_p_axis_is_no_sinus_rhythm_from_130_on() -> None:
    def at(rate: float) -> Case:
        rr = 60000.0 / rate
        return make_case(rr_ms=[rr] * 12, ventricular_rate=rate, p_axis_deg=None, pr_ms=120.0)

    led = replace(at(129.0), atrial=replace(atrial(beats=13), usual_pr_ms=100.0))
    assert "sinus_tachycardia" in codes(rhythm(led))
    assert "sinus_tachycardia" not in codes(rhythm(replace(at(131.0), atrial=led.atrial)))


def notched(depth_uv: float, noise_uv: float) -> Case:
    """Return a case whose P of 130 ms in II has two humps 60 ms apart with a valley of `depth_uv` between."""
    case = make_case(p_ms=130.0)
    assert case.median is not None
    uv = case.median.uv.copy()
    clock = np.arange(uv.shape[1])
    dome = np.interp(clock, [58, 75, 105, 122], [0.0, 120.0, 120.0, 0.0])
    humps = dome - depth_uv * np.exp(-(((clock - 90) / 7.0) ** 2))
    uv[1] = humps + np.random.default_rng(5).normal(0.0, noise_uv, clock.size)
    marks = replace(case.median.boundaries, p_onset=58, p_end=123)
    return replace(case, median=replace(case.median, uv=uv, boundaries=marks))


def test_notch_of_p_must_rise_above_the_noise_of_the_median_beat() -> None:
    assert "lae" in codes(chambers(notched(40.0, 1.0), SINUS))
    assert "lae" not in codes(chambers(notched(2.0, 1.0), SINUS))
    assert "lae" not in codes(chambers(notched(12.0, 25.0), SINUS))


def test_sgarbossa_ratio_is_taken_at_the_j_point() -> None:
    blocked = frozenset({"lbbb"})

    def rs(j_uv: float) -> Case:
        cells = {**level(400.0), "j_uv": j_uv, "s_uv": -1000.0, "qrs_net_uv": -900.0}
        return make_case(matrix=changed({"V2": cells}), qrs_ms=150.0)

    assert "sgarbossa" in codes(infarction(rs(250.0), blocked))
    assert "sgarbossa" not in codes(infarction(rs(249.0), blocked))


def test_mirror_image_of_an_inferior_infarction_is_not_posterior_without_tall_r() -> None:
    inferior = {"II": level(200.0), "III": level(200.0), "aVF": level(200.0)}
    front = {"V1": level(-100.0), "V2": level(-100.0)}
    assert "stemi_posterior" not in codes(infarction(make_case(matrix=changed({**inferior, **front})), SINUS))
    tall = {**front, "V2": {**level(-100.0), "r_uv": 900.0, "s_uv": -900.0}}
    assert "stemi_posterior" in codes(infarction(make_case(matrix=changed({**inferior, **tall})), SINUS))
    assert "stemi_posterior" in codes(infarction(make_case(matrix=changed(front)), SINUS))


def test_t_that_ends_in_the_next_p_gives_no_qt() -> None:
    # RR 600, PR 160: the next P begins 440 ms after QRS
    rr = [600.0] * 12
    fits = make_case(rr_ms=rr, qt_ms=435.0, qtc_fridericia_ms=515.0)
    assert "long_qt_marked" in codes(repolarisation(fits, SINUS))
    runs_in = make_case(rr_ms=rr, qt_ms=436.0, qtc_fridericia_ms=516.0)
    assert not codes(repolarisation(runs_in, SINUS)) & {"long_qt", "long_qt_marked"}


def test_bigeminy_hides_t_and_qt() -> None:
    deep = changed({"V2": {"t_uv": None, "t_negative_uv": -900.0}, "V3": {"t_uv": None, "t_negative_uv": -900.0}})
    pairs = [450.0, 950.0] * 5
    hidden = make_case(rr_ms=pairs, classes="NV" * 5 + "N", matrix=deep, qt_ms=520.0, qtc_fridericia_ms=530.0)
    assert not codes(repolarisation(hidden, SINUS)) & {"t_inversion", "long_qt", "long_qt_marked"}
    assert "wellens" not in codes(infarction(hidden, SINUS))
    plain = make_case(matrix=deep)
    assert "t_inversion" in codes(repolarisation(plain, SINUS))
    assert "wellens" in codes(infarction(plain, SINUS))


def test_strain_of_the_right_ventricle_is_no_wellens() -> None:
    kept = {statement.code for statement in suppress([state("rvh", 0.8), state("wellens", 0.5)])}
    assert kept == {"rvh"}


def test_waves_at_changing_distance_lead_no_sinus_rhythm() -> None:
    wild = [700.0, 1000.0, 620.0, 900.0, 1100.0, 650.0, 980.0, 720.0, 1050.0, 640.0, 900.0]

    def with_spread(sd_ms: float, tied: float = 0.7) -> Case:
        turns = np.where(np.arange(12) % 2, sd_ms, -sd_ms)
        return replace(make_case(rr_ms=wild), atrial=replace(atrial(tied=tied), pr_ms=150.0 + turns))

    assert "atrial_fibrillation" in codes(rhythm(with_spread(32.0)))
    assert "atrial_fibrillation" not in codes(rhythm(with_spread(31.0)))
    assert "atrial_fibrillation" not in codes(rhythm(with_spread(40.0, tied=0.76)))
