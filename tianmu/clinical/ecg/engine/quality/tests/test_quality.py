"""Grades and faults of disturbed recordings, and swapped cables (ecg.md section 10)."""

import pytest

from tianmu.clinical.ecg.engine.analysis import Quality
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.clinical.ecg.synthesis.scenario import Noise, Reversal


def quality_of(noise: Noise, seed: int = 1, reversal: Reversal = Reversal.NONE) -> Quality:
    drawn = generate(Scenario(noise=noise, reversal=reversal, individual=0.5), seed)
    return analyse(drawn.recording, age_years=45.0, sex="M").quality


def test_a_clean_recording_is_grade_a() -> None:
    quality = quality_of(Noise(white_uv=3.0, wander_uv=40.0))
    assert quality.grade == "A"
    assert {lead.grade for lead in quality.leads.values()} == {"A"}
    assert quality.reversals == ()


@pytest.mark.parametrize(
    ("noise", "fault"),
    [
        (Noise(mains_uv=250.0), "mains"),
        (Noise(wander_uv=1800.0), "wander"),
        (Noise(muscle_uv=220.0), "muscle"),
    ],
)
def test_disturbance_is_named(noise: Noise, fault: str) -> None:
    leads = quality_of(noise).leads.values()
    assert sum(fault in lead.faults for lead in leads) >= 6
    assert quality_of(noise).grade in {"B", "C"}


def test_weak_disturbance_is_not_named() -> None:
    quality = quality_of(Noise(mains_uv=30.0, wander_uv=60.0, muscle_uv=12.0))
    assert all(lead.faults == () for lead in quality.leads.values())


def test_a_lead_that_is_off_is_named_and_one_lost_chest_lead_still_reads() -> None:
    quality = quality_of(Noise(lead_off=("V3",)))
    assert quality.leads["V3"].faults == ("lead_off",)
    assert quality.leads["V3"].grade == "D"
    assert quality.grade == "C"


def test_four_lost_leads_ask_for_a_repeat() -> None:
    drawn = generate(Scenario(noise=Noise(lead_off=("V1", "V2", "V3", "V4"))), 1)
    analysis = analyse(drawn.recording, age_years=45.0, sex="M")
    assert analysis.quality.grade == "D"
    assert "poor_quality" in {statement.code for statement in analysis.statements}
    assert analysis.conclusion is None


@pytest.mark.parametrize("reversal", [Reversal.RA_LA, Reversal.RA_LL, Reversal.RA_RL, Reversal.V1_V2, Reversal.V2_V3])
def test_swapped_cables_are_suspected(reversal: Reversal) -> None:
    hits = sum(reversal.value in quality_of(Noise(), seed, reversal).reversals for seed in range(4))
    assert hits >= 3


def test_straight_cables_are_not_suspected() -> None:
    assert [quality_of(Noise(), seed).reversals for seed in range(8)] == [()] * 8
