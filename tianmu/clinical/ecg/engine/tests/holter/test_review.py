"""Relabel, merge, split and undo: the result is that of a whole run, and what is not touched is kept."""

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.analysis import BeatClass
from tianmu.clinical.ecg.engine.holter.export import report_as_json
from tianmu.clinical.ecg.engine.holter.report import build
from tianmu.clinical.ecg.engine.holter.review import Review, begin, merge, relabel, relabel_cluster, split, undo
from tianmu.clinical.ecg.engine.hrv import segments
from tianmu.clinical.ecg.engine.hrv.nonlinear import sample_entropy
from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.engine.tests.holter.scans import scan_of


def review_of(count: int = 4000, seed: int = 2) -> Review:
    rng = np.random.default_rng(seed)
    letters = "".join(rng.choice(["N", "V"], size=count, p=[0.97, 0.03]))
    rr = 800.0 + rng.normal(0.0, 25.0, count - 1)
    return begin(scan_of(rr, letters))


def same(left: Review, right: Review) -> None:
    """Compare two reviews by the JSON of their reports, all numbers to a millionth."""
    one, other = report_as_json(left.report), report_as_json(right.report)
    assert one.keys() == other.keys()
    for key in one:
        assert one[key] == other[key], key


def whole(review: Review) -> Review:
    return Review(review.scan, review.classes, review.templates, build(review.scan, review.classes, review.templates))


def test_relabelled_beats_give_the_report_of_a_whole_run() -> None:
    review = review_of()
    chosen = np.flatnonzero(review.classes == "V")[5:25]
    changed = relabel(review, chosen, BeatClass.NORMAL)
    assert changed.report.totals.ventricular.beats == review.report.totals.ventricular.beats - 20
    same(changed, whole(changed))


def test_undo_takes_everything_back() -> None:
    review = review_of()
    changed = relabel_cluster(review, 1, BeatClass.SUPRAVENTRICULAR)
    assert changed.report.totals.ventricular.beats == 0
    back = undo(changed)
    assert back.history == ()
    assert np.array_equal(back.classes, review.classes)
    same(back, review)
    with pytest.raises(ValueError, match="nothing to undo"):
        undo(back)


def test_split_makes_a_cluster_and_merge_joins_it_again() -> None:
    review = review_of()
    some = np.flatnonzero(review.templates == 1)[:10]
    parted = split(review, some, BeatClass.FUSION)
    assert {row.number: row.beats for row in parted.report.clusters}[2] == 10
    assert parted.report.totals.fusion_beats == 10
    joined = merge(parted, [1, 2], BeatClass.VENTRICULAR)
    assert {row.number for row in joined.report.clusters} == {0, 1}
    same(joined, whole(joined))
    same(undo(undo(joined)), review)


def test_a_review_is_never_changed_in_place() -> None:
    review = review_of()
    before = review.classes.copy()
    relabel(review, [0, 1, 2], BeatClass.UNKNOWN)
    assert np.array_equal(review.classes, before)


def test_a_label_that_is_there_already_changes_nothing() -> None:
    review = review_of()
    normal = np.flatnonzero(review.classes == "N")[:5]
    assert relabel(review, normal, BeatClass.NORMAL) is review


@pytest.mark.parametrize("beats", [[], [-1], [4000]])
def test_beats_that_are_not_there_are_refused(beats: list[int]) -> None:
    with pytest.raises(ValueError, match="Choose beats"):
        relabel(review_of(), beats, BeatClass.NORMAL)


def test_unknown_and_lone_clusters_are_refused() -> None:
    review = review_of(200)
    with pytest.raises(ValueError, match="no cluster 9"):
        relabel_cluster(review, 9, BeatClass.NORMAL)
    with pytest.raises(ValueError, match="at least two"):
        merge(review, [1])


def test_ten_thousand_beats_of_a_day_are_relabelled_within_two_seconds() -> None:
    review = review_of(105_000)
    chosen = np.flatnonzero(review.classes == "N")[20_000:30_000]
    started = time.process_time()
    changed = relabel(review, chosen, BeatClass.SUPRAVENTRICULAR)
    assert time.process_time() - started < 2.0
    assert changed.report.totals.supraventricular.beats == 10_000


ACTS = st.lists(
    st.tuples(st.sampled_from(["relabel", "split", "merge", "undo"]), st.integers(0, 10_000), st.integers(1, 12)),
    min_size=1,
    max_size=6,
)


@given(ACTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_actions_one_after_another_give_the_report_of_a_whole_run(acts: list[tuple[str, int, int]]) -> None:
    review = review_of(900)
    for action, first, count in acts:
        chosen = np.unique((first + 7 * np.arange(count)) % review.classes.size)
        present = np.unique(review.templates).tolist()
        if action == "relabel":
            review = relabel(review, chosen, list(BeatClass)[first % len(BeatClass)])
        elif action == "split":
            review = split(review, chosen)
        elif action == "merge" and len(present) > 1:
            review = merge(review, present[:2], BeatClass.NORMAL if first % 2 else None)
        elif action == "undo" and review.history:
            review = undo(review)
    same(review, whole(review))


def test_a_changed_beat_has_only_its_own_five_minutes_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    review = review_of(9000)
    measured: list[int] = []

    def counted(ms: Float64) -> float | None:
        measured.append(ms.size)
        return sample_entropy(ms)

    monkeypatch.setattr(segments, "sample_entropy", counted)
    relabel(review, [4000], BeatClass.VENTRICULAR)
    assert len(measured) == 1
    measured.clear()
    begin(review.scan)
    assert len(measured) > 20
