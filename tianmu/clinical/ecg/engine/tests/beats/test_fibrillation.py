"""Atrial fibrillation: irregular without P is, irregular with P and patterned ectopy is not."""

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.beats import atrial_fibrillation
from tianmu.clinical.ecg.engine.beats.fibrillation import fibrillation_score
from tianmu.clinical.ecg.engine.beats.prematurity import rr_irregularity
from tianmu.clinical.ecg.engine.tests.beats.drawn import draw, regular

FS = 250.0


def _irregular(seed: int) -> np.ndarray:
    return 0.4 + np.cumsum(np.random.default_rng(seed).uniform(0.45, 1.15, 34))


def _f_waves(duration_s: float, seed: int) -> np.ndarray:
    rng, t = np.random.default_rng(seed), np.arange(round(duration_s * FS)) / FS
    return 45.0 * np.sin(2 * np.pi * np.cumsum(6.2 + 0.6 * np.sin(2 * np.pi * 0.23 * t + rng.uniform(0, 6))) / FS)


@pytest.mark.parametrize("seed", range(6))
def test_irregular_beats_on_f_waves_are_fibrillation(seed: int) -> None:
    uv = draw(_irregular(seed), FS, 30.0, p=False) + _f_waves(30.0, seed)

    assert atrial_fibrillation(uv, FS).fibrillation


@pytest.mark.parametrize("seed", range(6))
def test_irregular_beats_with_p_waves_are_not(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 8, round(30 * FS))

    assert not atrial_fibrillation(draw(_irregular(seed), FS, 30.0) + noise, FS).fibrillation


def test_regular_beats_without_p_are_not() -> None:
    assert not atrial_fibrillation(draw(regular(30.0), FS, 30.0, p=False), FS).fibrillation


def test_ventricular_flutter_is_a_sine_without_qrs_and_no_fibrillation() -> None:
    rng, t = np.random.default_rng(4), np.arange(round(30 * FS)) / FS
    cycles = np.concatenate([[0.0], np.cumsum(rng.uniform(0.22, 0.38, 140))])
    flutter = 900.0 * np.sin(2 * np.pi * np.interp(t, cycles, np.arange(cycles.size)))
    uv = np.where(t < 20.0, flutter, draw(_irregular(1), FS, 30.0, p=False)) + rng.normal(0, 8, t.size)

    shown = atrial_fibrillation(uv, FS)

    assert shown.irregularity > 0.11
    assert not shown.fibrillation


def test_irregular_beats_in_muscle_noise_stay_fibrillation() -> None:
    noise = np.random.default_rng(3).normal(0, 120, round(30 * FS))

    assert atrial_fibrillation(draw(_irregular(2), FS, 30.0, p=False) + _f_waves(30.0, 2) + noise, FS).fibrillation


def test_bigeminy_repeats_and_is_not_irregular() -> None:
    samples = np.cumsum([0, *([150, 300] * 12)]).astype(np.int32)

    assert rr_irregularity(samples, np.zeros(samples.size, dtype=np.bool_)) == 0.0


def test_scores_of_the_worked_example() -> None:
    assert fibrillation_score(0.22, 0.4, 0.0) == pytest.approx(0.985, abs=0.001)
    assert fibrillation_score(0.22, 5.0, 0.0) == pytest.approx(0.001, abs=0.0005)


def test_a_piece_without_beats_is_unknown_and_a_short_one_refused() -> None:
    assert atrial_fibrillation(np.zeros(2500), FS).score == 0.0
    with pytest.raises(ValueError, match="at least 10 s"):
        atrial_fibrillation(np.zeros(1000), FS)
