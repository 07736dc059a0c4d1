"""Whatever rate, length and place: every drawn beat is found once, and three days cost no more memory than an hour."""

import pickle

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.beats import Detector, detect
from tianmu.clinical.ecg.engine.tests.beats.drawn import draw, regular, samples_of

HOURS = 3600


@given(
    fs_hz=st.floats(100.0, 2000.0, allow_nan=False),
    rate=st.floats(40.0, 180.0),
    length_s=st.floats(3.0, 40.0),
    first_s=st.floats(0.2, 0.8),
    sign=st.sampled_from([-1.0, 1.0]),
)
@settings(max_examples=60, deadline=None)
def test_every_beat_is_found_once_at_any_rate_and_length(
    fs_hz: float, rate: float, length_s: float, first_s: float, sign: float
) -> None:
    times = regular(length_s, rate, first_s)
    found = detect(sign * draw(times, fs_hz, length_s), fs_hz)

    assert found.size == times.size
    assert np.abs(found - samples_of(times, fs_hz)).max(initial=0) <= max(1.0, 0.02 * fs_hz)


@given(fs_hz=st.sampled_from([125.0, 250.0, 500.0]), shift_s=st.floats(0.0, 2.0), seed=st.integers(0, 999))
@settings(max_examples=30, deadline=None)
def test_a_beat_does_not_depend_on_where_the_recording_starts(fs_hz: float, shift_s: float, seed: int) -> None:
    shift = round(shift_s * fs_hz)
    times = np.cumsum(np.random.default_rng(seed).uniform(0.5, 1.2, 30)) + 2.0
    uv = draw(times, fs_hz, float(times[-1]) + 2.0)

    assert np.abs(detect(uv[shift:], fs_hz) + shift - detect(uv, fs_hz)).max() <= 0.01 * fs_hz


def test_three_days_are_heard_in_the_memory_of_an_hour() -> None:
    fs_hz = 100.0
    piece = np.tile(draw(regular(60.3, 60.0, 0.5), fs_hz, 60.0), 20)
    detector, beats, kept = Detector(fs_hz), 0, []
    for hour in range(72):
        for _ in range(3):
            beats += detector.push(piece).size
        if hour in {0, 71}:
            kept.append(len(pickle.dumps(detector)))
    beats += detector.flush().size

    assert beats == 72 * HOURS
    assert kept[1] <= kept[0] + 10_000
