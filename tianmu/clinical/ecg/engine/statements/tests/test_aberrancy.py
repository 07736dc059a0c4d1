"""A wide tachycardia: which signs speak for the ventricles, and that a bundle block alone never silences the alarm."""

from dataclasses import replace

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.analysis import Boundaries, MedianBeat
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.measure.atrial_clock import Clock
from tianmu.clinical.ecg.engine.measure.lead_waves import measure_lead
from tianmu.clinical.ecg.engine.recording import STANDARD_12
from tianmu.clinical.ecg.engine.statements.aberrancy import bundle_shape, ventricular_signs
from tianmu.clinical.ecg.engine.statements.case import Case
from tianmu.clinical.ecg.engine.statements.tests.case_factory import make_case
from tianmu.clinical.ecg.engine.statements.ventricular import led_by_p
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.clinical.ecg.synthesis.scenario import Conduction, Rhythm

ONSET = 100
Waves = dict[str, tuple[tuple[float, int], ...]]
RIGHT_BLOCK: Waves = {
    "V1": ((250, 24), (-500, 40), (800, 70)), "V2": ((300, 30), (-600, 40), (500, 64)),
    "V3": ((400, 40), (-500, 94)), "V4": ((700, 50), (-500, 84)), "V5": ((900, 54), (-450, 80)),
    "V6": ((900, 54), (-400, 80)), "I": ((800, 54), (-350, 80)), "II": ((700, 54), (-200, 80)),
    "III": ((200, 60), (-100, 74)), "aVR": ((-700, 54), (250, 80)), "aVL": ((400, 54), (-200, 80)),
    "aVF": ((500, 54), (-150, 80)),
}  # fmt: skip
LEFT_BLOCK: Waves = {
    "V1": ((100, 20), (-1300, 120)), "V2": ((150, 20), (-1600, 120)), "V3": ((200, 24), (-1200, 116)),
    "V4": ((500, 60), (-500, 80)), "V5": ((1200, 140),), "V6": ((1200, 140),), "I": ((1000, 140),),
    "II": ((500, 140),), "III": ((100, 40), (-500, 100)), "aVR": ((-800, 140),), "aVL": ((800, 140),),
    "aVF": ((150, 60), (-200, 80)),
}  # fmt: skip


def case_of(waves: Waves, *, qrs_ms: float = 140.0, axis: float = 30.0) -> Case:
    """Return a case whose median beat has these waves: half sines of (µV, ms) one after another, S of V1 early."""
    uv = np.zeros((12, 500))
    for row, lead in zip(uv, STANDARD_12, strict=True):
        at = ONSET
        for height, ms in waves.get(lead, ()):
            width = ms // 2
            row[at : at + width] = height * np.sin(np.pi * (np.arange(width) + 0.5) / width)
            at += width
    marks = Boundaries(qrs_onset=ONSET, r_peak=ONSET + 20, qrs_end=ONSET + qrs_ms / 2, t_peak=300, t_end=350)
    median = MedianBeat(STANDARD_12, uv, 500.0, marks, dict.fromkeys(STANDARD_12, marks))
    matrix = {lead: measure_lead(row, 500.0, marks, 400.0) for lead, row in zip(STANDARD_12, uv, strict=True)}
    case = make_case(matrix=matrix, rr_ms=[360.0] * 20, qrs_ms=qrs_ms, qrs_axis_deg=axis, p_axis_deg=None)
    return replace(case, median=median)


def with_lead(waves: Waves, lead: str, *parts: tuple[float, int]) -> Waves:
    return {**waves, lead: parts}


def test_a_typical_right_bundle_block_shows_no_ventricular_sign() -> None:
    case = case_of(RIGHT_BLOCK)
    assert bundle_shape(case) == "rbbb"
    assert ventricular_signs(case) == ()


def test_a_typical_left_bundle_block_shows_no_ventricular_sign() -> None:
    case = case_of(LEFT_BLOCK)
    assert bundle_shape(case) == "lbbb"
    assert ventricular_signs(case) == ()


def test_a_narrow_qrs_has_no_bundle_block() -> None:
    assert bundle_shape(case_of(RIGHT_BLOCK, qrs_ms=108.0)) is None


@pytest.mark.parametrize(
    ("waves", "sign"),
    [
        (with_lead(RIGHT_BLOCK, "aVR", (600.0, 60), (-200.0, 74)), "initial R in aVR"),
        (with_lead(LEFT_BLOCK, "aVR", (60.0, 50), (-700.0, 90)), "slow first wave in aVR"),
        (with_lead(RIGHT_BLOCK, "V1", (900.0, 134)), "shape of V1 and V6"),
        (with_lead(RIGHT_BLOCK, "V6", (300.0, 50), (-900.0, 84)), "shape of V1 and V6"),
        (with_lead(LEFT_BLOCK, "V1", (150.0, 44), (-1300.0, 96)), "shape of V1 and V6"),
        (with_lead(LEFT_BLOCK, "V6", (-300.0, 40), (900.0, 100)), "shape of V1 and V6"),
        ({**LEFT_BLOCK, **{f"V{n}": ((900.0, 140),) for n in range(1, 7)}}, "one direction in V1-V6"),
        ({**LEFT_BLOCK, **{f"V{n}": ((-300.0, 40), (900.0, 100)) for n in range(1, 7)}}, "no RS in V1-V6"),
    ],
)
def test_each_sign_is_told_by_its_name(waves: Waves, sign: str) -> None:
    assert sign in ventricular_signs(case_of(waves))


@pytest.mark.parametrize(("axis", "told"), [(-89.0, False), (-91.0, True), (-179.0, True), (179.0, False)])
def test_the_axis_between_minus_90_and_180_is_a_sign(axis: float, told: bool) -> None:
    assert ("extreme axis" in ventricular_signs(case_of(RIGHT_BLOCK, axis=axis))) is told


@pytest.mark.parametrize(("qrs_ms", "told"), [(158.0, False), (162.0, True)])
def test_the_width_is_a_sign_from_160_ms(qrs_ms: float, told: bool) -> None:
    assert ("QRS" in ventricular_signs(case_of(RIGHT_BLOCK, qrs_ms=qrs_ms))) is told


@pytest.mark.parametrize(("period_ms", "told"), [(800.0, True), (380.0, False)])
def test_atria_that_keep_a_slower_clock_are_a_sign(period_ms: float, told: bool) -> None:
    case = case_of(RIGHT_BLOCK)
    clock = Clock(np.arange(5, dtype=np.float64) * period_ms, period_ms, 1.0)
    apart = replace(case, clock=clock, atrial=replace(case.atrial, tied=0.1))
    assert ("P apart from QRS" in ventricular_signs(apart)) is told
    assert "P apart from QRS" not in ventricular_signs(replace(apart, atrial=replace(case.atrial, tied=0.9)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("conduction", [Conduction.RBBB, Conduction.LBBB])
def test_a_tachycardia_from_above_with_a_bundle_block_still_alarms(conduction: Conduction, seed: int) -> None:
    drawn = generate(
        Scenario(rhythm=Rhythm.SUPRAVENTRICULAR_TACHYCARDIA, conduction=conduction, rate=150.0 + 3 * seed), seed
    )
    analysis = analyse(drawn.recording, age_years=45.0, sex="M")
    found = {statement.code: statement for statement in analysis.statements}
    assert "ventricular_tachycardia" not in found
    assert found["wide_qrs_tachycardia"].qualifiers == ("aberrancy_possible",)
    assert conduction.value in found
    assert "critical.ventricular_tachycardia" in {alert.code for alert in analysis.alerts}
    assert analysis.measurements.pr_ms is None


@pytest.mark.parametrize("seed", range(2))
def test_a_ventricular_tachycardia_names_its_signs(seed: int) -> None:
    drawn = generate(Scenario(rhythm=Rhythm.VENTRICULAR_TACHYCARDIA, rate=145.0 + 4 * seed), seed)
    analysis = analyse(drawn.recording, age_years=60.0, sex="F")
    found = {statement.code: statement for statement in analysis.statements}
    signs = [str(item.value) for item in found["ventricular_tachycardia"].evidence if "signs" in item.name]
    assert "extreme axis" in signs[0]


@pytest.mark.parametrize(("pr_ms", "led"), [(60.0, True), (59.0, False)])
def test_a_wave_nearer_to_qrs_than_any_conduction_leads_nothing(pr_ms: float, led: bool) -> None:
    assert led_by_p(make_case(pr_ms=pr_ms)) is led
