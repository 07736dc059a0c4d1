"""The QRS detector: no beat lost or invented, whatever the rate, scale, polarity, length or number of leads."""

from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.beats import Detector, detect
from tianmu.clinical.ecg.engine.beats._chain_kernels import pair_cost
from tianmu.clinical.ecg.engine.beats.stream import PARAMETERS
from tianmu.clinical.ecg.engine.tests.beats.drawn import draw, regular, samples_of


def _same(found: np.ndarray, times_s: np.ndarray, fs_hz: float, tolerance_s: float = 0.02) -> bool:
    expected = samples_of(times_s, fs_hz)
    return found.size == expected.size and bool((np.abs(found - expected) <= tolerance_s * fs_hz).all())


@pytest.mark.parametrize("fs_hz", [100.0, 128.0, 250.0, 360.0, 500.0, 977.0, 1000.0, 2000.0])
@pytest.mark.parametrize("rate", [35.0, 72.0, 190.0])
def test_every_beat_of_a_regular_rhythm_is_found_at_every_rate(fs_hz: float, rate: float) -> None:
    times = regular(12.0, rate)

    assert _same(detect(draw(times, fs_hz, 12.0), fs_hz), times, fs_hz)


def test_the_first_and_the_last_beat_are_not_lost() -> None:
    times = np.array([0.1, 0.9, 1.7, 2.5, 2.85])

    assert _same(detect(draw(times, 500.0, 3.0, p=False), 500.0), times, 500.0)


@given(
    scale=st.floats(0.1, 8.0),
    offset=st.floats(-5000.0, 5000.0),
    sign=st.sampled_from([-1.0, 1.0]),
    shift=st.integers(0, 400),
)
@settings(max_examples=25, deadline=None)
def test_scale_offset_polarity_and_shift_change_nothing(scale: float, offset: float, sign: float, shift: int) -> None:
    times = regular(10.0, 80.0, first_s=0.5)
    uv = draw(times, 250.0, 10.0)
    moved = np.concatenate([np.full(shift, uv[0]), uv]) * scale * sign + offset

    assert _same(detect(moved, 250.0), times + shift / 250.0, 250.0)


@given(
    seed=st.integers(0, 10_000), cuts=st.lists(st.integers(1, 700), min_size=1, max_size=60), leads=st.integers(1, 3)
)
@settings(max_examples=20, deadline=None)
def test_live_beats_equal_offline_beats_however_the_stream_is_cut(seed: int, cuts: list[int], leads: int) -> None:
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.45, 1.3, 24))
    uv = np.stack([draw(times, 250.0, 28.0) * gain + rng.normal(0, 25, 7000) for gain in (1.0, -0.6, 0.4)[:leads]])
    detector, found, start = Detector(250.0, leads), [], 0
    while start < uv.shape[1]:
        stop = start + cuts[start % len(cuts)]
        found.append(detector.push(uv[:, start:stop]))
        start = stop
    found.append(detector.flush())

    assert np.array_equal(np.concatenate(found), detect(uv, 250.0))


def test_a_beat_is_confirmed_within_the_stated_delay() -> None:
    times = regular(40.0, 75.0)
    uv = draw(times, 250.0, 40.0)
    detector, late = Detector(250.0), []
    for start in range(0, uv.size, 50):
        late += [(start + 50 - sample) / 250.0 for sample in detector.push(uv[start : start + 50])]

    assert len(late) > 35
    assert max(late) <= detector.delay_s + 50 / 250.0


def test_wide_beats_and_a_pause_are_kept() -> None:
    times = np.array([0.5, 1.3, 2.1, 2.6, 3.7, 4.5, 8.2, 9.0, 9.8, 10.6])

    assert _same(detect(draw(times, 360.0, 12.0, wide=frozenset({3})), 360.0), times, 360.0, 0.05)


def test_tall_t_waves_are_not_beats() -> None:
    times = regular(12.0, 60.0)
    t = np.arange(6000) / 500.0
    uv = draw(times, 500.0, 12.0) + sum(900.0 * np.exp(-0.5 * ((t - at - 0.3) / 0.05) ** 2) for at in times)

    assert _same(detect(uv, 500.0), times, 500.0)


def test_nothing_is_found_where_there_is_nothing() -> None:
    assert detect(np.zeros(5000), 500.0).size == 0
    assert detect(np.full(5000, 1234.5), 500.0).size == 0
    assert detect(np.zeros(0), 500.0).size == 0


def test_missing_samples_do_not_stop_the_detector() -> None:
    times = regular(12.0, 70.0)
    uv = draw(times, 250.0, 12.0)
    uv[1500:1520] = np.nan

    found = detect(uv, 250.0)

    assert all(np.abs(found - sample).min() <= 5 for sample in samples_of(times, 250.0) if abs(sample - 1510) > 150)


def test_a_noisy_lead_beside_a_clean_one_does_no_harm() -> None:
    times = regular(20.0, 66.0)
    noise = np.random.default_rng(3).normal(0.0, 600.0, 5000)
    clean = draw(times, 250.0, 20.0)

    assert _same(detect(np.stack([noise, clean]), 250.0), times, 250.0, 0.08)


def test_the_cost_of_a_t_wave_in_the_worked_example() -> None:
    plain = cast("Any", pair_cost).py_func

    assert plain(120.0, 0.0, 450.0, 0.0, PARAMETERS) == pytest.approx(5.0, abs=0.1)
    assert plain(440.0, 0.0, 450.0, 0.0, PARAMETERS) == 0.0


def test_rates_and_leads_outside_the_limits_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="100 to 2000 Hz"):
        detect(np.zeros(100), 50.0)
    with pytest.raises(ValueError, match="made for 2 leads"):
        Detector(250.0, 2).push(np.zeros((3, 10)))
