"""Supraventricular beats by their timing alone: early in a regular rhythm, or in a tachycardia that begins at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.beats.prematurity import supraventricular

FS = 250.0


def _found(rr_s: list[float], ventricular: set[int] | None = None, broken: set[int] | None = None) -> list[int]:
    samples = np.rint(np.cumsum([0.0, *rr_s]) * FS).astype(np.int32)
    marked = np.isin(np.arange(samples.size), sorted(ventricular or set()))
    holes = np.isin(np.arange(samples.size - 1), sorted(broken or set()))
    return np.flatnonzero(supraventricular(samples, FS, marked, holes)).tolist()


def test_an_early_beat_counts_where_the_rhythm_around_it_is_regular() -> None:
    irregular = [0.55, 0.95, 0.70, 1.05, 0.50, 0.85, 1.10, 0.60] * 6
    early = [0.8] * 30 + [0.5, 1.1] + [0.8] * 40

    assert _found(early) == [31]
    assert _found(irregular) == []
    assert _found(early + irregular) == [31]


@pytest.mark.parametrize(("coupling", "expected"), [(0.67, [21]), (0.69, [])])
def test_early_means_below_85_percent_of_the_usual_interval(coupling: float, expected: list[int]) -> None:
    assert _found([0.8] * 20 + [coupling, 0.95] + [0.8] * 20) == expected


def test_the_interval_behind_a_ventricular_beat_says_nothing() -> None:
    interpolated = [0.9] * 20 + [0.45, 0.5] + [0.9] * 20

    assert _found(interpolated, ventricular={21}) == []


def test_a_long_tachycardia_that_begins_at_once_is_supraventricular_to_its_end() -> None:
    assert _found([0.85] * 20 + [0.40] * 60 + [0.85] * 20) == list(range(21, 81))


def test_a_sinus_rhythm_that_quickens_over_many_beats_is_not() -> None:
    assert _found([0.85] * 20 + np.linspace(0.85, 0.40, 40).tolist() + [0.40] * 60) == []


@pytest.mark.parametrize(("rr_s", "first"), [(0.59, 21), (0.61, 60)])
def test_a_run_is_faster_than_100_of_a_slower_one_only_the_beat_before_the_pause_is_early(
    rr_s: float, first: int
) -> None:
    assert _found([1.2] * 20 + [rr_s] * 40 + [1.2] * 20) == list(range(first, 61))


@pytest.mark.parametrize(("beats", "expected"), [(8, 8), (7, 0)])
def test_after_an_irregular_rhythm_only_a_long_run_counts(beats: int, expected: int) -> None:
    irregular = [0.95, 0.70, 1.05, 0.55, 0.85, 1.10, 0.75, 0.80] * 4

    assert len(_found(irregular + [0.36] * beats + irregular)) == expected


def test_a_gap_ends_a_run() -> None:
    assert _found([0.85] * 20 + [0.40] * 60, broken={50}) == list(range(21, 51))


@given(st.lists(st.floats(0.2, 2.5), min_size=2, max_size=80), st.sets(st.integers(0, 80)))
def test_any_intervals_are_judged_and_no_ventricular_beat_is_called_supraventricular(
    rr_s: list[float], ventricular: set[int]
) -> None:
    assert not set(_found(rr_s, ventricular)) & ventricular
