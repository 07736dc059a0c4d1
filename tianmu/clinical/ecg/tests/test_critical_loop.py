"""The loop of a critical value: clocks from the log, ladders told once each, no closing by one person alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from json import loads
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tianmu.clinical.ecg.rules.critical_loop import (
    OPEN,
    Entry,
    LoopError,
    LoopRules,
    Reading,
    Stage,
    State,
    Step,
    after,
    demand_loop,
    read_loop,
)

CONTENT = loads((Path(__file__).parent.parent / "data" / "rulesets" / "critical_loop.json").read_text())["content"]
RULES = LoopRules.from_content(CONTENT, "critical", "v")
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PEOPLE = ("a", "b", "c")


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def log(*steps: tuple[float, Step]) -> list[Entry]:
    return [Entry(at(minute), step, who="a") for minute, step in steps]


TOLD = log((0, Step.RAISE), (2, Step.CONFIRM), (2, Step.NOTIFY))
WHOLE = [*TOLD, *log((5, Step.ACKNOWLEDGE), (20, Step.DISPOSE), (200, Step.CHART))]


def escalated(entries: list[Entry], now: datetime) -> tuple[list[Entry], list[str]]:
    calls = read_loop(entries, RULES, now).calls
    made = [Entry(now, Step.ESCALATE, stage=one.stage, rung=one.rung) for one in calls]
    return [*entries, *made], [one.level for one in calls]


def test_rules_that_cannot_be_followed_are_refused() -> None:
    demand_loop(CONTENT)
    minutes = {**CONTENT["minutes"]["critical"], "acknowledge": 0}
    with pytest.raises(ValueError, match=r"minutes\.critical .* acknowledge"):
        demand_loop({**CONTENT, "minutes": {"critical": minutes}})
    with pytest.raises(ValueError, match=r"levels lacks .*duty_line"):
        demand_loop({**CONTENT, "levels": {}})


def test_each_step_has_its_minutes_and_its_limit() -> None:
    read = read_loop(WHOLE, RULES, at(300))
    assert (read.state, read.awaited, read.due_at, read.late) == (State.CLOSED, None, None, frozenset())
    assert read.minutes == {
        Stage.CONFIRM: 2,
        Stage.NOTIFY: 0,
        Stage.ACKNOWLEDGE: 3,
        Stage.DISPOSE: 15,
        Stage.CHART: 195,
    }


def test_the_clock_of_the_awaited_step_runs_from_the_one_before() -> None:
    assert read_loop(TOLD[:1], RULES, at(1)).due_at == at(5)
    assert read_loop(TOLD, RULES, at(3)).due_at == at(7)
    assert read_loop(WHOLE[:4], RULES, at(6)).due_at == at(35)
    assert read_loop(WHOLE[:5], RULES, at(30)).due_at == at(365)
    assert read_loop(TOLD, RULES, at(8)).late == {Stage.ACKNOWLEDGE}
    slow = [*TOLD, Entry(at(9), Step.ACKNOWLEDGE, who="a")]
    assert read_loop(slow, RULES, at(10)).late == {Stage.ACKNOWLEDGE}


def test_the_second_grade_has_its_own_limits_and_a_shorter_ladder() -> None:
    major = LoopRules.from_content(CONTENT, "major", "v")
    assert read_loop(TOLD[:1], major, at(29)).late == frozenset()
    assert [one.level for one in read_loop(TOLD[:1], major, at(60)).calls] == ["department_head"]


def test_the_ladder_is_climbed_every_five_minutes() -> None:
    entries, told = TOLD, []
    for minute in range(2, 60):
        entries, levels = escalated(entries, at(minute))
        told += [(minute, level) for level in levels]
    assert told[:4] == [(7, "point_head"), (12, "medical_office"), (17, "duty_line"), (22, "duty_line")]
    assert len(told) == 3 + RULES.repeats


def test_after_two_hours_without_a_scheduler_each_missed_step_is_told_once() -> None:
    entries, levels = escalated(TOLD, at(122))
    assert levels == ["point_head", "medical_office", "duty_line"]
    assert escalated(entries, at(122))[1] == []
    assert escalated(entries, at(126))[1] == []
    assert escalated(entries, at(127))[1] == ["duty_line"]


def test_an_answer_ends_the_ladder_and_the_next_stage_begins_its_own() -> None:
    entries, _ = escalated(TOLD, at(8))
    answered = [*entries, Entry(at(9), Step.ACKNOWLEDGE, who="a")]
    assert read_loop(answered, RULES, at(20)).calls == ()
    assert [one.stage for one in read_loop(answered, RULES, at(40)).calls] == [Stage.DISPOSE]


def test_one_person_cannot_close_alone() -> None:
    asked = [*TOLD, Entry(at(4), Step.ASK_CLOSE, who="a")]
    with pytest.raises(LoopError, match="another"):
        after(asked, Entry(at(5), Step.AGREE_CLOSE, who="a"))
    with pytest.raises(LoopError, match="another"):
        after(asked, Entry(at(5), Step.AGREE_CLOSE))
    with pytest.raises(LoopError, match="Nobody"):
        after(TOLD, Entry(at(5), Step.AGREE_CLOSE, who="b"))
    declined = [*asked, Entry(at(5), Step.DECLINE_CLOSE, who="b")]
    with pytest.raises(LoopError, match="Nobody"):
        after(declined, Entry(at(6), Step.AGREE_CLOSE, who="b"))
    assert after(asked, Entry(at(5), Step.AGREE_CLOSE, who="b")) is State.CLOSED


@given(st.integers(0, 5), st.integers(0, 600))
def test_a_reading_depends_on_the_log_alone(length: int, minute: int) -> None:
    entries = WHOLE[: length + 1]
    now = max(entries[-1].at, at(minute))
    first, second = read_loop(entries, RULES, now), read_loop(list(entries), RULES, now)
    assert first == second
    assert first.inputs_sha256 != read_loop(entries, replace(RULES, version="w"), now).inputs_sha256


class AnyHands(RuleBasedStateMachine):
    """Three people and a scheduler do whatever they like, in any order; the loop never closes silently."""

    @initialize()
    def raise_one(self) -> None:
        self.now = START
        self.log = [Entry(self.now, Step.RAISE)]

    @rule(minutes=st.integers(1, 200))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(step=st.sampled_from([one for one in Step if one is not Step.ESCALATE]), who=st.sampled_from(PEOPLE))
    def somebody_acts(self, step: Step, who: str) -> None:
        entry = Entry(self.now, step, who=who)
        try:
            after(self.log, entry)
        except LoopError:
            return
        self.log.append(entry)

    @rule()
    def the_scheduler_runs(self) -> None:
        for one in self.read().calls:
            self.log.append(Entry(self.now, Step.ESCALATE, stage=one.stage, rung=one.rung))

    @precondition(lambda self: self.read().state in OPEN)
    @rule()
    def an_open_loop_still_has_a_way_on(self) -> None:
        assert self.read().awaited is not None

    @invariant()
    def closed_only_by_the_steps_or_by_two(self) -> None:
        read = self.read()
        steps = {one.step for one in self.log}
        if read.state is State.CLOSED and Step.AGREE_CLOSE not in steps:
            assert steps >= {Step.CONFIRM, Step.ACKNOWLEDGE, Step.DISPOSE, Step.CHART}
        if Step.AGREE_CLOSE in steps:
            place = next(index for index, one in enumerate(self.log) if one.step is Step.AGREE_CLOSE)
            asked = next(one for one in reversed(self.log[:place]) if one.step is Step.ASK_CLOSE)
            assert self.log[place].who not in {None, asked.who}
        if read.state is State.REJECTED:
            assert Step.REJECT in steps

    @invariant()
    def no_call_is_made_twice(self) -> None:
        made = [(one.stage, one.rung) for one in self.log if one.step is Step.ESCALATE]
        assert len(made) == len(set(made))
        assert not {(one.stage, one.rung) for one in self.read().calls} & set(made)

    @invariant()
    def what_is_done_asks_for_nothing(self) -> None:
        read = self.read()
        if read.state not in OPEN:
            assert (read.due_at, read.next_call_at, read.calls) == (None, None, ())

    def read(self) -> Reading:
        return read_loop(self.log, RULES, self.now)


TestAnyHands = AnyHands.TestCase
TestAnyHands.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
