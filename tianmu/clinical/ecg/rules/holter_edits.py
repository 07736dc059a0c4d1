"""What people change in a Holter: an append-only log; the state is the machine's result with the standing edits.

Beats are named by their sample, which no insertion or deletion moves. `undo` and `redo` are lines of the log like any
other: they decide which edits stand (docs/algorithms/ecg-holter-station.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.analysis import BeatClass
from tianmu.clinical.ecg.engine.holter.scan import Scan
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.recording import Int32

NEAREST_MS = 100.0
MOST_STRIPS = 60
MOST_DIARY_LINES = 100
CAPTION_LIMIT = 120
_NOBODY = np.zeros(0, dtype=np.int32)


class Act(StrEnum):
    """What a line of the log does."""

    RELABEL = "relabel"
    RELABEL_CLUSTER = "relabel_cluster"
    MERGE = "merge"
    SPLIT = "split"
    INSERT = "insert"
    DELETE = "delete"
    ARTEFACT = "artefact"
    FIBRILLATION = "fibrillation"
    EVENT = "event"
    STRIP = "strip"
    STRIP_DROP = "strip_drop"
    DIARY = "diary"
    DIARY_DROP = "diary_drop"
    UNDO = "undo"
    REDO = "redo"


class EditError(ValueError):
    """Raised for an edit that makes no sense for this recording; the message says what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One line: `beats` (n,) samples; `arguments` by act: label, clusters, start_s, stop_s, present, event,
    strip, diary.
    """

    number: int
    act: Act
    arguments: Mapping[str, Any] = field(default_factory=dict)
    beats: Int32 = field(default_factory=lambda: _NOBODY)


@dataclass(frozen=True, slots=True)
class Strip:
    """A strip chosen for the report; `number` is that of the edit that chose it."""

    number: int
    start_s: float
    stop_s: float
    caption: str
    leads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiaryLine:
    """What the patient told of an instant (日志); `number` is that of the edit that wrote it down."""

    number: int
    at_s: float
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The beats as they stand: a scan with people's changes, its classes and templates, decisions, strips, diary."""

    scan: Scan
    classes: NDArray[np.str_]
    templates: Int32
    decisions: Mapping[str, Mapping[str, Any]]
    strips: tuple[Strip, ...]
    diary: tuple[DiaryLine, ...] = ()


def standing_edits(log: Iterable[Edit]) -> tuple[list[Edit], list[Edit]]:
    """Return the edits that stand, and those that `redo` would bring back, the next one last."""
    done: list[Edit] = []
    undone: list[Edit] = []
    for edit in log:
        if edit.act is Act.UNDO:
            if done:
                undone.append(done.pop())
        elif edit.act is Act.REDO:
            if undone:
                done.append(undone.pop())
        else:
            done.append(edit)
            undone.clear()
    return done, undone


def machine(scan: Scan) -> Standing:
    """Return what stands before anybody changed anything."""
    return Standing(scan, scan.classes, scan.templates, {}, ())


def replay(scan: Scan, log: Iterable[Edit]) -> Standing:
    """Return what stands after the whole log."""
    state = machine(scan)
    for edit in standing_edits(log)[0]:
        state = apply(state, edit)
    return state


def apply(state: Standing, edit: Edit) -> Standing:
    """Return the state after one edit; beats it names that are gone are left out."""
    return _APPLY[edit.act](state, edit)


def places_of(state: Standing, beats: Int32) -> NDArray[np.intp]:
    """Return the indices of the beats at samples `beats` that are there."""
    samples = state.scan.samples
    if samples.size == 0 or beats.size == 0:
        return np.zeros(0, dtype=np.intp)
    at = np.minimum(np.searchsorted(samples, beats), samples.size - 1)
    return np.unique(at[samples[at] == beats])


def _relabel(state: Standing, edit: Edit) -> Standing:
    return _labelled(state, places_of(state, edit.beats), edit.arguments["label"])


def _relabel_cluster(state: Standing, edit: Edit) -> Standing:
    inside = np.isin(state.templates, list(edit.arguments["clusters"]))
    return _labelled(state, np.flatnonzero(inside), edit.arguments["label"])


def _labelled(state: Standing, places: NDArray[np.intp], label: str) -> Standing:
    classes = state.classes.copy()
    classes[places] = label
    return replace(state, classes=classes)


def _merge(state: Standing, edit: Edit) -> Standing:
    clusters = list(edit.arguments["clusters"])
    inside = np.flatnonzero(np.isin(state.templates, clusters))
    templates = state.templates.copy()
    templates[inside] = clusters[0]
    merged = replace(state, templates=templates)
    label = edit.arguments.get("label")
    return _labelled(merged, inside, label) if label else merged


def _split(state: Standing, edit: Edit) -> Standing:
    places = places_of(state, edit.beats)
    templates = state.templates.copy()
    templates[places] = _fresh(state)
    apart = replace(state, templates=templates)
    label = edit.arguments.get("label")
    return _labelled(apart, places, label) if label else apart


def _fresh(state: Standing) -> int:
    known = [one.number for one in state.scan.clusters]
    return max([-1, *known, *([int(state.templates.max())] if state.templates.size else [])]) + 1


def _insert(state: Standing, edit: Edit) -> Standing:
    """Add beats; each joins the commonest cluster of its class, so that inserting makes no cluster of its own."""
    samples, label = state.scan.samples, str(edit.arguments["label"])
    new = np.setdiff1d(edit.beats, samples)
    if new.size == 0:
        return state
    same = state.templates[state.classes == label]
    home = int(np.bincount(same).argmax()) if same.size else _fresh(state)
    at = np.searchsorted(samples, new)
    seconds = np.minimum((new / state.scan.fs_hz).astype(np.int64), state.scan.readable.shape[1] - 1)
    blank = np.full((new.size, state.scan.st_uv.shape[1]), np.nan, dtype=np.float32)
    scan = replace(
        state.scan,
        samples=np.insert(samples, at, new),
        classes=np.insert(state.scan.classes, at, label),
        templates=np.insert(state.scan.templates, at, home),
        unreadable=np.insert(state.scan.unreadable, at, ~state.scan.readable[:, seconds].any(axis=0)),
        st_uv=np.insert(state.scan.st_uv, at, blank, axis=0),
    )
    return replace(
        state,
        scan=scan,
        classes=np.insert(state.classes, at, label),
        templates=np.insert(state.templates, at, home),
    )


def _delete(state: Standing, edit: Edit) -> Standing:
    places = places_of(state, edit.beats)
    scan = replace(
        state.scan,
        **{
            name: np.delete(getattr(state.scan, name), places, axis=0)
            for name in ("samples", "classes", "templates", "unreadable", "st_uv")
        },
    )
    return replace(
        state, scan=scan, classes=np.delete(state.classes, places), templates=np.delete(state.templates, places)
    )


def _artefact(state: Standing, edit: Edit) -> Standing:
    start_s, stop_s = edit.arguments["start_s"], edit.arguments["stop_s"]
    readable = state.scan.readable.copy()
    readable[:, int(start_s) : int(np.ceil(stop_s))] = False
    at_s = state.scan.samples / state.scan.fs_hz
    inside = (at_s >= start_s) & (at_s <= stop_s)
    scan = replace(state.scan, readable=readable, unreadable=state.scan.unreadable | inside)
    return _labelled(replace(state, scan=scan), np.flatnonzero(inside), BeatClass.UNKNOWN.value)


def _fibrillation(state: Standing, edit: Edit) -> Standing:
    return _windows(state, edit.arguments["start_s"], edit.arguments["stop_s"], bool(edit.arguments["present"]))


def _windows(state: Standing, start_s: float, stop_s: float, present: bool) -> Standing:
    """Set the 30-s windows whose middle lies in the span; removing takes every window that touches it."""
    rule = settings()["fibrillation"]
    starts = np.arange(state.scan.fibrillation.size) * float(rule["step_s"])
    width = float(rule["window_s"])
    middle = starts + 0.5 * width
    touching = (starts < stop_s) & (starts + width > start_s)
    chosen = (middle >= start_s) & (middle <= stop_s) if present else touching
    flags = state.scan.fibrillation.copy()
    flags[chosen] = present
    return replace(state, scan=replace(state.scan, fibrillation=flags))


def _event(state: Standing, edit: Edit) -> Standing:
    """Decide about an event; a rejected AF, pause or ST episode leaves the totals as well."""
    said = dict(edit.arguments["event"])
    found = replace(state, decisions={**state.decisions, said["key"]: said})
    if said["state"] != "rejected":
        return found
    if said["kind"] == "af":
        return _windows(found, said["start_s"], said["stop_s"], present=False)
    if said["kind"] == "pause":
        readable = found.scan.readable.copy()
        readable[:, int(0.5 * (said["start_s"] + said["stop_s"]))] = False
        return replace(found, scan=replace(found.scan, readable=readable))
    if said["kind"] in {"st", "max_st"} and said.get("lead") in found.scan.names:
        at_s = found.scan.samples / found.scan.fs_hz
        levels = found.scan.st_uv.copy()
        levels[(at_s >= said["start_s"]) & (at_s <= said["stop_s"]), found.scan.names.index(said["lead"])] = np.nan
        return replace(found, scan=replace(found.scan, st_uv=levels))
    return found


def _strip(state: Standing, edit: Edit) -> Standing:
    said = edit.arguments["strip"]
    one = Strip(edit.number, said["start_s"], said["stop_s"], said.get("caption", ""), tuple(said.get("leads", ())))
    kept = tuple(strip for strip in state.strips if strip.number != said.get("replaces"))
    return replace(state, strips=tuple(sorted((*kept, one), key=lambda strip: (strip.start_s, strip.number))))


def _strip_drop(state: Standing, edit: Edit) -> Standing:
    return replace(state, strips=tuple(one for one in state.strips if one.number != edit.arguments["strip_number"]))


def _diary(state: Standing, edit: Edit) -> Standing:
    said = edit.arguments["diary"]
    one = DiaryLine(edit.number, said["at_s"], said["text"])
    kept = tuple(line for line in state.diary if line.number != said.get("replaces"))
    return replace(state, diary=tuple(sorted((*kept, one), key=lambda line: (line.at_s, line.number))))


def _diary_drop(state: Standing, edit: Edit) -> Standing:
    return replace(state, diary=tuple(one for one in state.diary if one.number != edit.arguments["diary_number"]))


_APPLY = {
    Act.RELABEL: _relabel,
    Act.RELABEL_CLUSTER: _relabel_cluster,
    Act.MERGE: _merge,
    Act.SPLIT: _split,
    Act.INSERT: _insert,
    Act.DELETE: _delete,
    Act.ARTEFACT: _artefact,
    Act.FIBRILLATION: _fibrillation,
    Act.EVENT: _event,
    Act.STRIP: _strip,
    Act.STRIP_DROP: _strip_drop,
    Act.DIARY: _diary,
    Act.DIARY_DROP: _diary_drop,
}


def check(state: Standing, edit: Edit, log: Sequence[Edit]) -> None:
    """Refuse an edit that names nothing, or lies outside the recording; raise EditError."""
    arguments = edit.arguments
    if edit.act in {Act.UNDO, Act.REDO}:
        done, undone = standing_edits(log)
        if not (done if edit.act is Act.UNDO else undone):
            raise EditError("There is nothing to undo." if edit.act is Act.UNDO else "There is nothing to redo.")
        return
    if edit.act in {Act.RELABEL, Act.SPLIT, Act.DELETE} and places_of(state, edit.beats).size == 0:
        raise EditError("Choose at least one beat of this recording.")
    if edit.act is Act.INSERT:
        _check_insert(state, edit)
    if edit.act in {Act.MERGE, Act.RELABEL_CLUSTER}:
        named = set(arguments["clusters"])
        if len(named) < (2 if edit.act is Act.MERGE else 1) or not named <= set(np.unique(state.templates).tolist()):
            raise EditError("Choose clusters of the list; at least two to merge.")
    span = arguments.get("strip") or arguments.get("event") or arguments
    if "start_s" in span and not 0.0 <= span["start_s"] <= span["stop_s"] <= state.scan.duration_s + 1.0:
        raise EditError("The span lies outside the recording.")
    if edit.act is Act.STRIP and len(state.strips) >= MOST_STRIPS:
        raise EditError(f"A report holds at most {MOST_STRIPS} strips. Drop one first.")
    if edit.act is Act.STRIP_DROP and arguments["strip_number"] not in {one.number for one in state.strips}:
        raise EditError("This strip is not in the report any more.")
    _check_diary(state, edit)


def _check_diary(state: Standing, edit: Edit) -> None:
    if edit.act is Act.DIARY:
        if edit.arguments["diary"]["at_s"] > state.scan.duration_s:
            raise EditError("The instant lies outside the recording.")
        if len(state.diary) >= MOST_DIARY_LINES:
            raise EditError(f"A diary holds at most {MOST_DIARY_LINES} lines. Drop one first.")
    if edit.act is Act.DIARY_DROP and edit.arguments["diary_number"] not in {one.number for one in state.diary}:
        raise EditError("This line is not in the diary any more.")


def _check_insert(state: Standing, edit: Edit) -> None:
    if edit.beats.size == 0 or edit.beats.min() < 0 or edit.beats.max() >= state.scan.length:
        raise EditError("Place the beat inside the recording.")
    nearest = round(NEAREST_MS * state.scan.fs_hz / 1000.0)
    if state.scan.samples.size == 0:
        return
    at = np.searchsorted(state.scan.samples, edit.beats)
    before = state.scan.samples[np.maximum(at - 1, 0)]
    after = state.scan.samples[np.minimum(at, state.scan.samples.size - 1)]
    if min(int(np.abs(edit.beats - before).min()), int(np.abs(after - edit.beats).min())) < nearest:
        raise EditError("There is a beat already within 0.1 s. Delete it or choose another place.")
