"""Whole interpretations of drawn ECGs: statements, alarms, a sample of the benchmark."""

import numpy as np
import pytest

from benchmarks.ecg.statements import SCORED, deadly, synthetic
from tianmu.clinical.ecg.engine.analysis import Analysis, Severity
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.clinical.ecg.synthesis.scenario import (
    AvBlock,
    Chamber,
    Conduction,
    Ectopy,
    Repolarisation,
    Rhythm,
    Territory,
)


def read(scenario: Scenario, seed: int = 1) -> Analysis:
    return analyse(generate(scenario, seed).recording, age_years=scenario.age_years, sex=scenario.sex)


def codes(analysis: Analysis) -> set[str]:
    return {statement.code for statement in analysis.statements}


FOUND = [
    ("sinus_tachycardia", Scenario(rate=118.0, pr_ms=140.0)),
    ("sinus_bradycardia", Scenario(rate=48.0)),
    ("sinus_arrhythmia", Scenario(rhythm=Rhythm.SINUS_ARRHYTHMIA)),
    ("sinus_pause", Scenario(rhythm=Rhythm.SINUS_PAUSE)),
    ("atrial_fibrillation_rapid", Scenario(rhythm=Rhythm.ATRIAL_FIBRILLATION, rate=135.0)),
    ("atrial_flutter", Scenario(rhythm=Rhythm.ATRIAL_FLUTTER, rate=75.0)),
    ("svt", Scenario(rhythm=Rhythm.SUPRAVENTRICULAR_TACHYCARDIA, rate=190.0)),
    ("junctional_escape", Scenario(rhythm=Rhythm.JUNCTIONAL, rate=46.0)),
    ("atrial_premature", Scenario(ectopy=Ectopy.PAC, ectopic_beats=2)),
    ("ventricular_couplet", Scenario(ectopy=Ectopy.COUPLET)),
    ("av_block_1", Scenario(av_block=AvBlock.FIRST, pr_ms=250.0)),
    ("av_block_2_mobitz_1", Scenario(av_block=AvBlock.WENCKEBACH)),
    ("av_block_2_1", Scenario(av_block=AvBlock.TWO_TO_ONE)),
    ("av_block_3", Scenario(av_block=AvBlock.THIRD, rate=48.0)),
    ("pacing_ventricular", Scenario(rhythm=Rhythm.PACED_VENTRICULAR, rate=65.0)),
    ("pacing_sequential", Scenario(rhythm=Rhythm.PACED_SEQUENTIAL, rate=65.0)),
    ("rbbb", Scenario(conduction=Conduction.RBBB)),
    ("irbbb", Scenario(conduction=Conduction.IRBBB)),
    ("lbbb", Scenario(conduction=Conduction.LBBB)),
    ("lafb", Scenario(conduction=Conduction.LAFB)),
    ("lpfb", Scenario(conduction=Conduction.LPFB)),
    ("bifascicular", Scenario(conduction=Conduction.RBBB_LAFB)),
    ("ivcd", Scenario(conduction=Conduction.IVCD)),
    ("preexcitation", Scenario(conduction=Conduction.WPW_A, pr_ms=100.0)),
    ("lvh_strain", Scenario(chamber=Chamber.LVH_STRAIN)),
    ("rvh", Scenario(chamber=Chamber.RVH)),
    ("lae", Scenario(chamber=Chamber.LAE)),
    ("rae", Scenario(chamber=Chamber.RAE)),
    ("t_inversion", Scenario(repolarisation=Repolarisation.T_INVERSION_LATERAL)),
    ("t_flat", Scenario(repolarisation=Repolarisation.FLAT_T)),
    ("st_depression_marked", Scenario(repolarisation=Repolarisation.ST_DEPRESSION)),
    ("hyperkalaemia", Scenario(repolarisation=Repolarisation.HYPERKALAEMIA, p_gain=0.3)),
    ("early_repolarisation", Scenario(repolarisation=Repolarisation.EARLY_REPOLARISATION, age_years=25.0)),
    ("brugada_type_1", Scenario(repolarisation=Repolarisation.BRUGADA)),
    ("old_mi_inferior", Scenario(old=Territory.INFERIOR)),
    ("old_mi_anteroseptal", Scenario(old=Territory.ANTEROSEPTAL)),
    ("stemi_inferior", Scenario(acute=Territory.INFERIOR)),
    ("stemi_anteroseptal", Scenario(acute=Territory.ANTEROSEPTAL)),
    ("stemi_lateral", Scenario(acute=Territory.LATERAL)),
    ("stemi_posterior", Scenario(acute=Territory.POSTERIOR)),
    ("long_qt_marked", Scenario(qtc_ms=515.0)),
    ("asystole", Scenario(rhythm=Rhythm.ASYSTOLE)),
]


@pytest.mark.parametrize(("code", "scenario"), FOUND, ids=[code for code, _ in FOUND])
def test_what_is_drawn_is_stated(code: str, scenario: Scenario) -> None:
    found = next((s for s in read(scenario).statements if s.code == code), None)
    assert found is not None
    assert found.evidence
    assert 0.0 < found.confidence <= 1.0


@pytest.mark.parametrize(("qtc_ms", "rate"), [(560.0, 55.0), (560.0, 72.0), (600.0, 55.0), (600.0, 72.0)])
def test_a_very_long_qt_is_measured_and_raises_its_alarm(qtc_ms: float, rate: float) -> None:
    analysis = read(Scenario(qtc_ms=qtc_ms, rate=rate))
    assert analysis.measurements.qt_ms == pytest.approx(qtc_ms * (60.0 / rate) ** (1 / 3), abs=20.0)
    assert "long_qt_marked" in codes(analysis)
    if analysis.measurements.qtc_fridericia_ms and analysis.measurements.qtc_fridericia_ms >= 550.0:
        assert "critical.long_qt" in {alert.code for alert in analysis.alerts}


@pytest.mark.parametrize(
    ("age_years", "rate", "pr_ms"), [(0.02, 150.0, 100.0), (0.5, 150.0, 105.0), (8.0, 150.0, 120.0)]
)
def test_an_infant_at_its_ordinary_rate_has_a_sinus_rhythm_and_no_alarm(
    age_years: float, rate: float, pr_ms: float
) -> None:
    for seed in (1, 2):
        analysis = read(Scenario(age_years=age_years, rate=rate, pr_ms=pr_ms, qtc_ms=390.0), seed)
        assert "sinus_rhythm" in codes(analysis)
        assert analysis.alerts == ()


def test_a_normal_ecg_is_called_normal() -> None:
    analysis = read(Scenario(individual=0.0))
    assert codes(analysis) == {"sinus_rhythm", "normal_ecg"}
    assert analysis.conclusion is Severity.NORMAL
    assert analysis.alerts == ()


def test_fibrillation_has_no_pr_and_no_p() -> None:
    analysis = read(Scenario(rhythm=Rhythm.ATRIAL_FIBRILLATION, rate=85.0))
    assert analysis.measurements.pr_ms is None
    assert analysis.measurements.p_ms is None
    assert analysis.median is not None
    assert analysis.median.boundaries.p_onset is None
    assert all(row.p_uv is None for row in analysis.matrix.values())


def test_no_infarction_alarm_from_bundle_block_or_early_repolarisation() -> None:
    for scenario in (
        Scenario(conduction=Conduction.LBBB, individual=0.0),
        Scenario(conduction=Conduction.RBBB, individual=0.0),
        Scenario(repolarisation=Repolarisation.EARLY_REPOLARISATION, age_years=25.0, individual=0.0),
    ):
        assert "critical.acute_infarction" not in {alert.code for alert in read(scenario).alerts}


def test_fibrillation_of_the_ventricles_states_nothing_else() -> None:
    analysis = read(Scenario(rhythm=Rhythm.VENTRICULAR_FIBRILLATION))
    assert codes(analysis) == {"ventricular_fibrillation"}
    assert analysis.measurements.ventricular_rate is None
    assert [alert.code for alert in analysis.alerts] == ["critical.ventricular_fibrillation"]


def test_deadly_findings_raise_their_alarm_in_noise() -> None:
    assert sum(deadly(2).values()) == 0


def test_a_small_sample_of_the_benchmark_holds_its_mark() -> None:
    board = synthetic(45, seed=8)
    assert float(np.mean([board.scores[code].f1 for code in SCORED])) >= 0.90
