"""Classes, templates, pacing spikes and the artefact mask on drawn ECGs."""

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.beats import artefact_mask, classify, pacing_spikes
from tianmu.clinical.ecg.engine.beats.classification import ClusterEvidence
from tianmu.clinical.ecg.engine.beats.prematurity import relative_intervals
from tianmu.clinical.ecg.engine.beats.templates import cluster
from tianmu.clinical.ecg.engine.tests.beats.drawn import draw, regular, samples_of

FS = 360.0


def _with_early(rate: float, early: dict[int, float], duration_s: float = 40.0) -> np.ndarray:
    times = regular(duration_s, rate)
    for number, lead_s in early.items():
        times[number] -= lead_s
    return times


def test_wide_premature_beats_with_a_pause_are_ventricular() -> None:
    early = {10: 0.32, 25: 0.30, 31: 0.33}
    times = _with_early(70.0, early)
    uv = draw(times, FS, 40.0, wide=frozenset(early))

    beats = classify(uv, FS, samples_of(times, FS))

    assert np.flatnonzero(beats.classes == "V").tolist() == sorted(early)
    assert set(np.delete(beats.classes, sorted(early))) == {"N"}


def test_narrow_premature_beats_are_supraventricular() -> None:
    early = {8: 0.25, 20: 0.28}
    times = _with_early(70.0, early)

    beats = classify(draw(times, FS, 40.0), FS, samples_of(times, FS))

    assert np.flatnonzero(beats.classes == "S").tolist() == sorted(early)


def test_templates_follow_shape_not_polarity_of_time() -> None:
    times = regular(40.0, 70.0)
    wide = frozenset(range(5, 40, 7))
    labels = cluster(draw(times, FS, 40.0, wide=wide)[None, :], FS, samples_of(times, FS))

    assert len(set(labels.tolist())) == 2
    assert {int(labels[number]) for number in wide} == {1}


@pytest.mark.parametrize(
    ("early", "likeness", "width_ms", "expected"),
    [
        (0.87, 0.79, 100.0, True),
        (0.89, 0.79, 100.0, False),
        (0.87, 0.81, 100.0, False),
        (0.87, 0.79, 79.0, False),
    ],
)
def test_premature_and_wide_just_inside_and_outside(
    early: float, likeness: float, width_ms: float, *, expected: bool
) -> None:
    shown = ClusterEvidence(5, early, 1.0, likeness, width_ms, 70.0, 1.0)

    assert shown.ventricular is expected


@pytest.mark.parametrize(
    ("early", "after", "width_ms", "expected"),
    [(0.95, 1.10, 106.0, True), (0.95, 1.09, 106.0, False), (1.01, 1.30, 106.0, False), (0.95, 1.20, 104.0, False)],
)
def test_much_wider_beats_with_a_pause_among_frequent_ectopy(
    early: float, after: float, width_ms: float, *, expected: bool
) -> None:
    shown = ClusterEvidence(13, early, after, 0.58, width_ms, 70.0, 2.9)

    assert shown.ventricular is expected


def test_relative_intervals_of_the_worked_example() -> None:
    before, after = relative_intervals(np.array([0, 300, 600, 780, 1200, 1500], dtype=np.int32))

    assert before.round(2).tolist() == [1.0, 1.0, 1.0, 0.6, 1.4, 1.0]
    assert after.round(2).tolist() == [1.0, 1.0, 0.6, 1.4, 1.0, 1.0]


def test_pacing_spikes_are_found_and_make_beats_paced() -> None:
    times = regular(10.0, 60.0)
    uv = draw(times, 1000.0, 10.0, wide=frozenset(range(20)))
    spikes = samples_of(times, 1000.0) - 60
    uv[spikes] += 900.0
    uv[spikes + 1] += 500.0

    assert np.abs(pacing_spikes(uv, 1000.0) - spikes).max() <= 1
    assert set(classify(uv, 1000.0, samples_of(times, 1000.0)).classes) == {"P"}


def test_qrs_without_spikes_are_not_pacing() -> None:
    times = regular(10.0, 60.0)
    noisy = draw(times, 1000.0, 10.0) + np.random.default_rng(1).normal(0, 20, 10_000)

    assert pacing_spikes(noisy, 1000.0).size == 0


def test_flat_and_missing_stretches_are_masked_and_their_beats_unknown() -> None:
    times = regular(20.0, 60.0)
    uv = draw(times, FS, 20.0) + np.random.default_rng(2).normal(0, 5, round(20 * FS))
    uv[round(5.0 * FS) : round(6.2 * FS)] = 17.0
    mask = artefact_mask(uv, FS)

    assert mask[round(5.5 * FS)]
    assert not mask[round(8.0 * FS)]
    assert classify(uv, FS, samples_of(times, FS)).classes[5] == "Q"


def test_no_beats_give_no_classes() -> None:
    assert classify(np.zeros(3600), FS, np.zeros(0, dtype=np.int32)).classes.size == 0
