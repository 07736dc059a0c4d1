"""Heart rate variability on series whose answer is known by hand, and its properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.hrv import analyse, select
from tianmu.clinical.ecg.engine.hrv.frequency import plot_spectrum
from tianmu.clinical.ecg.engine.hrv.nonlinear import fluctuation, poincare, sample_entropy
from tianmu.clinical.ecg.engine.hrv.reflexes import deceleration_capacity, steepest, turbulence
from tianmu.clinical.ecg.engine.hrv.settings import risk_class
from tianmu.clinical.ecg.engine.hrv.time_domain import histogram, tinn

FS = 1000.0


def beats_of(rr_ms: NDArray[np.float64]) -> NDArray[np.int32]:
    beats: NDArray[np.int32] = np.rint(np.concatenate([[0.0], np.cumsum(rr_ms)])).astype(np.int32)
    return beats


def normal(count: int) -> NDArray[np.str_]:
    return np.full(count, "N", dtype="<U1")


def swinging(hz: float, depth_ms: float, seconds: float, mean_ms: float = 800.0) -> NDArray[np.int32]:
    """Return beats whose interval swings as a sine of time around `mean_ms`."""
    at, places = 0.0, [0.0]
    while at < seconds:
        at += (mean_ms + depth_ms * math.sin(2.0 * math.pi * hz * at)) / 1000.0
        places.append(at)
    return np.rint(np.array(places) * FS).astype(np.int32)


def test_time_domain_of_eight_intervals_by_hand() -> None:
    rr = np.array([800.0, 810.0, 790.0, 860.0, 800.0, 800.0, 740.0, 800.0])
    found = analyse(beats_of(rr), normal(9), FS, duration_s=6.4)
    assert found.time.mean_nn_ms == 800.0
    assert found.time.sdnn_ms == pytest.approx(math.sqrt((100 + 100 + 3600 + 3600) / 7))
    assert found.time.rmssd_ms == pytest.approx(math.sqrt((100 + 400 + 4900 + 3600 + 0 + 3600 + 3600) / 7))
    assert found.time.nn50 == 4
    assert found.time.pnn50_pct == pytest.approx(400.0 / 7.0)
    assert found.usable_pct == 100.0


def test_indices_of_a_day_are_refused_below_eighteen_hours_with_the_reason() -> None:
    found = analyse(swinging(0.25, 40.0, 1800.0), normal(swinging(0.25, 40.0, 1800.0).size), FS, duration_s=1800.0)
    for name in ("sdann_ms", "sdnn_index_ms", "triangular_index", "tinn_ms"):
        assert getattr(found.time, name) is None
        assert found.missing[name] == "fewer_than_18_h"
    assert found.frequency.ulf_ms2 is None
    assert found.risk == {}


@pytest.mark.parametrize(("hz", "band"), [(0.1, "lf_ms2"), (0.25, "hf_ms2"), (0.02, "vlf_ms2")])
def test_a_sine_of_forty_ms_has_its_power_in_its_own_band(hz: float, band: str) -> None:
    beats = swinging(hz, 40.0, 3000.0)
    power = analyse(beats, normal(beats.size), FS, duration_s=3000.0).frequency
    half_square = 0.5 * 40.0**2
    own = getattr(power, band)
    # Linear resampling between beats lowers fast swings: by about 15 % at 0.25 Hz and 75 beats/min.
    assert 0.75 * half_square < own < 1.05 * half_square
    others = {"vlf_ms2", "lf_ms2", "hf_ms2"} - {band}
    assert all(getattr(power, name) < 0.06 * own for name in others)


def test_the_plotted_spectrum_peaks_where_the_swing_is() -> None:
    beats = swinging(0.1, 40.0, 600.0)
    nn = select(beats, normal(beats.size), FS)
    frequencies, density = plot_spectrum(nn, 0.0, 300.0)
    assert frequencies[int(np.argmax(density))] == pytest.approx(0.1, abs=0.004)
    with pytest.raises(ValueError, match="too few"):
        plot_spectrum(nn, 5000.0, 5300.0)


def test_normalised_units_add_up_and_ratio_follows() -> None:
    beats = swinging(0.1, 30.0, 1500.0)
    power = analyse(beats, normal(beats.size), FS, duration_s=1500.0).frequency
    assert power.lf_nu_pct is not None
    assert power.hf_nu_pct is not None
    assert power.lf_nu_pct + power.hf_nu_pct == pytest.approx(100.0)
    assert power.lf_hf == pytest.approx(power.lf_nu_pct / power.hf_nu_pct)


def test_a_premature_beat_takes_its_intervals_and_its_neighbours_away() -> None:
    beats = beats_of(np.full(20, 800.0))
    classes = normal(21)
    classes[10] = "V"
    nn = select(beats, classes, FS)
    # Beats 9, 10 and 11 are out, so the four intervals that touch them are out.
    assert nn.ms.size == 16
    assert not set(nn.beat) & {9, 10, 11, 12}
    assert int((~nn.joined).sum()) == 2


@pytest.mark.parametrize("letter", ["V", "S", "P", "F", "Q"])
def test_every_foreign_class_is_excluded(letter: str) -> None:
    classes = normal(21)
    classes[10] = letter
    assert select(beats_of(np.full(20, 800.0)), classes, FS).ms.size == 16


def test_unreadable_beats_and_impossible_intervals_are_excluded() -> None:
    rr = np.full(20, 800.0)
    rr[4], rr[12] = 2500.0, 250.0
    unreadable = np.zeros(21, dtype=np.bool_)
    unreadable[0] = True
    assert select(beats_of(rr), normal(21), FS, unreadable).ms.size == 20 - 2 - 2


def test_sd1_and_sd2_of_an_alternating_series() -> None:
    rr = np.tile([780.0, 820.0], 50)
    sd1, sd2 = poincare(select(beats_of(rr), normal(101), FS))
    steps = np.diff(rr)
    assert sd1 == pytest.approx(math.sqrt(0.5) * np.std(steps, ddof=1))
    assert sd2 == pytest.approx(math.sqrt(max(0.0, 2 * np.var(rr, ddof=1) - 0.5 * np.var(steps, ddof=1))), abs=1e-6)


def test_sample_entropy_by_hand() -> None:
    # 1 2 1 2 1 2 1 2: six templates of two; pairs alike for m = 2: 2·(3·2) = 12; all of them go on alike for m = 3.
    assert sample_entropy(np.tile([1.0, 2.0], 4)) == pytest.approx(0.0)
    assert sample_entropy(np.full(20, 800.0)) is None
    noise = np.random.default_rng(3).standard_normal(1500)
    assert sample_entropy(noise) == pytest.approx(2.2, abs=0.2)
    with pytest.raises(ValueError, match="segments"):
        sample_entropy(np.zeros(4001))


def test_fluctuation_of_noise_is_a_half_and_of_a_walk_one_and_a_half() -> None:
    noise = np.random.default_rng(4).standard_normal(20_000)
    assert fluctuation(noise, 16, 64) == pytest.approx(0.5, abs=0.05)
    assert fluctuation(np.cumsum(noise), 16, 64) == pytest.approx(1.5, abs=0.05)
    assert fluctuation(noise[:100], 16, 64) is None


def test_deceleration_capacity_of_a_saw() -> None:
    # 800 810 820 830 | 800 …: anchors are the rises; DC by hand over one period of four.
    rr = np.tile([800.0, 810.0, 820.0, 830.0], 100)
    by_hand = np.mean([
        (810 + 820 - 800 - 830) / 4, (820 + 830 - 810 - 800) / 4, (830 + 800 - 820 - 810) / 4,
    ])  # fmt: skip
    assert deceleration_capacity(select(beats_of(rr), normal(401), FS)) == pytest.approx(by_hand, abs=0.05)
    assert deceleration_capacity(select(beats_of(rr[:40]), normal(41), FS)) is None


def with_premature(after: NDArray[np.float64], copies: int = 6) -> tuple[NDArray[np.int32], NDArray[np.str_]]:
    """Return beats in which a V after ten intervals of 800 ms is followed by a pause and the intervals `after`."""
    period = np.concatenate([np.full(10, 800.0), [500.0, 1100.0], after])
    rr = np.tile(period, copies)
    classes = normal(rr.size + 1)
    classes[11 :: period.size] = "V"
    return beats_of(rr), classes


def test_turbulence_onset_and_slope_by_hand() -> None:
    after = np.full(15, 800.0)
    after[:8] = [776.0, 776.0, 780.0, 790.0, 800.0, 810.0, 820.0, 800.0]
    beats, classes = with_premature(after)
    found = turbulence(beats, classes, FS)
    assert found.tachograms == 6
    assert found.onset_pct == pytest.approx(100.0 * (776.0 - 800.0) / 800.0)
    assert found.slope_ms == pytest.approx(10.0)
    assert found.category == 0


def test_turbulence_that_is_flat_is_abnormal_twice() -> None:
    beats, classes = with_premature(np.full(15, 800.0))
    assert turbulence(beats, classes, FS).category == 2


def test_turbulence_needs_five_tachograms() -> None:
    beats, classes = with_premature(np.full(15, 800.0), copies=4)
    found = turbulence(beats, classes, FS)
    assert (found.tachograms, found.onset_pct, found.slope_ms) == (4, None, None)


def test_steepest_slope_of_a_ramp() -> None:
    assert steepest(np.arange(15.0) * 4.0, 5) == pytest.approx(4.0)


def test_tinn_and_triangular_index_of_a_triangle() -> None:
    width = 7.8125
    heights = [1, 2, 3, 4, 5, 4, 3, 2, 1]
    nn = np.concatenate([np.full(height, (100.5 + place) * width) for place, height in enumerate(heights)])
    counts, edges = histogram(nn)
    assert counts.tolist() == heights
    assert nn.size / counts.max() == 5.0
    assert tinn(counts, edges) == pytest.approx(10 * width)


def test_a_day_has_the_day_indices_and_risk() -> None:
    rng = np.random.default_rng(1)
    hour_slow, hour_fast = np.full(4000, 900.0), np.full(5000, 720.0)
    slow = np.concatenate([hour_slow, hour_fast] * 12)
    rr = slow + rng.normal(0.0, 20.0, slow.size)
    beats = beats_of(rr)
    found = analyse(beats, normal(beats.size), FS, duration_s=float(rr.sum()) / 1000.0)
    assert found.time.sdann_ms == pytest.approx(90.0, rel=0.02)
    assert found.time.sdnn_index_ms == pytest.approx(20.0, rel=0.1)
    assert found.frequency.ulf_ms2 is not None
    assert found.frequency.ulf_ms2 > (found.frequency.hf_ms2 or 0.0)
    assert found.risk["sdnn_ms"] == risk_class("sdnn_ms", found.time.sdnn_ms)
    assert "sdann_ms" not in found.missing


@pytest.mark.parametrize(
    ("index", "value", "expected"),
    [
        ("sdnn_ms", 49.9, "high"), ("sdnn_ms", 50.0, "mid"), ("sdnn_ms", 100.0, "low"),
        ("deceleration_ms", 2.5, "high"), ("deceleration_ms", 2.6, "mid"), ("deceleration_ms", 4.5, "mid"),
        ("deceleration_ms", 4.6, "low"), ("sdnn_ms", None, None),
    ],
)  # fmt: skip
def test_risk_classes_at_their_limits(index: str, value: float | None, expected: str | None) -> None:
    assert risk_class(index, value) == expected


def test_segments_touched_by_an_edit_give_the_same_as_a_whole_run() -> None:
    beats = swinging(0.2, 30.0, 1500.0)
    classes = normal(beats.size)
    first = analyse(beats, classes, FS, duration_s=1500.0)
    classes[500] = "V"
    place = int(beats[500] / FS // 300)
    again = analyse(
        beats, classes, FS, duration_s=1500.0, known=first.segments, touched=np.arange(place - 1, place + 2)
    )
    whole = analyse(beats, classes, FS, duration_s=1500.0)
    np.testing.assert_allclose(again.segments.values, whole.segments.values, rtol=1e-9)
    assert again.time == whole.time


@given(st.lists(st.integers(min_value=350, max_value=1900), min_size=3, max_size=60), st.integers(1, 500))
def test_differences_do_not_change_when_every_interval_grows_alike(rr: list[int], by: int) -> None:
    base = np.array(rr, dtype=np.float64)
    first = analyse(beats_of(base), normal(base.size + 1), FS, duration_s=60.0)
    wide = analyse(beats_of(base + min(by, 2000 - int(base.max()))), normal(base.size + 1), FS, duration_s=60.0)
    assert wide.time.sdnn_ms == pytest.approx(first.time.sdnn_ms)
    assert wide.time.rmssd_ms == pytest.approx(first.time.rmssd_ms)
    assert wide.nonlinear.sd1_ms == pytest.approx(first.nonlinear.sd1_ms)


@given(st.text(alphabet="NNNNSVPFQ", min_size=0, max_size=40))
def test_any_sequence_of_classes_is_judged_without_fault(letters: str) -> None:
    classes = np.array(list(letters), dtype="<U1")
    beats = (np.arange(len(letters)) * 800).astype(np.int32)
    found = analyse(beats, classes, FS, duration_s=32.0)
    assert 0.0 <= found.usable_pct <= 100.0
    if found.time.sdnn_ms is not None:
        assert found.time.sdnn_ms == 0.0
