"""Whatever comes in, `analyse` answers: noise, steps, few leads, short pieces; unknown is never called normal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.analysis import Analysis
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.engine.recording import STANDARD_12, Kind, Lead, Recording
from tianmu.clinical.ecg.synthesis import Scenario, generate


def recording_of(rows: dict[str, np.ndarray], fs_hz: float = 500.0) -> Recording:
    leads = tuple(Lead(name, fs_hz, np.round(row).astype(np.int32), 1.0) for name, row in rows.items())
    return Recording(Kind.RESTING, "test", leads)


def codes(analysis: Analysis) -> set[str]:
    return {statement.code for statement in analysis.statements}


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    size=st.integers(1, 4000),
    amplitude=st.sampled_from([0.0, 3.0, 200.0, 5000.0]),
    names=st.sampled_from([STANDARD_12, ("II",), ("I", "II"), ("MLII", "V5"), ("X", "Y", "Z"), ("V1", "V2", "V3")]),
    fs_hz=st.sampled_from([125.0, 250.0, 360.0, 500.0, 1000.0]),
)
def test_random_walks_and_noise_get_an_answer(
    seed: int, size: int, amplitude: float, names: tuple[str, ...], fs_hz: float
) -> None:
    rng = np.random.default_rng(seed)
    kind = seed % 3
    rows = {}
    for name in names:
        noise = rng.standard_normal(size) * amplitude
        rows[name] = (noise, np.cumsum(noise) / 10.0, np.where(noise > 2 * amplitude, 9000, 0))[kind]
    analysis = analyse(recording_of(rows, fs_hz), age_years=None, sex=None)
    assert codes(analysis) <= set(library().entries)
    assert analysis.quality.grade in "ABCD"


def test_flat_lines_are_lost_leads_and_no_normal_ecg() -> None:
    analysis = analyse(recording_of({name: np.zeros(5000) for name in STANDARD_12}))
    assert analysis.quality.grade == "D"
    assert "asystole" in codes(analysis)
    assert "normal_ecg" not in codes(analysis)
    assert analysis.measurements.ventricular_rate is None


def test_a_moment_is_not_judged() -> None:
    analysis = analyse(recording_of({name: np.arange(13.0) for name in STANDARD_12}))
    assert "normal_ecg" not in codes(analysis)
    assert "rhythm_undetermined" in codes(analysis)
    assert analysis.alerts == ()


def test_no_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="no samples"):
        analyse(Recording(Kind.RESTING, "test", ()))


@pytest.mark.parametrize("fs_hz", [250.0, 360.0, 1000.0])
def test_other_rates_give_the_same_measurements(fs_hz: float) -> None:
    usual = analyse(generate(Scenario(individual=0.0), 1).recording, age_years=45.0, sex="M").measurements
    other = analyse(generate(Scenario(individual=0.0, fs_hz=fs_hz), 1).recording, age_years=45.0, sex="M").measurements
    assert other.qrs_ms == pytest.approx(usual.qrs_ms, abs=6.0)
    assert other.qt_ms == pytest.approx(usual.qt_ms, abs=12.0)
    assert other.pr_ms == pytest.approx(usual.pr_ms, abs=8.0)


def test_eight_leads_are_completed() -> None:
    whole = generate(Scenario(individual=0.0), 1).recording
    eight = Recording(Kind.RESTING, "test", tuple(x for x in whole.leads if x.name not in {"III", "aVR", "aVL", "aVF"}))
    analysis = analyse(eight, age_years=45.0, sex="M")
    assert set(analysis.matrix) == set(STANDARD_12)
    assert analysis.measurements.qrs_axis_deg == pytest.approx(
        analyse(whole, age_years=45.0, sex="M").measurements.qrs_axis_deg, abs=2.0
    )


def test_the_same_recording_gives_the_same_analysis() -> None:
    recording = generate(Scenario(), 4).recording
    one, two = analyse(recording, age_years=50.0, sex="F"), analyse(recording, age_years=50.0, sex="F")
    assert one.statements == two.statements
    assert one.measurements == two.measurements
