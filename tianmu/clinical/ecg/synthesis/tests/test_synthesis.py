"""The generator is deterministic, keeps its truth apart, and draws what the scenario says."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.recording import CHEST_LEADS, STANDARD_12, Float64
from tianmu.clinical.ecg.synthesis import Scenario, Synthetic, generate, population
from tianmu.clinical.ecg.synthesis.scenario import (
    AvBlock,
    Chamber,
    Conduction,
    Ectopy,
    Noise,
    Repolarisation,
    Reversal,
    Rhythm,
    Territory,
)

QUIET = Noise(white_uv=0.0)
TEXTBOOK = Scenario(individual=0.0, noise=QUIET)


def leads_of(synthetic: Synthetic) -> dict[str, Float64]:
    return {lead.name: lead.uv for lead in synthetic.recording.leads}


def beat_window(synthetic: Synthetic, name: str, before_ms: float, after_ms: float, index: int = 3) -> Float64:
    lead = next(lead for lead in synthetic.recording.leads if lead.name == name)
    centre = int(synthetic.truth.beats.samples[index])
    return lead.uv[int(centre - before_ms * lead.fs_hz / 1000) : int(centre + after_ms * lead.fs_hz / 1000)]


def st_level(synthetic: Synthetic, name: str) -> float:
    boundaries = synthetic.truth.boundaries[3]
    lead = next(lead for lead in synthetic.recording.leads if lead.name == name)
    assert boundaries.qrs_end is not None
    assert boundaries.qrs_onset is not None
    return float(lead.uv[round(boundaries.qrs_end) + 15] - lead.uv[round(boundaries.qrs_onset) - 6])


def test_same_seed_gives_the_same_samples_and_another_seed_does_not() -> None:
    one, two, other = (generate(Scenario(), seed) for seed in (7, 7, 8))
    for first, second in zip(one.recording.leads, two.recording.leads, strict=True):
        assert np.array_equal(first.samples, second.samples)
    assert not np.array_equal(one.recording.leads[1].samples, other.recording.leads[1].samples)


def test_recording_is_what_a_device_sends() -> None:
    recording = generate(Scenario(uv_per_lsb=5.0), 1).recording
    assert tuple(lead.name for lead in recording.leads) == STANDARD_12
    assert {lead.samples.size for lead in recording.leads} == {5000}
    assert {lead.uv_per_lsb for lead in recording.leads} == {5.0}
    assert recording.annotations == ()
    assert recording.statements == ()
    assert recording.measurements == {}


@pytest.mark.parametrize(("duration_s", "fs_hz"), [(10.0, 1000.0), (30.0, 250.0), (3.0, 360.0)])
def test_any_length_and_rate(duration_s: float, fs_hz: float) -> None:
    synthetic = generate(Scenario(duration_s=duration_s, fs_hz=fs_hz), 2)
    assert synthetic.recording.leads[0].samples.size == round(duration_s * fs_hz)
    assert abs(synthetic.truth.beats.samples.size - duration_s * 72 / 60) <= 1.5


def test_too_long_a_recording_is_refused() -> None:
    with pytest.raises(ValueError, match="60 million"):
        generate(Scenario(duration_s=1e9), 1)


def test_einthoven_holds() -> None:
    leads = leads_of(generate(TEXTBOOK, 1))
    assert np.abs(leads["I"] - leads["II"] + leads["III"]).max() <= 4.0
    assert np.abs(leads["aVR"] + leads["aVL"] + leads["aVF"]).max() <= 4.0


def test_r_grows_from_v1_to_v4_and_s_fades_after_v2() -> None:
    synthetic = generate(TEXTBOOK, 1)
    r = {name: beat_window(synthetic, name, 45, 45).max() for name in CHEST_LEADS}
    s = {name: -beat_window(synthetic, name, 45, 45).min() for name in CHEST_LEADS}
    assert r["V1"] < r["V2"] * 1.5 < r["V3"] * 1.5 < r["V4"] * 1.5
    assert s["V2"] > s["V4"] > s["V6"]
    assert r["V1"] < s["V1"]
    assert r["V5"] > s["V5"]


def test_true_boundaries_lie_where_the_lead_leaves_the_baseline() -> None:
    synthetic = generate(TEXTBOOK, 1)
    boundaries = synthetic.truth.boundaries[3]
    assert boundaries.qrs_onset is not None
    assert boundaries.p_onset is not None
    stacked = np.abs(np.stack([lead.uv for lead in synthetic.recording.leads])).max(axis=0)
    quiet = stacked[round(boundaries.qrs_onset) - 12 : round(boundaries.qrs_onset) - 2]
    assert quiet.max() <= 25.0
    assert stacked[round(boundaries.qrs_onset) + 6] > 40.0
    assert stacked[round(boundaries.p_onset) - 4] <= 20.0


@pytest.mark.parametrize(
    ("territory", "up", "down"),
    [
        (Territory.ANTERIOR, ("V2", "V3", "V4"), ("III",)),
        (Territory.INFERIOR, ("II", "III", "aVF"), ("aVL", "I", "V2")),
        (Territory.LATERAL, ("I", "aVL", "V5", "V6"), ("III",)),
        (Territory.POSTERIOR, (), ("V1", "V2", "V3")),
    ],
)
def test_infarction_lifts_its_leads_and_lowers_the_opposite(
    territory: Territory, up: tuple[str, ...], down: tuple[str, ...]
) -> None:
    synthetic = generate(Scenario(individual=0.0, noise=QUIET, acute=territory, st_uv=300.0), 1)
    assert all(st_level(synthetic, name) >= 140.0 for name in up)
    assert all(st_level(synthetic, name) <= -60.0 for name in down)
    assert f"stemi_{territory.value}" in synthetic.truth.statements


def test_bundle_blocks_are_wide_and_point_the_right_way() -> None:
    right = generate(Scenario(individual=0.0, noise=QUIET, conduction=Conduction.RBBB), 1)
    left = generate(Scenario(individual=0.0, noise=QUIET, conduction=Conduction.LBBB), 1)
    assert right.truth.qrs_ms is not None
    assert left.truth.qrs_ms is not None
    assert right.truth.qrs_ms >= 125.0
    assert left.truth.qrs_ms >= 130.0
    assert beat_window(right, "V1", 60, 110).max() > 500.0
    assert beat_window(left, "V1", 100, 100).min() < -800.0
    assert beat_window(left, "V6", 100, 100).min() > -20.0 or st_level(left, "V6") < 0.0


def test_reversed_arms_turn_lead_one_round_and_change_two_with_three() -> None:
    straight = leads_of(generate(TEXTBOOK, 1))
    swapped = leads_of(generate(Scenario(individual=0.0, noise=QUIET, reversal=Reversal.RA_LA), 1))
    assert np.abs(straight["I"] + swapped["I"]).max() <= 4.0
    assert np.abs(straight["II"] - swapped["III"]).max() <= 4.0
    assert np.abs(straight["aVR"] - swapped["aVL"]).max() <= 4.0
    assert np.array_equal(straight["V3"], swapped["V3"])


def test_right_arm_on_the_right_leg_flattens_lead_two() -> None:
    leads = leads_of(generate(Scenario(individual=0.0, noise=QUIET, reversal=Reversal.RA_RL), 1))
    assert np.abs(leads["II"]).max() < 30.0
    assert np.abs(leads["I"]).max() > 200.0


def test_premature_ventricular_beats_are_early_and_classed() -> None:
    truth = generate(Scenario(ectopy=Ectopy.PVC, ectopic_beats=2), 3).truth
    assert list(truth.beats.classes).count("V") == 2
    rr = np.diff(truth.beats.samples)
    place = int(np.flatnonzero(truth.beats.classes == "V")[0])
    assert rr[place - 1] < 0.75 * np.median(rr)


def test_wenckebach_grows_and_drops() -> None:
    truth = generate(Scenario(av_block=AvBlock.WENCKEBACH, rate=78.0, duration_s=20.0), 3).truth
    assert len(truth.p_peaks) > truth.beats.samples.size + 3
    assert truth.statements >= {"sinus_rhythm", "av_block_2_mobitz_1"}


def test_fibrillation_of_the_ventricles_has_no_beats() -> None:
    synthetic = generate(Scenario(rhythm=Rhythm.VENTRICULAR_FIBRILLATION), 3)
    assert synthetic.truth.beats.samples.size == 0
    assert synthetic.truth.statements == frozenset({"ventricular_fibrillation"})
    assert leads_of(synthetic)["II"].std() > 100.0


def test_every_scenario_of_a_month_is_drawn_in_time() -> None:
    scenarios = list(population(5, 150))
    generate(scenarios[0], 0)
    started = time.process_time()
    for seed, scenario in enumerate(scenarios):
        peak = max(int(np.abs(lead.samples).max()) for lead in generate(scenario, seed).recording.leads)
        assert 0 < peak <= 32767
    assert (time.process_time() - started) / len(scenarios) <= 0.020


def test_month_is_mostly_normal_with_about_two_percent_critical() -> None:
    scenarios = list(population(1, 3000))
    assert scenarios == list(population(1, 3000))
    plain = sum(
        scenario.rhythm is Rhythm.SINUS and scenario.conduction is Conduction.NORMAL and scenario.acute is None
        and scenario.chamber is Chamber.NONE and scenario.repolarisation is Repolarisation.NORMAL
        and scenario.ectopy is Ectopy.NONE for scenario in scenarios
    )  # fmt: skip
    acute = sum(scenario.acute is not None for scenario in scenarios)
    assert 0.5 <= plain / len(scenarios) <= 0.8
    assert 0.004 <= acute / len(scenarios) <= 0.02


@settings(max_examples=40, deadline=None)
@given(
    rhythm=st.sampled_from(Rhythm),
    conduction=st.sampled_from(Conduction),
    ectopy=st.sampled_from(Ectopy),
    reversal=st.sampled_from(Reversal),
    rate=st.floats(min_value=25.0, max_value=230.0),
    seed=st.integers(min_value=0, max_value=10_000),
)
def test_any_mixture_draws_finite_samples_with_marks_in_order(
    rhythm: Rhythm, conduction: Conduction, ectopy: Ectopy, reversal: Reversal, rate: float, seed: int
) -> None:
    synthetic = generate(
        Scenario(rhythm=rhythm, conduction=conduction, ectopy=ectopy, reversal=reversal, rate=rate), seed
    )
    samples = synthetic.truth.beats.samples
    assert np.all(np.diff(samples) > 0)
    assert len(synthetic.truth.boundaries) == samples.size
    for mark in synthetic.truth.boundaries:
        if mark.qrs_onset is not None and mark.qrs_end is not None:
            assert mark.r_peak is not None
            assert mark.qrs_onset < mark.r_peak < mark.qrs_end
