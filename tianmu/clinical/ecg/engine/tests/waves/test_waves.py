"""Boundaries of drawn beats: where they were drawn, the same after a shift, a change of scale or of polarity."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.analysis import Beats
from tianmu.clinical.ecg.engine.beats import classify, detect
from tianmu.clinical.ecg.engine.tests.beats.drawn import draw, regular, samples_of
from tianmu.clinical.ecg.engine.waves import delineate, median_beat

FIELDS = ("p_onset", "p_peak", "p_end", "qrs_onset", "qrs_end", "t_peak", "t_end")


def _noisy(uv: np.ndarray, rms_uv: float = 6.0) -> np.ndarray:
    return uv + np.random.default_rng(5).normal(0.0, rms_uv, uv.shape)


@pytest.mark.parametrize("fs_hz", [250.0, 360.0, 500.0, 1000.0])
def test_waves_lie_where_they_were_drawn(fs_hz: float) -> None:
    times = regular(10.0, 66.0)
    found = delineate(_noisy(draw(times, fs_hz, 10.0)), fs_hz)

    assert len(found) == times.size
    for bounds, at in list(zip(found, times, strict=True))[1:-1]:
        at_ms = {name: (getattr(bounds, name) / fs_hz - at) * 1000.0 for name in FIELDS}
        assert at_ms["p_peak"] == pytest.approx(-170.0, abs=12.0)
        assert at_ms["p_onset"] == pytest.approx(-222.0, abs=20.0)
        assert at_ms["p_end"] == pytest.approx(-118.0, abs=22.0)
        assert at_ms["qrs_onset"] == pytest.approx(-46.0, abs=14.0)
        assert at_ms["qrs_end"] == pytest.approx(50.0, abs=16.0)
        assert at_ms["t_peak"] == pytest.approx(270.0, abs=12.0)
        assert at_ms["t_end"] == pytest.approx(370.0, abs=25.0)


def test_every_boundary_is_in_order() -> None:
    for bounds in delineate(_noisy(draw(regular(10.0), 500.0, 10.0), 20.0), 500.0):
        order = [value for name in FIELDS if (value := getattr(bounds, name)) is not None]
        assert order == sorted(order)


@given(scale=st.floats(0.3, 4.0), sign=st.sampled_from([1.0, -1.0]), offset=st.floats(-2000, 2000))
@settings(max_examples=10, deadline=None)
def test_polarity_offset_and_scale_hardly_move_a_boundary(scale: float, sign: float, offset: float) -> None:
    uv = draw(regular(8.0), 500.0, 8.0)
    plain, changed = delineate(uv, 500.0), delineate(uv * scale * sign + offset, 500.0)

    for one, other in list(zip(plain, changed, strict=True))[1:-1]:
        for name in FIELDS:
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=12.0), name


def test_no_p_wave_is_invented_in_fibrillation() -> None:
    rng, fs_hz = np.random.default_rng(11), 500.0
    times = 0.4 + np.cumsum(rng.uniform(0.5, 1.1, 11))
    t = np.arange(5000) / fs_hz
    uv = draw(times, fs_hz, 10.0, p=False) + 45.0 * np.sin(2 * np.pi * np.cumsum(6.1 + 0.6 * np.sin(1.7 * t)) / fs_hz)

    assert all(bounds.p_onset is None for bounds in delineate(uv, fs_hz))


def test_no_p_wave_is_invented_in_flutter_on_several_leads() -> None:
    fs_hz, times = 500.0, regular(10.0, 142.0)
    saw = 250.0 * (((np.arange(5000) / fs_hz - times[0]) / (60.0 / 142.0 / 2.0)) % 1.0 - 0.5)
    beat = draw(times, fs_hz, 10.0, p=False, t_s=0.18)
    matrix = np.stack([beat + saw, 0.3 * beat + 1.2 * saw, 0.4 * beat + 0.7 * saw])
    beats = classify(matrix, fs_hz, detect(matrix, fs_hz))

    assert median_beat(matrix, ("II", "III", "aVF"), fs_hz, beats).boundaries.p_onset is None


def test_the_median_beat_removes_noise_and_sets_the_pq_level_to_zero() -> None:
    fs_hz, times = 500.0, regular(10.0, 70.0)
    clean = draw(times, fs_hz, 10.0)
    matrix = np.stack([clean, -0.5 * clean]) + np.random.default_rng(4).normal(0, 25, (2, 5000)) + 300.0
    beats = classify(matrix, fs_hz, detect(matrix, fs_hz))

    median = median_beat(matrix, ("I", "aVR"), fs_hz, beats)

    onset = int(median.boundaries.qrs_onset or 0)
    assert median.leads == ("I", "aVR")
    assert np.abs(median.uv[:, onset - 8 : onset].mean(axis=1)).max() < 12.0
    assert median.uv[0].max() == pytest.approx(1000.0, abs=80.0)
    assert (median.boundaries.qrs_end or 0) - onset == pytest.approx(0.096 * fs_hz, abs=12.0)


def test_only_the_dominant_beats_make_the_median() -> None:
    fs_hz, times = 500.0, regular(10.0, 70.0)
    wide = frozenset({3, 7})
    matrix = draw(times, fs_hz, 10.0, wide=wide)[None, :]
    labels = np.array([int(number in wide) for number in range(times.size)], dtype=np.int32)
    beats = Beats(samples_of(times, fs_hz), np.where(labels == 1, "V", "N"), labels)

    assert median_beat(matrix, ("II",), fs_hz, beats).uv.max() == pytest.approx(1000.0, abs=60.0)


def test_a_median_without_beats_is_refused() -> None:
    nothing = Beats(np.zeros(0, dtype=np.int32), np.zeros(0, dtype="<U1"), np.zeros(0, dtype=np.int32))
    with pytest.raises(ValueError, match="at least one beat"):
        median_beat(np.zeros((2, 1000)), ("I", "II"), 500.0, nothing)


def test_an_empty_lead_has_no_boundaries() -> None:
    assert delineate(np.zeros(5000), 500.0) == []
