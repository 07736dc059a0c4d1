"""Boundaries set by a reader: what follows from them follows, and nothing else moves."""

from dataclasses import replace

import pytest
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.analysis import Analysis
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.measure.given import Given
from tianmu.clinical.ecg.engine.recording import Recording
from tianmu.clinical.ecg.synthesis import Scenario, generate

RECORDING: Recording = generate(Scenario(), 7).recording


def machine(analysis: Analysis) -> Given:
    """Return the machine's own boundaries as a reader would send them."""
    assert analysis.median is not None
    marks, step = analysis.median.boundaries, 1000.0 / analysis.median.fs_hz

    def ms(sample: float | None) -> float | None:
        return None if sample is None else sample * step

    onset, end = ms(marks.qrs_onset), ms(marks.qrs_end)
    assert onset is not None
    assert end is not None
    return Given(ms(marks.p_onset), ms(marks.p_end), onset, end, ms(marks.t_end))


USUAL = analyse(RECORDING, age_years=50, sex="M")
OWN = machine(USUAL)


def test_the_machines_own_boundaries_give_the_machines_own_values() -> None:
    again = analyse(RECORDING, age_years=50, sex="M", given=OWN)
    assert again.measurements == USUAL.measurements
    assert again.statements == USUAL.statements


@settings(max_examples=12, deadline=None)
@draw(st.floats(-30, 60), st.floats(-15, 60))
def test_qt_and_qrs_are_what_lies_between_the_boundaries(t_by: float, j_by: float) -> None:
    assert OWN.t_end_ms is not None
    moved = replace(OWN, t_end_ms=OWN.t_end_ms + t_by, qrs_end_ms=OWN.qrs_end_ms + j_by)
    found = analyse(RECORDING, age_years=50, sex="M", given=moved).measurements
    assert found.qt_ms == pytest.approx(OWN.t_end_ms + t_by - OWN.qrs_onset_ms, abs=0.01)
    assert found.qrs_ms == pytest.approx(OWN.qrs_end_ms + j_by - OWN.qrs_onset_ms, abs=0.01)
    assert found.ventricular_rate == USUAL.measurements.ventricular_rate
    assert found.pr_ms == USUAL.measurements.pr_ms


def test_a_later_t_end_states_long_qt_and_a_wider_pr_a_block() -> None:
    assert OWN.t_end_ms is not None
    assert OWN.p_onset_ms is not None
    late = analyse(RECORDING, age_years=50, sex="M", given=replace(OWN, t_end_ms=OWN.t_end_ms + 130))
    assert "long_qt" in {one.code.removesuffix("_marked") for one in late.statements}
    early = analyse(RECORDING, age_years=50, sex="M", given=replace(OWN, p_onset_ms=OWN.p_onset_ms - 90))
    assert "av_block_1" in {one.code for one in early.statements}


def test_no_p_means_no_pr() -> None:
    found = analyse(RECORDING, age_years=50, sex="M", given=replace(OWN, p_onset_ms=None, p_end_ms=None)).measurements
    assert found.pr_ms is None
    assert found.p_ms is None


@pytest.mark.parametrize(
    "wrong",
    [
        replace(OWN, p_end_ms=None),
        replace(OWN, t_end_ms=9999.0),
        replace(OWN, t_end_ms=OWN.qrs_onset_ms),
        replace(OWN, qrs_end_ms=OWN.qrs_onset_ms + 5),
        replace(OWN, qrs_onset_ms=-1.0),
    ],
)
def test_what_cannot_be_measured_is_refused_with_a_sentence(wrong: Given) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        analyse(RECORDING, age_years=50, sex="M", given=wrong)
