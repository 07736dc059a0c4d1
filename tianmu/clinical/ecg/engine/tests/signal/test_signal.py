"""Filters keep time and level; resampling keeps the wave."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.signal import box_mean, low_pass, moving_median, remove_mains, remove_wander, resample


@given(width=st.integers(1, 40), level=st.floats(-1e4, 1e4))
def test_a_level_passes_every_smoother_unchanged(width: int, level: float) -> None:
    uv = np.full(200, level)

    assert np.allclose(box_mean(uv, width), level)
    assert np.allclose(low_pass(uv, 500.0, 25.0), level)


@pytest.mark.parametrize("cutoff_hz", [0.5, 16.0, 45.0])
def test_low_pass_does_not_move_a_symmetric_wave(cutoff_hz: float) -> None:
    wave = np.exp(-0.5 * ((np.arange(2001) - 1000) / 40.0) ** 2)

    assert int(np.argmax(low_pass(wave, 500.0, cutoff_hz))) == 1000


def test_low_pass_is_near_3_db_at_its_cut_off() -> None:
    t = np.arange(5000) / 500.0
    kept = low_pass(np.sin(2 * np.pi * 10.0 * t), 500.0, 10.0)[1000:4000]

    assert np.sqrt(2) * kept.std() == pytest.approx(0.7, abs=0.08)


def test_wander_is_removed_and_the_wave_kept() -> None:
    t = np.arange(5000) / 500.0
    wave = 500.0 * np.sin(2 * np.pi * 8.0 * t)

    left = remove_wander(wave + 800.0 * np.sin(2 * np.pi * 0.1 * t), 500.0)

    assert np.abs(left - wave)[1000:4000].max() < 60.0


@pytest.mark.parametrize("mains_hz", [49.9, 50.0, 50.1])
def test_mains_of_50_hz_is_removed(mains_hz: float) -> None:
    t = np.arange(5000) / 500.0
    hum = 100.0 * np.sin(2 * np.pi * mains_hz * t + 0.4)

    assert remove_mains(hum, 500.0)[500:-500].std() < 12.0


def test_mains_filter_leaves_a_clean_qrs_alone() -> None:
    places = np.arange(300, 5000, 400)[:, None]
    uv = (1000.0 * np.exp(-0.5 * ((np.arange(5000) - places) / 5.0) ** 2)).sum(axis=0)

    assert np.abs(remove_mains(uv, 500.0) - uv).max() < 15.0


def test_moving_median_ignores_one_outlier() -> None:
    assert moving_median(np.array([1.0, 1.0, 9.0, 1.0, 1.0]), 3).tolist() == [1.0, 1.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("from_hz", "to_hz"), [(360.0, 500.0), (1000.0, 500.0), (250.0, 500.0), (128.0, 500.0), (500.0, 360.0)]
)
def test_resampling_keeps_a_sine(from_hz: float, to_hz: float) -> None:
    uv = np.sin(2 * np.pi * 7.0 * np.arange(round(4 * from_hz)) / from_hz)

    out = resample(uv, from_hz, to_hz)

    assert out.size == round(4 * to_hz)
    assert np.abs(out - np.sin(2 * np.pi * 7.0 * np.arange(out.size) / to_hz))[60:-60].max() < 0.002
