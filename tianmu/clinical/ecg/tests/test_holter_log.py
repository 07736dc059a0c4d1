"""The edit log against a model without incremental work: the whole log replayed, the whole report built."""

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tianmu.clinical.ecg.engine.holter.export import report_as_json
from tianmu.clinical.ecg.engine.holter.report import build
from tianmu.clinical.ecg.engine.tests.holter.scans import scan_of, steady
from tianmu.clinical.ecg.rules.holter_edits import Act, Edit, EditError, check, machine, replay, standing_edits
from tianmu.clinical.ecg.rules.holter_state import event_key, reviewed, view_of

LETTERS = ("N" * 9 + "V" + "N" * 6 + "VV" + "N" * 4 + "VVVV" + "N" * 5 + "S") * 12 + "N"
SCAN = scan_of([800.0 if number % 41 else 2600.0 for number in range(len(LETTERS) - 1)], LETTERS)
places = st.lists(st.integers(0, len(LETTERS) - 1), min_size=1, max_size=40, unique=True)
labels = st.sampled_from("NSVFPQ")
span = st.tuples(st.floats(0, SCAN.duration_s - 1), st.floats(0.1, 60)).map(
    lambda pair: (pair[0], min(SCAN.duration_s, pair[0] + pair[1]))
)


class LogMachine(RuleBasedStateMachine):
    """Edits in any order; the incremental state must equal the one built from nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Edit] = []
        self.state = reviewed(machine(SCAN))
        self.back: list[list[Edit]] = [[]]

    def add(self, act: Act, beats: np.ndarray | None = None, /, **arguments: object) -> None:
        chosen = np.unique(np.array([] if beats is None else beats, dtype=np.int32))
        line = Edit(len(self.log) + 1, act, arguments, chosen)
        try:
            check(self.state.standing, line, self.log)
        except EditError:
            return
        self.log.append(line)
        self.state = reviewed(replay(SCAN, self.log), self.state)

    def samples(self, chosen: list[int]) -> np.ndarray:
        samples = self.state.standing.scan.samples
        return samples[[place % samples.size for place in chosen]]

    @rule(chosen=places, label=labels)
    def relabel(self, chosen: list[int], label: str) -> None:
        self.add(Act.RELABEL, self.samples(chosen), label=label)

    @rule(label=labels, pick=st.integers(0, 5))
    def relabel_cluster(self, label: str, pick: int) -> None:
        numbers = np.unique(self.state.standing.templates).tolist()
        self.add(Act.RELABEL_CLUSTER, clusters=[numbers[pick % len(numbers)]], label=label)

    @rule(pick=st.integers(0, 5), label=st.none() | labels)
    def merge(self, pick: int, label: str | None) -> None:
        numbers = np.unique(self.state.standing.templates).tolist()
        pair = [numbers[pick % len(numbers)], numbers[(pick + 1) % len(numbers)]]
        self.add(Act.MERGE, None, clusters=pair, **({"label": label} if label else {}))

    @rule(chosen=places, label=st.none() | labels)
    def split(self, chosen: list[int], label: str | None) -> None:
        self.add(Act.SPLIT, self.samples(chosen), **({"label": label} if label else {}))

    @rule(chosen=places)
    def delete(self, chosen: list[int]) -> None:
        self.add(Act.DELETE, self.samples(chosen[:3]))

    @rule(at=st.integers(0, SCAN.length - 1), label=labels)
    def insert(self, at: int, label: str) -> None:
        self.add(Act.INSERT, np.array([at]), label=label)

    @rule(where=span)
    def artefact(self, where: tuple[float, float]) -> None:
        self.add(Act.ARTEFACT, start_s=where[0], stop_s=where[1])

    @rule(where=span, present=st.booleans())
    def fibrillation(self, where: tuple[float, float], present: bool) -> None:
        self.add(Act.FIBRILLATION, start_s=where[0], stop_s=where[1], present=present)

    @rule(pick=st.integers(0, 30), state=st.sampled_from(["accepted", "rejected"]))
    def decide(self, pick: int, state: str) -> None:
        events = self.state.report.events
        if not events:
            return
        one = events[pick % len(events)]
        key = event_key(one.kind, one.start_s, one.lead)
        start, stop = max(0.0, one.start_s), min(one.stop_s, SCAN.duration_s)
        said = {"key": key, "kind": one.kind, "state": state, "start_s": start, "stop_s": stop, "lead": one.lead}
        self.add(Act.EVENT, event=said)

    @rule(where=span)
    def choose_strip(self, where: tuple[float, float]) -> None:
        self.add(Act.STRIP, strip={"start_s": where[0], "stop_s": where[1], "caption": "x"})

    @precondition(lambda self: self.state.standing.strips)
    @rule()
    def drop_strip(self) -> None:
        self.add(Act.STRIP_DROP, strip_number=self.state.standing.strips[0].number)

    @rule()
    def undo(self) -> None:
        self.add(Act.UNDO)

    @rule()
    def redo(self) -> None:
        self.add(Act.REDO)

    @invariant()
    def equals_the_model(self) -> None:
        standing = replay(SCAN, self.log)
        whole = build(standing.scan, standing.classes, standing.templates)
        assert report_as_json(self.state.report) == report_as_json(whole)
        assert np.array_equal(self.state.standing.classes, standing.classes)
        assert self.state.standing.strips == standing.strips

    @invariant()
    def beats_stay_in_order_and_counted_once(self) -> None:
        standing = self.state.standing
        assert (np.diff(standing.scan.samples) > 0).all()
        assert standing.classes.size == standing.templates.size == standing.scan.st_uv.shape[0]
        view = view_of(self.state)
        assert sum(row["beats"] for row in view["hours"]) == view["totals"]["beats"] == standing.classes.size


TestLog = LogMachine.TestCase
TestLog.settings = settings(
    max_examples=12, stateful_step_count=18, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def _edit(number: int, act: Act, beats: list[int] | None = None, **arguments: object) -> Edit:
    return Edit(number, act, arguments, np.array(beats or [], dtype=np.int32))


def test_undoing_everything_gives_the_machines_result_back() -> None:
    log = [
        _edit(1, Act.RELABEL, SCAN.samples[:50].tolist(), label="V"),
        _edit(2, Act.DELETE, SCAN.samples[60:70].tolist()),
        _edit(3, Act.ARTEFACT, start_s=30.0, stop_s=45.0),
        *(_edit(number, Act.UNDO) for number in (4, 5, 6)),
    ]
    assert report_as_json(reviewed(replay(SCAN, log)).report) == report_as_json(build(SCAN))


def test_a_new_edit_after_an_undo_ends_what_could_be_redone() -> None:
    log = [
        _edit(1, Act.RELABEL, [int(SCAN.samples[3])], label="V"),
        _edit(2, Act.UNDO),
        _edit(3, Act.RELABEL, [int(SCAN.samples[4])], label="V"),
        _edit(4, Act.REDO),
    ]
    done, undone = standing_edits(log)
    assert [edit.number for edit in done] == [3]
    assert undone == []


def test_a_rejected_pause_leaves_the_totals_and_stays_listed() -> None:
    state = reviewed(machine(SCAN))
    pause = next(one for one in state.report.events if one.kind == "pause")
    said = {
        "key": event_key("pause", pause.start_s, None), "kind": "pause", "state": "rejected",
        "start_s": pause.start_s, "stop_s": pause.stop_s, "lead": None,
    }  # fmt: skip
    after = reviewed(replay(SCAN, [_edit(1, Act.EVENT, event=said)]), state)
    assert after.report.totals.pauses[0] == state.report.totals.pauses[0] - 1
    kept = [one for one in view_of(after)["events"] if one["key"] == said["key"]]
    assert [one["state"] for one in kept] == ["rejected"]


def test_a_rejected_fibrillation_leaves_the_burden() -> None:
    quiet = scan_of(steady(600), "N" * 601)
    found = reviewed(replay(quiet, [_edit(1, Act.FIBRILLATION, start_s=60.0, stop_s=300.0, present=True)]))
    episode = next(one for one in found.report.events if one.kind == "af")
    assert found.report.totals.fibrillation_minutes == pytest.approx(4.0, abs=0.6)
    said = {
        "key": event_key("af", episode.start_s, None), "kind": "af", "state": "rejected",
        "start_s": episode.start_s, "stop_s": episode.stop_s, "lead": None,
    }  # fmt: skip
    log = [_edit(1, Act.FIBRILLATION, start_s=60.0, stop_s=300.0, present=True), _edit(2, Act.EVENT, event=said)]
    assert reviewed(replay(quiet, log)).report.totals.fibrillation_minutes == 0.0


@pytest.mark.parametrize(
    "edit",
    [
        _edit(1, Act.RELABEL, [5], label="V"),
        _edit(1, Act.MERGE, clusters=[0]),
        _edit(1, Act.MERGE, clusters=[0, 99]),
        _edit(1, Act.UNDO),
        _edit(1, Act.REDO),
        _edit(1, Act.INSERT, [int(SCAN.samples[7]) + 5], label="N"),
        _edit(1, Act.INSERT, [SCAN.length], label="N"),
        _edit(1, Act.ARTEFACT, start_s=10.0, stop_s=9e9),
        _edit(1, Act.STRIP_DROP, strip_number=4),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(edit: Edit) -> None:
    with pytest.raises(EditError):
        check(machine(SCAN), edit, [])
