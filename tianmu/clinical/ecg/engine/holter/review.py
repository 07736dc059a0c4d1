"""A person reviews the beats: relabel, merge, split, undo; each gives a new review with a new report (ecg.md 7)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.analysis import BeatClass
from tianmu.clinical.ecg.engine.holter.report import build
from tianmu.clinical.ecg.engine.holter.result import HolterReport
from tianmu.clinical.ecg.engine.holter.scan import Scan
from tianmu.clinical.ecg.engine.recording import Int32

MOST_CHANGES = 200


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One action: the beats it changed and what they were before. `action` is relabel, merge or split."""

    action: str
    beats: NDArray[np.intp]
    classes: NDArray[np.str_]
    templates: Int32


@dataclass(frozen=True, slots=True, eq=False)
class Review:
    """A scan with the classes and templates as they are now, the report of them, and the way back."""

    scan: Scan
    classes: NDArray[np.str_]
    templates: Int32
    report: HolterReport
    history: tuple[Change, ...] = ()


def begin(scan: Scan) -> Review:
    """Return the review of a fresh scan."""
    return Review(scan, scan.classes, scan.templates, build(scan))


def beats_of(review: Review, cluster: int) -> NDArray[np.intp]:
    """Return the beats of a cluster; ValueError where there is none of that number."""
    found = np.flatnonzero(review.templates == cluster)
    if found.size == 0:
        message = f"There is no cluster {cluster}: choose one of the list."
        raise ValueError(message)
    return found


def relabel(review: Review, beats: Sequence[int] | NDArray[np.intp], label: BeatClass) -> Review:
    """Give `beats` (indices) a class; beats that have it already cost nothing."""
    chosen = _checked(review, beats)
    chosen = chosen[review.classes[chosen] != label.value]
    classes = review.classes.copy()
    classes[chosen] = label.value
    return _changed(review, "relabel", chosen, classes, review.templates)


def relabel_cluster(review: Review, cluster: int, label: BeatClass) -> Review:
    """Give all beats of a cluster a class."""
    return relabel(review, beats_of(review, cluster), label)


def merge(review: Review, clusters: Sequence[int], label: BeatClass | None = None) -> Review:
    """Join clusters into the first one named; with `label`, all their beats get that class, else each keeps its own."""
    if len(set(clusters)) < 2:
        message = "Name at least two clusters to merge."
        raise ValueError(message)
    members = np.concatenate([beats_of(review, number) for number in dict.fromkeys(clusters)])
    chosen = np.sort(members)
    templates, classes = review.templates.copy(), review.classes.copy()
    templates[chosen] = clusters[0]
    if label is not None:
        classes[chosen] = label.value
    return _changed(review, "merge", chosen, classes, templates)


def split(review: Review, beats: Sequence[int] | NDArray[np.intp], label: BeatClass | None = None) -> Review:
    """Take `beats` out of their clusters into a new one, with `label` where given."""
    chosen = _checked(review, beats)
    templates, classes = review.templates.copy(), review.classes.copy()
    templates[chosen] = int(max(review.templates.max(), review.scan.templates.max())) + 1
    if label is not None:
        classes[chosen] = label.value
    return _changed(review, "split", chosen, classes, templates)


def undo(review: Review) -> Review:
    """Take the last action back; ValueError where there is none."""
    if not review.history:
        message = "There is nothing to undo."
        raise ValueError(message)
    last = review.history[-1]
    classes, templates = review.classes.copy(), review.templates.copy()
    classes[last.beats], templates[last.beats] = last.classes, last.templates
    report = build(review.scan, classes, templates, review.report, last.beats)
    return Review(review.scan, classes, templates, report, review.history[:-1])


def _checked(review: Review, beats: Sequence[int] | NDArray[np.intp]) -> NDArray[np.intp]:
    chosen = np.unique(np.asarray(beats, dtype=np.intp))
    if chosen.size == 0 or chosen[0] < 0 or chosen[-1] >= review.classes.size:
        message = f"Choose beats between 0 and {review.classes.size - 1}."
        raise ValueError(message)
    return chosen


def _changed(
    review: Review, action: str, chosen: NDArray[np.intp], classes: NDArray[np.str_], templates: Int32
) -> Review:
    if chosen.size == 0:
        return review
    change = Change(action, chosen, review.classes[chosen], review.templates[chosen])
    report = build(review.scan, classes, templates, review.report, chosen)
    return Review(review.scan, classes, templates, report, (*review.history, change)[-MOST_CHANGES:])
