"""Formulas with the worked examples of the algorithm page, and the true values of drawn ECGs."""

import math

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.analysis import Boundaries, LeadMeasurements
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.measure import intervals, voltages
from tianmu.clinical.ecg.engine.measure.lead_waves import deflections, measure_lead
from tianmu.clinical.ecg.engine.measure.leads import standard_leads
from tianmu.clinical.ecg.engine.measure.pacing import find_spikes
from tianmu.clinical.ecg.engine.measure.reconcile import reconcile
from tianmu.clinical.ecg.engine.recording import Kind, Lead, Recording
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.clinical.ecg.synthesis.scenario import Chamber, Conduction, Ectopy, Noise, Rhythm


def test_corrected_qt_of_the_worked_example() -> None:
    assert intervals.bazett_ms(400.0, 810.0) == pytest.approx(400.0 / 0.9)
    assert intervals.fridericia_ms(400.0, 729.0) == pytest.approx(400.0 / 0.9)
    assert intervals.framingham_ms(400.0, 800.0) == pytest.approx(430.8)
    assert intervals.hodges_ms(400.0, 750.0) == pytest.approx(435.0)
    assert intervals.modified_qt_ms(480.0, 160.0) == pytest.approx(402.4)


def test_all_corrections_agree_at_sixty() -> None:
    found = {
        f(400.0, 1000.0)
        for f in (intervals.bazett_ms, intervals.fridericia_ms, intervals.framingham_ms, intervals.hodges_ms)
    }
    assert found == {400.0}


def test_axis_of_the_hexaxial_leads() -> None:
    assert intervals.axis_deg(1000.0, 0.0) == pytest.approx(0.0)
    assert intervals.axis_deg(0.0, 1000.0) == pytest.approx(90.0)
    assert intervals.axis_deg(1000.0, 1000.0 * math.sqrt(3) / 2) == pytest.approx(45.0)
    assert intervals.axis_deg(-500.0, -500.0) == pytest.approx(-180.0 + math.degrees(math.atan(2 / math.sqrt(3))))
    assert intervals.axis_deg(99.0, -99.0) is None
    assert intervals.axis_deg(None, 500.0) is None


def test_voltage_indices() -> None:
    matrix = {
        "V1": LeadMeasurements(r_uv=200.0, s_uv=-1500.0),
        "V3": LeadMeasurements(q_uv=-1200.0),
        "V5": LeadMeasurements(r_uv=2100.0, s_uv=-300.0),
        "V6": LeadMeasurements(r_uv=1800.0, s_uv=-400.0),
        "aVL": LeadMeasurements(r_uv=900.0),
    }
    assert voltages.sokolow_uv(matrix) == 3600.0
    assert voltages.cornell_uv(matrix) == 2100.0
    assert voltages.cornell_product(matrix, 100.0, "F", 800.0) == 290_000.0
    assert voltages.cornell_product(matrix, 100.0, "M", 800.0) == 210_000.0
    assert voltages.rvh_sokolow_uv(matrix) == 600.0
    assert voltages.ptf_v1_mm_s(-100.0, 40.0) == pytest.approx(-0.04)


def bumps(*waves: tuple[float, float, float], size: int = 60) -> np.ndarray:
    """Sum half-sines: (start ms, length ms, µV) at 500 Hz."""
    row = np.zeros(size)
    for start, length, height in waves:
        first, count = round(start / 2), round(length / 2)
        row[first : first + count] += height * np.sin(np.pi * (np.arange(count) + 0.5) / count)
    return row


def test_deflections_are_named_in_order_and_small_ones_left_out() -> None:
    rsr = bumps((0, 20, 200), (20, 40, -900), (60, 40, 700))
    found = deflections(rsr, 500.0)
    assert [round(wave.uv, -1) for wave in found] == [200, -900, 700]
    assert [wave.ms for wave in found] == [20.0, 40.0, 40.0]
    assert deflections(bumps((0, 20, 29)), 500.0) == []
    assert deflections(bumps((0, 10, 300)), 500.0) == []


def test_a_wholly_negative_qrs_is_qs() -> None:
    row = np.concatenate([np.zeros(50), bumps((0, 80, -1000)), np.zeros(200)])
    marks = Boundaries(qrs_onset=50.0, qrs_end=90.0, r_peak=70.0)
    found = measure_lead(row, 500.0, marks, 900.0)
    assert found.r_uv is None
    assert found.s_uv is None
    assert found.q_uv == pytest.approx(-1000.0, abs=5.0)
    assert voltages.s_of({"V1": found}, "V1") == pytest.approx(1000.0, abs=5.0)


@pytest.mark.parametrize(
    "conduction", [Conduction.NORMAL, Conduction.RBBB, Conduction.LBBB, Conduction.LAFB, Conduction.IVCD]
)
def test_drawn_intervals_are_measured_within_the_tolerances(conduction: Conduction) -> None:
    for seed in (1, 2):
        drawn = generate(
            Scenario(conduction=conduction, noise=Noise(white_uv=5.0, wander_uv=100.0, mains_uv=30.0)), seed
        )
        m, truth = analyse(drawn.recording, age_years=45.0, sex="M").measurements, drawn.truth
        assert m.qrs_ms == pytest.approx(truth.qrs_ms, abs=14.0)
        assert m.pr_ms == pytest.approx(truth.pr_ms, abs=16.0)
        assert m.qt_ms == pytest.approx(truth.qt_ms, abs=28.0)
        assert m.ventricular_rate == pytest.approx(truth.ventricular_rate, abs=0.6)


def test_amplitudes_are_those_drawn() -> None:
    clean = generate(Scenario(individual=0.0, noise=Noise(white_uv=0.0)), 1)
    row = next(lead.uv for lead in clean.recording.leads if lead.name == "V5")
    found = analyse(clean.recording, age_years=45.0, sex="M").matrix["V5"]
    assert found.r_uv == pytest.approx(row.max(), rel=0.05)


def test_limb_leads_are_derived_from_two() -> None:
    drawn = {lead.name: lead for lead in generate(Scenario(individual=0.0), 1).recording.leads}
    two = Recording(Kind.RESTING, "test", (drawn["I"], drawn["II"]))
    signals = standard_leads(two)
    assert signals.derived == ("III", "aVR", "aVL", "aVF")
    row = signals.row("aVF")
    assert row is not None
    assert np.abs(row - drawn["aVF"].uv).max() <= 5.0
    assert signals.missing == ("V1", "V2", "V3", "V4", "V5", "V6")


def test_names_of_other_makers_are_understood() -> None:
    lead = Lead("MLII", 500.0, np.arange(600, dtype=np.int32), 1.0)
    upper = Lead("AVR", 500.0, np.arange(600, dtype=np.int32), 1.0)
    assert standard_leads(Recording(Kind.HOLTER, "test", (lead, upper))).names[:3] == ("I", "II", "III")


def test_spikes_of_a_pacemaker_and_none_elsewhere() -> None:
    paced = generate(Scenario(rhythm=Rhythm.PACED_SEQUENTIAL, rate=65.0), 1).recording
    signals = standard_leads(paced)
    assert 18 <= find_spikes(signals.uv, 500.0).size <= 23
    for scenario in (
        Scenario(chamber=Chamber.LVH),
        Scenario(conduction=Conduction.LBBB),
        Scenario(noise=Noise(muscle_uv=40.0)),
    ):
        assert find_spikes(standard_leads(generate(scenario, 2).recording).uv, 500.0).size <= 1


def test_a_second_look_finds_wide_beats_and_keeps_the_others() -> None:
    drawn = generate(Scenario(ectopy=Ectopy.PVC, ectopic_beats=2), 1)
    uv, truth = standard_leads(drawn.recording).uv, drawn.truth.beats
    without = truth.samples[truth.classes != "V"]
    found = reconcile(uv, 500.0, without)
    missing = truth.samples[truth.classes == "V"]
    assert all(np.abs(found - place).min() <= 40 for place in missing)
    assert found.size == truth.samples.size
    assert np.array_equal(reconcile(uv, 500.0, truth.samples), truth.samples)
